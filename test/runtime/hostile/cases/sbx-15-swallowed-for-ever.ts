// SBX-15 | running-time-exceeded or memory-exceeded | out of memory, caught again and again, without an end
export const workflowSettings = { id: 'sbx-15-swallowed-for-ever', trigger: 'user:tokens_generation' }

export default async function () {
  const kept = []
  for (;;) {
    try {
      for (;;) kept.push(new Array(1_000).fill(kept))
    } catch {
      continue
    }
  }
}
