// SBX-07 | running-time-exceeded | catastrophic backtracking in RegExp.test
export const workflowSettings = { id: 'sbx-07-redos-test', trigger: 'user:tokens_generation' }

export default async function () {
  return /^(a+)+$/.test('a'.repeat(40) + '!')
}
