// SBX-07 | running-time-exceeded | catastrophic backtracking in String.replace
export const workflowSettings = { id: 'sbx-07-redos-replace', trigger: 'user:tokens_generation' }

export default async function () {
  return 'x'.repeat(60).replace(/^(x*)*y$/, '')
}
