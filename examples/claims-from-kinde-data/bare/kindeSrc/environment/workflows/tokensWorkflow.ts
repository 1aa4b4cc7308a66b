// The same as ../../../../library, on the global `kinde` and without an import: what createKindeAPI does is written out.
declare const kinde: {
  accessToken: { setCustomClaim(name: string, value: unknown): void }
  idToken: { setCustomClaim(name: string, value: unknown): void }
  env: { get(key: string): { value: string; isSecret: boolean } | undefined }
  // A promise whose properties may also be read at once; then the run waits there for the answer.
  fetch(url: string, options?: object): Promise<{ ok: boolean; status: number; json: any }> & { json: any }
  cache: { jwtToken(name: string, options: object): Promise<string> }
}

export const workflowSettings = {
  id: 'claimsFromKindeDataBare',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.env': {}, 'kinde.fetch': {}, url: {} },
}

interface TokensEvent {
  context: { domains: { kindeDomain: string }; user: { id: string }; organization?: { code?: string } }
}

export default async function addKindeData({ context }: TokensEvent) {
  const { kindeDomain } = context.domains
  const token = await managementToken(kindeDomain)
  const read = async (path: string) => {
    const response = await kinde.fetch(`${kindeDomain}/api/v1/${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    })
    if (!response.ok) throw new Error(`The management API refused: ${JSON.stringify(response.json?.errors)}`)
    return response.json
  }

  const userId = context.user.id
  const orgCode = context.organization?.code
  const [user, { properties }, { roles }] = await Promise.all([
    read(`user?id=${userId}&expand=organizations`),
    read(`users/${userId}/properties`),
    orgCode ? read(`organizations/${orgCode}/users/${userId}/roles`) : { roles: [] },
  ])

  kinde.accessToken.setCustomClaim('customer_id', user.provided_id)
  kinde.accessToken.setCustomClaim(
    'plan',
    properties.find((one: { key: string }) => one.key === 'plan')?.value,
  )
  kinde.accessToken.setCustomClaim(
    'org_roles',
    roles.map((role: { key: string }) => role.key),
  )
  kinde.idToken.setCustomClaim('sign_ins', user.total_sign_ins)
  kinde.idToken.setCustomClaim('organizations_of_user', user.organizations)
}

// Under this name the library keeps its token, so that both styles share one. It is checked against the issuer's keys
// before it is handed out; the callback is called only when the cache has no token.
function managementToken(kindeDomain: string): Promise<string> {
  return kinde.cache.jwtToken('internal_m2m_access_token', {
    validation: { key: { type: 'jwks', jwks: { url: `${kindeDomain}/.well-known/jwks.json` } } },
    onMissingOrExpired: () => {
      const answer = kinde.fetch(`${kindeDomain}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          audience: `${kindeDomain}/api`,
          client_id: kinde.env.get('KINDE_WF_M2M_CLIENT_ID')?.value ?? '',
          client_secret: kinde.env.get('KINDE_WF_M2M_CLIENT_SECRET')?.value ?? '',
        }),
      })
      if (!answer.json?.access_token) throw new Error('The token endpoint gave no token')
      return answer.json.access_token
    },
  })
}
