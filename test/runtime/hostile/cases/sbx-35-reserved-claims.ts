// SBX-35 | completed | reserved claims by assignment, spread, prototype, index and hidden properties are not in the result
// claims: {"permissions":["read:reports"],"feature_flags":{},"ѕub":"look-alike"}
export const workflowSettings = { id: 'sbx-35-reserved-claims', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  claims.sub = 'x'
  claims['i' + 'ss'] = 'x'
  Object.assign(claims, { ...{ aud: 'x', exp: 1 } })
  kinde.accessToken.setCustomClaim(['azp'], 'x')
  kinde.accessToken.setCustomClaim({ toString: () => 'jti' }, 'x')
  Reflect.set(claims, 'cnf', { jkt: 'x' })
  Object.defineProperty(claims, 'hidden', { value: 'not enumerable' })
  Object.defineProperty(claims, Symbol.for('sub'), { value: 'x', enumerable: true })
  claims['ѕub'] = 'look-alike'
}
