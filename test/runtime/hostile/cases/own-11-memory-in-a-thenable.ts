// OWN-11 | memory-exceeded | all memory in a returned thenable
export const workflowSettings = { id: 'own-11-memory-in-a-thenable', trigger: 'user:tokens_generation' }

export default function () {
  return {
    then() {
      const kept = []
      for (;;) kept.push(new Uint8Array(100_000))
    },
  }
}
