// SBX-11 | completed | promise jobs, timers and calls that go on after the result
// claims: {"permissions":["read:reports"],"feature_flags":{},"before":true}
export const workflowSettings = { id: 'sbx-11-work-goes-on-after-the-result', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  const again = () => {
    claims.after = true
    return Promise.resolve().then(again)
  }
  setInterval(() => kinde.fetch(kinde.env.get('ALLOWED').value + '/after-the-end'), 1)
  claims.before = true
  // Four jobs later than the end of the run.
  Promise.resolve().then(() => 0).then(() => 0).then(() => 0).then(() => 0).then(again)
}
