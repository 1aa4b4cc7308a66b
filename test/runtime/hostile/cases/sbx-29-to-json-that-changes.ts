// SBX-29 | completed | toJSON that answers differently each time is asked once
// claims: {"permissions":["read:reports"],"feature_flags":{},"once":1}
export const workflowSettings = { id: 'sbx-29-to-json-that-changes', trigger: 'user:tokens_generation' }

export default async function () {
  let asked = 0
  kinde.accessToken.setCustomClaim('once', { toJSON: () => ++asked })
}
