// SBX-59 | completed | the event, changed
// claims: {"permissions":["read:reports"],"feature_flags":{},"saw":"kp_other"}
export const workflowSettings = { id: 'sbx-59-event-tampering', trigger: 'user:tokens_generation' }

export default async function (event) {
  event.context.user.id = 'kp_other'
  event.context.organization = { code: 'org_other' }
  Object.setPrototypeOf(event, null)
  kinde.accessToken.setCustomClaim('saw', event.context.user.id)
}
