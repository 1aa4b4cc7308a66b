// OWN-12 | completed | claims by dangerous names, through every way to set them
export const workflowSettings = { id: 'own-12-claim-named-proto', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'then', 'toJSON', 'length', '__defineGetter__']) {
    kinde.accessToken.setCustomClaim(name, { polluted: 1 })
    kinde.idToken.setCustomClaim(name, 'polluted')
    Object.defineProperty(claims, name, { value: { polluted: 1 }, enumerable: true, configurable: true, writable: true })
  }
  claims.__proto__ = { polluted: 1 }
}
