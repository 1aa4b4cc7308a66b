// SBX-31 | completed | minus zero becomes zero, undefined is dropped
// claims: {"permissions":["read:reports"],"feature_flags":{},"zero":0,"nested":{"b":1}}
export const workflowSettings = { id: 'sbx-31-minus-zero-and-undefined', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('zero', -0)
  kinde.accessToken.setCustomClaim('gone', undefined)
  kinde.accessToken.setCustomClaim('nested', { a: undefined, b: 1 })
}
