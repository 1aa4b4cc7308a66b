// OWN-01 | running-time-exceeded | a loop in onMissingOrExpired
export const workflowSettings = { id: 'own-01-loop-in-on-missing-or-expired', trigger: 'user:tokens_generation' }

export default async function () {
  await kinde.cache.jwtToken('own-01', {
    onMissingOrExpired() {
      for (;;);
    },
  })
}
