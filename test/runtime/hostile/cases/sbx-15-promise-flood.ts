// SBX-15 | memory-exceeded or running-time-exceeded | a million pending promises
export const workflowSettings = { id: 'sbx-15-promise-flood', trigger: 'user:tokens_generation' }

export default async function () {
  const pending = []
  for (;;) pending.push(new Promise((resolve) => setTimeout.call(null, resolve, 0)).catch(() => {}))
}
