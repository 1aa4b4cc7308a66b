// SBX-30 | running-time-exceeded or completed | the prototype of the claims object is a Proxy that loops
export const workflowSettings = { id: 'sbx-30-proxy-in-place-of-the-claims', trigger: 'user:tokens_generation' }

export default async function () {
  const trap = () => {
    for (;;);
  }
  const claims = kinde.accessToken.getCustomClaims()
  Object.setPrototypeOf(claims, new Proxy({}, { get: trap, set: trap, has: trap, ownKeys: trap }))
  claims.name = 'x'
}
