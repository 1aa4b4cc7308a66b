// SBX-15 | memory-exceeded | an array that grows
export const workflowSettings = { id: 'sbx-15-array-growth', trigger: 'user:tokens_generation' }

export default async function () {
  const kept = []
  for (;;) kept.push({ text: 'x' + kept.length })
}
