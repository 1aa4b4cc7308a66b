// SBX-05 | running-time-exceeded | an endless loop of await null
export const workflowSettings = { id: 'sbx-05-await-null-for-ever', trigger: 'user:tokens_generation' }

export default async function () {
  for (;;) await null
}
