// OWN-11 | memory-exceeded | all memory in the getter of a claim
export const workflowSettings = { id: 'own-11-memory-in-a-getter', trigger: 'user:tokens_generation' }

export default async function () {
  Object.defineProperty(kinde.accessToken.getCustomClaims(), 'bomb', {
    enumerable: true,
    get() {
      const kept = []
      for (;;) kept.push(new Array(10_000).fill(0))
    },
  })
}
