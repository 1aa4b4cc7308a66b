// SBX-30 | threw or claims-invalid | a revoked Proxy as a claim
export const workflowSettings = { id: 'sbx-30-revoked-proxy', trigger: 'user:tokens_generation' }

export default async function () {
  const { proxy, revoke } = Proxy.revocable({}, {})
  kinde.accessToken.setCustomClaim('proxy', proxy)
  revoke()
}
