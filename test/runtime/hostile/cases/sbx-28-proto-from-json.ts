// SBX-28 | completed | own __proto__ keys from JSON, merged into the claims
// claims: {"permissions":["read:reports"],"feature_flags":{},"polluted":"no"}
export const workflowSettings = { id: 'sbx-28-proto-from-json', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  const parsed = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
  Object.assign(claims, parsed)
  delete claims.constructor
  claims.polluted = {}.polluted === undefined ? 'no' : 'yes'
}
