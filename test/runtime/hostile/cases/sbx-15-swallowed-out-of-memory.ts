// SBX-15 | completed or memory-exceeded | out of memory, caught, and on it goes
export const workflowSettings = { id: 'sbx-15-swallowed-memory-exceeded', trigger: 'user:tokens_generation' }

export default async function () {
  for (let round = 0; round < 3; round++) {
    try {
      const kept = []
      for (;;) kept.push(new Uint8Array(1 << 20))
    } catch {
      continue
    }
  }
}
