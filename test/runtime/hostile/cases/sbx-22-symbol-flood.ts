// SBX-22 | memory-exceeded or running-time-exceeded | registered symbols without an end
export const workflowSettings = { id: 'sbx-22-symbol-flood', trigger: 'user:tokens_generation' }

export default async function () {
  for (let index = 0; ; index++) Symbol.for('k' + index + '-'.repeat(100))
}
