// SBX-30 | completed | the getter of a claim calls bindings while the claims are written
export const workflowSettings = { id: 'sbx-30-getter-with-effects', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  Object.defineProperty(claims, 'a', {
    enumerable: true,
    get() {
      claims.later = 1
      delete claims.permissions
      claims.sub = 'somebody else'
      kinde.accessToken.setCustomClaim('later', 2)
      return kinde.accessToken.getCustomClaims().later
    },
  })
}
