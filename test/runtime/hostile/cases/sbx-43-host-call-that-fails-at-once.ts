// SBX-43 | completed | calls that fail at once, and that nobody waits for
export const workflowSettings = { id: 'sbx-43-host-call-that-fails-at-once', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.fetch('http://127.0.0.1/')
  kinde.fetch('not an address')
  fetch('file:///etc/passwd')
  kinde.secureFetch('http://[::1]/')
  kinde.cache.jwtToken('x', { validation: { key: { type: 'jwks', url: 'http://localhost/' } }, onMissingOrExpired: () => 'x' })
  await new Promise((resolve) => setTimeout(resolve, 50))
}
