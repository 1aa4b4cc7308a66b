// SBX-07 | running-time-exceeded | catastrophic backtracking in String.split
export const workflowSettings = { id: 'sbx-07-redos-split', trigger: 'user:tokens_generation' }

export default async function () {
  return 'a'.repeat(50).concat('b').split(/(?:a|aa)+c/)
}
