// SBX-32 | claims-invalid | a cycle in the claims
// error: /accessToken\.self.*cycle or nested deeper/
export const workflowSettings = { id: 'sbx-32-cycle', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  claims.self = { claims }
  claims.self.again = claims.self
}
