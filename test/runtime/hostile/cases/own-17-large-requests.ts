// OWN-17 | completed or threw or calls-exceeded or memory-exceeded | requests with bodies of a megabyte to an address that is refused
// rss: 160
export const workflowSettings = { id: 'own-17-large-requests', trigger: 'user:tokens_generation' }

export default async function () {
  const body = 'x'.repeat(1_000_000)
  await Promise.allSettled(Array.from({ length: 20 }, () => kinde.fetch('https://127.0.0.1/', { method: 'POST', body })))
}
