// Kinde's server SDK from the registry, unmodified, as a client of this issuer (C§10): what it builds, sends and expects holds.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createKindeServerClient, GrantType, type SessionManager } from '@kinde-oss/kinde-typescript-sdk'
import { decodeJwt } from 'jose'
import {
  ada,
  audience,
  directoryFixture,
  engines,
  logoutUri,
  m2mClient,
  redirectUri,
  spaClient,
  webClient,
  type FixtureOptions,
} from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { userAgent } from '../harness/user-agent.ts'
import { callbackOf, passThrough, shownText, signIn } from '../harness/visitor.ts'

const workflow = `
export const workflowSettings = {
  id: 'sdk',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
}
export default async function (event) {
  kinde.accessToken.setCustomClaim('plan', 'premium')
  kinde.accessToken.setCustomClaim('domain', event.context.domains.kindeDomain)
  kinde.idToken.setCustomClaim('origin', event.context.auth.origin)
}`

function memorySession(): SessionManager {
  const items = new Map<string, unknown>()
  return {
    getSessionItem: async (key) => items.get(key) ?? null,
    setSessionItem: async (key, value) => void items.set(key, value),
    removeSessionItem: async (key) => void items.delete(key),
    destroySession: async () => items.clear(),
  }
}

async function opened(t: TestContext, options: FixtureOptions = {}) {
  const directory = await directoryFixture(options)
  const issuer = await startIssuer(t, { directory, workflow, hasCustomDomain: true })
  return { issuer, client: clientOf(issuer.url), session: memorySession(), agent: userAgent(issuer.url) }
}

function clientOf(authDomain: string) {
  return createKindeServerClient(GrantType.AUTHORIZATION_CODE, {
    authDomain,
    clientId: webClient.id,
    clientSecret: webClient.secret,
    redirectURL: redirectUri,
    logoutRedirectURL: logoutUri,
    scope: 'openid profile email offline',
    audience,
  })
}

test('signs in and reads the user, the organization, permissions, flags and claims of both tokens', async (t) => {
  const { client, session, agent } = await opened(t)

  await client.handleRedirectToApp(session, await signIn(agent, await client.login(session)))

  assert.equal(await client.isAuthenticated(session), true)
  const user = await client.getUser(session)
  assert.deepEqual(
    { id: user.id, email: user.email, given: user.given_name, family: user.family_name },
    { id: ada.id, email: ada.email, given: 'Ada', family: 'Lovelace' },
  )
  assert.deepEqual(await client.getOrganization(session), { orgCode: engines.code })
  assert.deepEqual(await client.getUserOrganizations(session), { orgCodes: [engines.code] })
  assert.deepEqual(await client.getPermissions(session), {
    orgCode: engines.code,
    permissions: ['read:reports', 'write:reports'],
  })
  assert.deepEqual(await client.getPermission(session, 'delete:reports'), {
    orgCode: engines.code,
    isGranted: false,
  })
  assert.equal(await client.getStringFlag(session, 'theme'), 'violet')
  assert.equal((await client.getFlag(session, 'theme')).type, 'string')
  assert.deepEqual(await client.getClaim(session, 'aud'), { name: 'aud', value: [audience] })
  assert.equal(await client.getClaimValue(session, 'plan'), 'premium')
  assert.equal(await client.getClaimValue(session, 'origin', 'id_token'), 'authorization_request')
})

test('reads the profile from the endpoint', async (t) => {
  const { client, session, agent } = await opened(t)
  await client.handleRedirectToApp(session, await signIn(agent, await client.login(session)))

  const profile = await client.getUserProfile(session)

  assert.deepEqual(
    { id: profile.id, email: profile.email, family: profile.family_name },
    { id: ada.id, email: ada.email, family: 'Lovelace' },
  )
})

test('refreshes, and the workflow shapes the tokens anew', async (t) => {
  const { client, session, agent } = await opened(t)
  await client.handleRedirectToApp(session, await signIn(agent, await client.login(session)))
  const first = await client.getToken(session)

  const refreshed = await client.refreshTokens(session)

  assert.notEqual(refreshed.access_token, first)
  assert.equal(await client.getToken(session), refreshed.access_token)
  assert.equal(await client.getClaimValue(session, 'plan'), 'premium')
  assert.equal(await client.getClaimValue(session, 'origin', 'id_token'), 'refresh_token_request')
})

test('signs in, reads and refreshes at a custom domain', async (t) => {
  const { issuer } = await opened(t)
  const client = clientOf(issuer.customUrl)
  const session = memorySession()
  const agent = userAgent(issuer.customUrl)
  await client.handleRedirectToApp(session, await signIn(agent, await client.login(session)))

  assert.equal((await client.getUserProfile(session)).id, ada.id)
  await client.refreshTokens(session)
  assert.equal(await client.getClaimValue(session, 'iss'), issuer.customUrl)
  assert.equal(await client.getClaimValue(session, 'domain'), issuer.customUrl)
  const { url } = await client.portal(session, { returnUrl: 'http://127.0.0.1:9/' })
  assert.equal(url.origin, issuer.customUrl)
  assert.match(shownText((await agent.get(url.href)).text), /ada@example\.com/)
})

test('signs in again by the session that there is, without a page', async (t) => {
  const { client, session, agent } = await opened(t)
  await client.handleRedirectToApp(session, await signIn(agent, await client.login(session)))
  const another = memorySession()

  await client.handleRedirectToApp(another, await passThrough(agent, await client.login(another)))

  assert.equal((await client.getUser(another)).id, ada.id)
})

test('registers: the sign-up page, and tokens of a new user', async (t) => {
  const { client, session, agent } = await opened(t)

  const page = await agent.get(String(await client.register(session)))
  const done = await agent.submit(page, '/sign-up', {
    given_name: 'Grace',
    family_name: 'Hopper',
    email: 'grace@example.com',
    password: 'nanoseconds in a wire',
  })
  await client.handleRedirectToApp(session, callbackOf(done))

  const user = await client.getUser(session)
  assert.match(user.id, /^kp_[0-9a-f]{32}$/)
  assert.equal(user.email, 'grace@example.com')
  assert.deepEqual(await client.getOrganization(session), { orgCode: null })
})

test('creates an organization at registration, and the tokens are of it', async (t) => {
  const { issuer, client, session, agent } = await opened(t)

  const page = await agent.get(String(await client.createOrg(session, { org_name: 'Compilers' })))
  const signedUp = await agent.submit(page, '/sign-up', {
    given_name: 'Grace',
    family_name: 'Hopper',
    email: 'grace@example.com',
    password: 'nanoseconds in a wire',
  })
  const done = await agent.submit(signedUp, '/create-organization')
  await client.handleRedirectToApp(session, callbackOf(done))

  const { orgCode } = await client.getOrganization(session)
  assert.equal((await issuer.store.directory.organization(orgCode ?? ''))?.name, 'Compilers')
})

test('creates an organization for a user who is already signed in', async (t) => {
  const { issuer, client, session, agent } = await opened(t)
  await client.handleRedirectToApp(session, await signIn(agent, await client.login(session)))

  const page = await agent.get(String(await client.createOrg(session, { org_name: 'Difference Engines' })))
  const done = await agent.submit(page, '/create-organization')
  await client.handleRedirectToApp(session, callbackOf(done))

  const { orgCode } = await client.getOrganization(session)
  assert.equal((await client.getUser(session)).id, ada.id)
  assert.equal((await issuer.store.directory.organization(orgCode ?? ''))?.name, 'Difference Engines')
})

test('signs out: the session is over, and the browser is back at the application', async (t) => {
  const { client, session, agent } = await opened(t)
  await client.handleRedirectToApp(session, await signIn(agent, await client.login(session)))

  const left = await agent.get(String(await client.logout(session)))

  assert.equal(left.location, logoutUri)
  assert.equal(await client.isAuthenticated(session), false)
  const next = await agent.get(String(await client.login(session)))
  assert.match(next.url, /\/interaction\//)
})

test('signs in without a secret, by PKCE', async (t) => {
  const { issuer, session, agent } = await opened(t)
  const client = createKindeServerClient(GrantType.PKCE, {
    authDomain: issuer.url,
    clientId: spaClient.id,
    redirectURL: redirectUri,
    logoutRedirectURL: logoutUri,
    scope: 'openid profile email offline',
  })

  await client.handleRedirectToApp(session, await signIn(agent, await client.login(session)))
  await client.refreshTokens(session)

  assert.equal((await client.getUser(session)).id, ada.id)
})

test('gets a token of a machine by its credentials', async (t) => {
  const { issuer, session } = await opened(t)
  const client = createKindeServerClient(GrantType.CLIENT_CREDENTIALS, {
    authDomain: issuer.url,
    clientId: m2mClient.id,
    clientSecret: m2mClient.secret,
    logoutRedirectURL: logoutUri,
    audience,
  })

  const { aud, gty, scp, sub } = decodeJwt(await client.getToken(session))

  assert.deepEqual(
    { aud, gty, scp, sub },
    {
      aud: [audience],
      gty: ['client_credentials'],
      scp: ['read:all'],
      sub: undefined,
    },
  )
})

test('learns of an unknown code by an error with a message', async (t) => {
  const { client, session } = await opened(t)
  const state = new URL(await client.login(session)).searchParams.get('state') ?? ''

  await assert.rejects(
    client.handleRedirectToApp(session, new URL(`${redirectUri}?code=none&state=${state}`)),
    /grant request is invalid/,
  )
})
