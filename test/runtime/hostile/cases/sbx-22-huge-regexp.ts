// SBX-22 | memory-exceeded or threw or running-time-exceeded | a regular expression of a million groups
export const workflowSettings = { id: 'sbx-22-huge-regexp', trigger: 'user:tokens_generation' }

export default async function () {
  return new RegExp('('.repeat(1_000_000) + 'a' + ')'.repeat(1_000_000)).test('a')
}
