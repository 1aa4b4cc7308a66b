// SBX-39 | completed | known claims in other shapes; the reserved ones are not in the result
// claims: {"permissions":"everything","feature_flags":[],"org_code":{"a":1}}
export const workflowSettings = { id: 'sbx-39-shapes-of-known-claims', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  Object.assign(claims, { permissions: 'everything', feature_flags: [], org_code: { a: 1 } })
  claims.aud = ['everybody']
  claims.scope = { all: true }
}
