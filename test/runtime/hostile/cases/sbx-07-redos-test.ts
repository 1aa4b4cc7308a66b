// SBX-07 | running-time-exceeded | catastrophic backtracking in RegExp.test
// within: 700
export const workflowSettings = { id: 'sbx-07-redos-test', trigger: 'user:tokens_generation' }

export default async function () {
  return /^(a+)+$/.test('a'.repeat(40) + '!')
}
