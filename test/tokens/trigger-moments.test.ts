// The moments of `user:tokens_generation`: it fires once for each, before anything is issued, and its event says which moment it is.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { z } from 'zod'
import {
  ada,
  audience,
  directoryFixture,
  engines,
  redirectUri,
  spaClient,
  userChanges,
  webClient,
  weaving,
} from '../harness/directory-fixture.ts'
import { invocations, type RecordedInvocation } from '../harness/invocations.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  allScopes,
  authorizationRequest,
  refresh,
  refreshTokenOf,
  relyingParty,
  signIn,
  visit,
} from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const grace = {
  id: 'kp_000000000000000000000000000grace',
  email: 'grace@example.com',
  password: ada.password,
}
const userAgentName = 'Browser of the test/1.0'

const workflow = `
  export const workflowSettings = {
    id: 'moments', trigger: 'user:tokens_generation',
    bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
  }
  export default async function (event) {
    kinde.accessToken.setCustomClaim('event', event)
    kinde.idToken.setCustomClaim('origin', event.context.auth.origin)
  }`

const issuer = await startIssuer(
  { after },
  { directory: await directoryFixture({ more: await userChanges(grace) }), workflow },
)
const rp = await relyingParty(issuer)
const spa = await relyingParty(issuer, spaClient.id, client.None())

let seen = 0

/** The invocations since the last call. */
async function fired() {
  const found = await invocations(issuer, seen)
  seen += found.length
  return found
}

function browser() {
  return userAgent(issuer.url, { 'user-agent': userAgentName })
}

describe('the trigger fires exactly once', () => {
  test('for a sign-in, before the code is issued; the code exchange fires nothing', async () => {
    const { url, checks } = await authorizationRequest(rp, { params: { audience } })
    const callback = await visit(url, browser())
    const [invocation, ...more] = await fired()
    assert.deepEqual(more, [])
    assert.deepEqual(invocation?.document.event, {
      request: {
        auth: { audience: [audience], scope: allScopes.split(' '), grantType: 'authorization_code' },
        authUrlParams: {
          clientId: webClient.id,
          redirectUri,
          responseType: 'code',
          scope: allScopes,
          state: checks.expectedState,
        },
        ip: '127.0.0.1',
        userAgent: userAgentName,
      },
      context: {
        auth: { origin: 'authorization_request', isExistingSession: false, connectionId: 'conn_email' },
        domains: { kindeDomain: issuer.url },
        application: { clientId: webClient.id },
        user: { id: ada.id, identityId: `identity_${ada.id.slice(3)}` },
        organization: { code: engines.code },
        workflow: { trigger: 'user:tokens_generation' },
      },
    })
    const tokens = await client.authorizationCodeGrant(rp, callback, checks)
    assert.equal(tokens.claims()?.['origin'], 'authorization_request')
    assert.deepEqual(await fired(), [])
  })

  test('for a sign-up, with the new user', async () => {
    const { url, checks } = await authorizationRequest(rp, { params: { prompt: 'create' } })
    const agent = browser()
    const page = await agent.get(url.href)
    const done = await agent.submit(page, '/sign-up', {
      given_name: 'Nina',
      family_name: 'New',
      email: 'nina@example.com',
      password: 'a long enough password',
    })
    const tokens = await client.authorizationCodeGrant(rp, new URL(done.location ?? ''), checks)
    const [invocation, ...more] = await fired()
    assert.deepEqual(more, [])
    const { context, request } = eventOf(invocation)
    assert.deepEqual(context.auth, {
      origin: 'authorization_request',
      isExistingSession: false,
      connectionId: 'conn_email',
    })
    assert.equal(context.user.id, tokens.claims()?.sub)
    assert.equal(request.authUrlParams['prompt'], 'create')
    assert.equal('organization' in context, false)
  })

  for (const [what, params] of [
    ['a single sign-on', {}],
    ['prompt=none', { prompt: 'none' }],
  ] as const) {
    test(`for ${what}: the session is an existing one, and how the person came in is known`, async () => {
      const { agent } = await signIn(issuer, rp, { agent: browser() })
      await fired()
      const { accessToken } = await signIn(issuer, spa, { agent, params: { ...params, audience } })
      const [invocation, ...more] = await fired()
      assert.deepEqual(more, [])
      const { context, request } = eventOf(invocation)
      assert.deepEqual(context.auth, {
        origin: 'authorization_request',
        isExistingSession: true,
        connectionId: 'conn_email',
      })
      assert.deepEqual(
        [
          context.application.clientId,
          context.user.id,
          context.organization?.code,
          request.userAgent,
          request.ip,
        ],
        [spaClient.id, ada.id, engines.code, userAgentName, '127.0.0.1'],
      )
      assert.deepEqual(request.auth.audience, [audience])
      assert.deepEqual(accessToken['event'], invocation?.document.event)
    })
  }

  test('for a refresh, with everything that is known of the sign-in', async () => {
    const first = await signIn(issuer, rp, { params: { audience } })
    await fired()
    const second = await refresh(rp, first)
    const [invocation, ...more] = await fired()
    assert.deepEqual(more, [])
    const { context, request } = eventOf(invocation)
    assert.deepEqual(context.auth, {
      origin: 'refresh_token_request',
      isExistingSession: true,
      connectionId: 'conn_email',
    })
    assert.deepEqual(
      [request.auth.grantType, request.auth.audience, context.user, context.organization, request.ip],
      [
        'refresh_token',
        [audience],
        { id: ada.id, identityId: `identity_${ada.id.slice(3)}` },
        { code: engines.code },
        '127.0.0.1',
      ],
    )
    assert.equal(second.idToken['origin'], 'refresh_token_request')
    assert.deepEqual(second.accessToken['event'], invocation?.document.event)
  })

  test('for each refresh of a chain, each from the complete defaults', async () => {
    let current: Awaited<ReturnType<typeof refresh>> = await signIn(issuer, rp)
    await fired()
    for (let round = 0; round < 3; round += 1) {
      current = await refresh(rp, current)
      const [invocation, ...more] = await fired()
      assert.deepEqual(more, [])
      assert.equal(invocation?.document.accessToken?.before['event'], undefined)
      assert.equal(invocation?.record.accessTokenJti, current.accessToken.jti)
      assert.equal(invocation?.record.idTokenJti, current.idToken.jti)
    }
  })

  test('for a sign-in over the sign-in page although there is a session (prompt=login)', async () => {
    const { agent } = await signIn(issuer, rp)
    await fired()
    await signIn(issuer, rp, { agent, params: { prompt: 'login' } })
    const [invocation, ...more] = await fired()
    assert.deepEqual(more, [])
    assert.equal(eventOf(invocation).context.auth.isExistingSession, false)
  })

  test('for a sign-in in which an organization is chosen, with the chosen one', async (t) => {
    const own = await startIssuer(t, { directory: await directoryFixture({ isInBoth: true }), workflow })
    const party = await relyingParty(own)
    const { url } = await authorizationRequest(party)
    const agent = userAgent(own.url)
    const page = await agent.get(url.href)
    const choice = await agent.submit(page, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.deepEqual(await invocations(own), [])
    const done = await agent.submit(choice, '/organization', { org_code: weaving.code })
    assert.ok(new URL(done.location ?? '').searchParams.get('code'))
    const [invocation, ...more] = await invocations(own)
    assert.deepEqual(more, [])
    assert.equal(eventOf(invocation).context.organization?.code, weaving.code)
  })
})

describe('the trigger fires not at all', () => {
  test('for a sign-in that was not finished, a wrong password, or a request that is refused', async () => {
    await fired()
    const { url } = await authorizationRequest(rp)
    const agent = browser()
    const page = await agent.get(url.href)
    await agent.submit(page, '/sign-in', { identifier: ada.email, password: 'wrong' })
    const { url: silent } = await authorizationRequest(rp, { params: { prompt: 'none' } })
    await visit(silent, browser())
    await assert.rejects(client.refreshTokenGrant(rp, 'nonsense'))
    assert.deepEqual(await fired(), [])
  })

  test('for userinfo, introspection and revocation', async () => {
    const { tokens } = await signIn(issuer, rp)
    await fired()
    await client.fetchUserInfo(rp, tokens.access_token, ada.id)
    await client.tokenIntrospection(rp, tokens.access_token)
    await client.tokenRevocation(rp, refreshTokenOf(tokens))
    assert.deepEqual(await fired(), [])
  })

  test('for a refresh token of another client, or one whose family was revoked', async () => {
    const { tokens } = await signIn(issuer, rp)
    await fired()
    await assert.rejects(client.refreshTokenGrant(spa, refreshTokenOf(tokens)))
    await client.tokenRevocation(rp, refreshTokenOf(tokens))
    await assert.rejects(client.refreshTokenGrant(rp, refreshTokenOf(tokens)))
    assert.deepEqual(await fired(), [])
  })
})

/** What the tests look at; the whole event of a sign-in is compared above. */
const eventSchema = z.object({
  request: z.object({
    auth: z.object({ audience: z.array(z.string()), grantType: z.string() }),
    authUrlParams: z.record(z.string(), z.string()),
    ip: z.string(),
    userAgent: z.string().optional(),
  }),
  context: z.object({
    auth: z.object({ origin: z.string(), isExistingSession: z.boolean(), connectionId: z.string() }),
    application: z.object({ clientId: z.string() }),
    user: z.object({ id: z.string(), identityId: z.string() }),
    organization: z.object({ code: z.string() }).optional(),
  }),
})

function eventOf(invocation: RecordedInvocation | undefined) {
  return eventSchema.parse(invocation?.document.event)
}
