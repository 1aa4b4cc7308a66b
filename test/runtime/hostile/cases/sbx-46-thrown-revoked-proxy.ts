// SBX-46 | threw | a thrown Proxy that was revoked
export const workflowSettings = { id: 'sbx-46-thrown-revoked-proxy', trigger: 'user:tokens_generation' }

export default async function () {
  const { proxy, revoke } = Proxy.revocable(new Error('x'), {})
  revoke()
  throw proxy
}
