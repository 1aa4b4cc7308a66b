// The unmodified `createKindeAPI` in a real sandbox against the real API over a real database, all of it in process: the token from
// the token endpoint, kept by kinde.cache, then reads and writes. The issuer's two endpoints are played here.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { issuerUrl, openManagementWorld } from '../harness/management-world.ts'
import { m2mClient, m2mEnvironment } from '../harness/management-api.ts'
import { claimsOf, openTestSandbox } from '../harness/sandbox.ts'

const lifetime = { after }
const world = await openManagementWorld(lifetime)
const tokenRequests: URLSearchParams[] = []
const runs = await openTestSandbox(lifetime, {
  hostCalls: { ownOrigin: { origins: [issuerUrl], handle } },
})
const given = {
  event: { context: { domains: { kindeDomain: issuerUrl } } },
  environment: m2mEnvironment,
  // What is tested is what the runs ask, not how fast a machine that does other things answers.
  limits: { wallClockMs: 60_000, callMs: 60_000, runningTimeMs: 20_000 },
}

async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/.well-known/jwks.json') return Response.json(await world.jwks())
  if (pathname !== '/oauth2/token') return world.handleInProcess(request)
  const form = new URLSearchParams(await request.text())
  tokenRequests.push(form)
  // The token is good by the clock of the cache as well as by that of the world, which stands still.
  const token = await world.token({}, Date.now() + 3_600_000)
  return Response.json({ access_token: token, expires_in: 3_600, token_type: 'bearer' })
}

test('50 runs at once read a user with roles, permissions and properties, by one token', async () => {
  const deployment = await runs.deploy(`
    import { createKindeAPI } from '@kinde/infrastructure'
    export default async function (event) {
      const api = await createKindeAPI(event)
      const [user, roles, permissions, properties] = await Promise.all([
        api.get({ endpoint: 'user?id=kp_ada&expand=organizations,billing' }),
        api.get({ endpoint: 'organizations/org_engines/users/kp_ada/roles' }),
        api.get({ endpoint: 'organizations/org_engines/users/kp_ada/permissions' }),
        api.get({ endpoint: 'users/kp_ada/properties' }),
      ])
      const billing = await api.get({
        endpoint: \`billing/entitlements?customer_id=\${user.data.billing.customer_id}\`,
      })
      Object.assign(kinde.accessToken.getCustomClaims(), {
        organizations: user.data.organizations,
        roles: roles.data.roles.map(({ key }) => key),
        permissions: permissions.data.permissions.map(({ key }) => key),
        plan: properties.data.properties.find(({ key }) => key === 'plan').value,
        entitlements: billing.data.entitlements,
      })
    }`)
  const results = await Promise.all(Array.from({ length: 50 }, () => runs.invoke(deployment, given)))
  for (const result of results) {
    assert.deepEqual(claimsOf(result), {
      organizations: ['org_engines'],
      roles: ['admin', 'member'],
      permissions: ['extra', 'reports:read', 'reports:write'],
      plan: 'premium',
      entitlements: [],
    })
  }
  assert.equal(tokenRequests.length, 1)
  assert.equal(tokenRequests[0]?.get('audience'), `${issuerUrl}/api`)
  assert.equal(tokenRequests[0]?.get('client_id'), m2mClient.id)
})

test('a workflow writes: it creates a user, as text or as an object, and sets properties and a password', async () => {
  const deployment = await runs.deploy(`
    import { createKindeAPI } from '@kinde/infrastructure'
    export default async function (event) {
      const api = await createKindeAPI(event)
      const user = (address) => ({ identities: [{ type: 'email', details: { email: address } }] })
      const first = await api.post({ endpoint: 'user', params: JSON.stringify(user('text@example.com')) })
      const second = await api.post({ endpoint: 'user', params: user('object@example.com') })
      const id = second.data.id
      const set = await api.patch({ endpoint: \`users/\${id}/properties\`, params: { properties: { plan: 'free' } } })
      const password = await api.put({
        endpoint: \`users/\${id}/password\`,
        params: { hashed_password: '5ebe2294ecd0e0f08eab7690d2a6ee69', hashing_method: 'md5' },
      })
      const taken = await api.post({ endpoint: 'user', params: user('text@example.com') })
      Object.assign(kinde.accessToken.getCustomClaims(), {
        ids: [first.data.id, id], set: set.data.code, password: password.data.code, taken: taken.data.errors[0].code,
      })
    }`)
  const { ids, ...codes } = claimsOf(await runs.invoke(deployment, given))
  assert.deepEqual(codes, { set: 'OK', password: 'OK', taken: 'ALREADY_EXISTS' })
  const [first, second] = Array.isArray(ids) ? ids.map(String) : []
  const { directory } = world.store
  assert.equal((await directory.identity('email', 'text@example.com'))?.userId, first)
  assert.equal((await directory.identity('email', 'object@example.com'))?.userId, second)
  assert.deepEqual(await directory.propertyValues({ context: 'usr', id: second ?? '' }), { plan: 'free' })
})
