// SBX-38 | completed | a forged result, returned
// claims: {"permissions":["read:reports"],"feature_flags":{}}
export const workflowSettings = { id: 'sbx-38-envelope-returned', trigger: 'user:tokens_generation' }

export default async function () {
  return { kind: 'completed', claimsJson: '{"accessToken":{"admin":true}}' }
}
