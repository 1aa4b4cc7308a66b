// The workflow that shapes the tokens of the benchmarks of requests and of rehearsals.

/** `plan` is an expression of TypeScript over the event. */
export const tokensWorkflow = (plan: string) => `
export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
}
export default async function (event) {
  const token = kinde.accessToken.getCustomClaims()
  token.roles = token.roles.map((role) => role.key).join(' ')
  token.plan = ${plan}
  kinde.idToken.setCustomClaim('greeting', 'Hello ' + kinde.idToken.getCustomClaims().given_name)
}
`
