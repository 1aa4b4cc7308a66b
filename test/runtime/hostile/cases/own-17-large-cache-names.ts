// OWN-17 | completed or threw or calls-exceeded or memory-exceeded or running-time-exceeded | look-ups in the token cache with names of a megabyte
// rss: 200
export const workflowSettings = { id: 'own-17-large-cache-names', trigger: 'user:tokens_generation' }

export default async function () {
  const name = 'x'.repeat(1_000_000)
  for (let index = 0; index < 99; index++) await kinde.cache.jwtToken(name + index, {}).catch(() => undefined)
}
