// SBX-07 | running-time-exceeded | catastrophic backtracking in String.matchAll with look-behind and back-reference
export const workflowSettings = { id: 'sbx-07-redos-match-all', trigger: 'user:tokens_generation' }

export default async function () {
  return [...'ab'.repeat(40).matchAll(/(?<=^(?:(?:ab|a|b)+)+)(\w+?)+\1c/g)]
}
