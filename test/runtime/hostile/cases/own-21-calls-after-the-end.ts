// OWN-21 | completed | bindings that are used while the claims are written, and afterwards
// claims: {"permissions":["read:reports"],"feature_flags":{},"a":{"b":1}}
export const workflowSettings = { id: 'own-21-calls-after-the-end', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  const after = () => {
    console.log('after the end')
    kinde.auth.denyAccess('too late')
    kinde.fetch(kinde.env.get('ALLOWED').value + '/too-late')
  }
  claims.a = { get b() { Promise.resolve().then(after); return 1 } }
}
