// OWN-16 | completed | attempts on every reserved claim from functions with giant names
// rss: 48
export const workflowSettings = { id: 'own-16-stack-of-reserved-attempts', trigger: 'user:tokens_generation' }

export default async function () {
  const names = ['sub', 'iss', 'aud', 'exp', 'iat', 'jti', 'nbf', 'azp', 'sid', 'act', 'cnf', 'nonce', 'acr', 'amr', 'scope', 'client_id', 'typ', 'alg', 'kid']
  const attempt = () => {
    for (const name of names) kinde.accessToken.getCustomClaims()[name] = kinde.idToken.getCustomClaims()[name] = 1
  }
  Object.defineProperty(attempt, 'name', { value: 'n'.repeat(200_000) })
  attempt()
}
