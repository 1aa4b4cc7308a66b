// Kinde's library of the browser SDKs from the registry, unmodified, as a client of this issuer (C§10). It keeps its state in the
// module, so each test begins with an empty one. Its published types lack the names of its enumerations; the values are used.
import assert from 'node:assert/strict'
import { beforeEach, test, type TestContext } from 'node:test'
import {
  exchangeAuthCode,
  generateAuthUrl,
  getClaim,
  getCurrentOrganization,
  getFlag,
  getPermissions,
  getRoles,
  getUserOrganizations,
  getUserProfile,
  MemoryStorage,
  refreshToken,
  setActiveStorage,
  setInsecureStorage,
  storageSettings,
} from '@kinde/js-utils'
import {
  ada,
  directoryFixture,
  engines,
  redirectUri,
  spaClient,
  weaving,
} from '../harness/directory-fixture.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { userAgent } from '../harness/user-agent.ts'
import { callbackOf, passThrough, signIn } from '../harness/visitor.ts'

beforeEach(() => {
  setActiveStorage(new MemoryStorage())
  setInsecureStorage(new MemoryStorage())
  storageSettings.useInsecureForRefreshToken = true
})

const workflow = `
export const workflowSettings = { id: 'js', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async function (event) {
  kinde.accessToken.setCustomClaim('origin', event.context.auth.origin)
}`

async function opened(t: TestContext, isInBoth = false) {
  const issuer = await startIssuer(t, { directory: await directoryFixture({ isInBoth }), workflow })
  return { issuer, agent: userAgent(issuer.url) }
}

async function authUrl({ url }: TestIssuer, type: 'login' | 'registration', options: object = {}) {
  const built = await generateAuthUrl(url, type, {
    clientId: spaClient.id,
    redirectURL: redirectUri,
    scope: ['openid', 'profile', 'email', 'offline'],
    ...options,
  })
  return built.url
}

async function exchanged({ url }: TestIssuer, callback: URL) {
  return exchangeAuthCode({
    urlParams: callback.searchParams,
    domain: url,
    clientId: spaClient.id,
    redirectURL: redirectUri,
  })
}

test('signs in and reads permissions, flags, roles, organization and profile', async (t) => {
  const { issuer, agent } = await opened(t)

  const result = await exchanged(issuer, await signIn(agent, await authUrl(issuer, 'login')))

  assert.equal(result.error, undefined)
  assert.deepEqual(await getPermissions(), {
    orgCode: engines.code,
    permissions: ['read:reports', 'write:reports'],
  })
  assert.equal(await getFlag('theme'), 'violet')
  assert.deepEqual(await getRoles(), [{ id: 'role_1', key: 'admin', name: 'Administrator' }])
  assert.equal(await getCurrentOrganization(), engines.code)
  assert.deepEqual(await getUserOrganizations(), [engines.code])
  const profile = await getUserProfile()
  assert.deepEqual(
    { id: profile?.id, email: profile?.email, given: profile?.givenName },
    { id: ada.id, email: ada.email, given: 'Ada' },
  )
})

test('refreshes with the token that it keeps, time after time', async (t) => {
  const { issuer, agent } = await opened(t)
  await exchanged(issuer, await signIn(agent, await authUrl(issuer, 'login')))
  const request = { domain: issuer.url, clientId: spaClient.id }

  for (const _ of [1, 2, 3]) assert.equal((await refreshToken(request)).success, true)

  assert.deepEqual(await getClaim('origin'), { name: 'origin', value: 'refresh_token_request' })
})

test('leads to sign-up by its route for registering', async (t) => {
  const { issuer, agent } = await opened(t)

  const page = await agent.get(String(await authUrl(issuer, 'registration')))
  const done = await agent.submit(page, '/sign-up', {
    given_name: 'Grace',
    family_name: 'Hopper',
    email: 'grace@example.com',
    password: 'nanoseconds in a wire',
  })

  assert.equal((await exchanged(issuer, callbackOf(done))).error, undefined)
  assert.equal((await getUserProfile())?.email, 'grace@example.com')
})

test('asks silently: login_required without a session, tokens with one', async (t) => {
  const { issuer, agent } = await opened(t)
  const silent = { prompt: 'none' }
  const refused = await passThrough(agent, await authUrl(issuer, 'login', silent))
  assert.equal(refused.searchParams.get('error'), 'login_required')
  await signIn(agent, await authUrl(issuer, 'login'))

  const callback = await passThrough(agent, await authUrl(issuer, 'login', silent))

  assert.equal((await exchanged(issuer, callback)).error, undefined)
  assert.equal((await getUserProfile())?.id, ada.id)
})

test('signs in to the organization that it names', async (t) => {
  const { issuer, agent } = await opened(t, true)
  const url = await authUrl(issuer, 'login', { orgCode: weaving.code })

  await exchanged(issuer, await signIn(agent, url))

  assert.equal(await getCurrentOrganization(), weaving.code)
  assert.deepEqual(await getPermissions(), { orgCode: weaving.code, permissions: [] })
})

test('learns of an unknown code by a failed exchange', async (t) => {
  const { issuer } = await opened(t)
  const url = await authUrl(issuer, 'login')
  const state = url.searchParams.get('state') ?? ''

  const result = await exchanged(issuer, new URL(`${redirectUri}?code=none&state=${state}`))

  assert.equal(result.success, false)
})
