// SBX-01 | running-time-exceeded | a loop without an end
export const workflowSettings = { id: 'sbx-01-endless-loop', trigger: 'user:tokens_generation' }

export default async function () {
  while (true) {}
}
