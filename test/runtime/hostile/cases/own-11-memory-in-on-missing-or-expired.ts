// OWN-11 | memory-exceeded | all memory in onMissingOrExpired
export const workflowSettings = { id: 'own-11-memory-in-on-missing-or-expired', trigger: 'user:tokens_generation' }

export default async function () {
  await kinde.cache.jwtToken('own-11', {
    onMissingOrExpired() {
      const kept = []
      for (;;) kept.push(new Array(10_000).fill(0))
    },
  })
}
