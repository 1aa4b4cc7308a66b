// Ending a session: Kinde's `GET /logout?redirect=` (C§5), OIDC RP-Initiated Logout, and OIDC Back-Channel Logout to applications that
// asked for it.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import * as client from 'openid-client'
import {
  ada,
  anotherApplication,
  directoryFixture,
  logoutUri,
  redirectUri,
  spaClient,
  webClient,
} from '../harness/directory-fixture.ts'
import { userSessions } from '../../src/directory/index.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  authorizationRequest,
  isSignIn,
  refreshTokenOf,
  relyingParty,
  signIn,
  textOf,
  visit,
} from '../harness/relying-party.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'

const told = await startHttpServer({ after }, () => ({ status: 200 }))
const failing = await startHttpServer({ after }, () => ({ status: 500 }))
const backchannel = { id: 'c000000000000000000000backchannel', secret: 'b'.repeat(48) } as const
const broken = { id: 'c0000000000000000000000000000down', secret: 'd'.repeat(48) } as const
const otherLogoutUri = 'http://127.0.0.1:9/other-signed-out'

const issuer = await startIssuer(
  { after },
  {
    hasCustomDomain: true,
    directory: await directoryFixture({
      spa: { logoutUris: [otherLogoutUri] },
      more: [
        anotherApplication({
          clientId: backchannel.id,
          clientSecret: backchannel.secret,
          backchannelLogoutUri: `${told.origin}/logout`,
        }),
        anotherApplication({
          clientId: broken.id,
          clientSecret: broken.secret,
          backchannelLogoutUri: `${failing.origin}/logout`,
        }),
      ],
    }),
  },
)
const rp = await relyingParty(issuer)
const adaPassword = await issuer.store.directory.password(ada.id)
assert.ok(adaPassword)
const spa = await relyingParty(issuer, spaClient.id, client.None())
const listening = await relyingParty(issuer, backchannel.id, client.ClientSecretPost(backchannel.secret))

async function isSignedIn(agent: UserAgent): Promise<boolean> {
  const { url } = await authorizationRequest(rp, { params: { prompt: 'none' } })
  return (await visit(url, agent)).searchParams.has('code')
}

function logoutUrl(params: Record<string, string>): string {
  return `${issuer.url}/logout?${new URLSearchParams(params).toString()}`
}

describe('Kinde’s logout', () => {
  test('goes to a registered address at once, and the session and its tokens have ended', async () => {
    const { agent, tokens } = await signIn(issuer, rp)
    const page = await agent.get(logoutUrl({ redirect: logoutUri }))
    assert.deepEqual([page.status, page.location], [303, logoutUri])
    assert.equal(await isSignedIn(agent), false)
    await assert.rejects(client.refreshTokenGrant(rp, refreshTokenOf(tokens)), { error: 'invalid_grant' })
  })

  test('takes the address unencoded, with all_sessions beside it, as the SDKs send it', async () => {
    const { agent } = await signIn(issuer, rp)
    const page = await agent.get(`${issuer.url}/logout?redirect=${logoutUri}&all_sessions=true`)
    assert.equal(page.location, logoutUri)
    assert.equal(await isSignedIn(agent), false)
  })

  test('goes there for who is not signed in, too', async () => {
    const page = await userAgent(issuer.url).get(logoutUrl({ redirect: logoutUri }))
    assert.equal(page.location, logoutUri)
  })

  test('ends the tokens of every application of the session', async () => {
    const first = await signIn(issuer, rp)
    const second = await signIn(issuer, spa, { agent: first.agent })
    await first.agent.get(logoutUrl({ redirect: logoutUri }))
    await assert.rejects(client.refreshTokenGrant(spa, refreshTokenOf(second.tokens)), {
      error: 'invalid_grant',
    })
  })

  for (const redirect of [
    '',
    'https://evil.example/',
    `${logoutUri}/`,
    `//evil.example`,
    `${logoutUri}@evil.example`,
    redirectUri,
  ]) {
    test(`BR-08 asks instead of going to "${redirect}", and the session is still there`, async () => {
      const { agent } = await signIn(issuer, rp)
      const page = await agent.get(logoutUrl({ redirect }))
      assert.deepEqual([page.status, page.location], [200, undefined])
      assert.match(textOf(page), /Sign out/)
      assert.equal(await isSignedIn(agent), true)
      const done = await agent.submit(page, '#sign-out-form')
      assert.deepEqual([done.status, done.location], [200, undefined])
      assert.equal(await isSignedIn(agent), false)
    })
  }
})

describe('RP-initiated logout', () => {
  test('asks the person, signs out, and returns with the state', async () => {
    const { agent, tokens } = await signIn(issuer, rp)
    const url = client.buildEndSessionUrl(rp, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: logoutUri,
      state: 'bye',
    })
    const page = await agent.get(url.href)
    assert.equal(page.status, 200)
    const done = await agent.submit(page, '#sign-out-form')
    assert.equal(done.location, `${logoutUri}?state=bye`)
    assert.equal(await isSignedIn(agent), false)
    await assert.rejects(client.refreshTokenGrant(rp, refreshTokenOf(tokens)), { error: 'invalid_grant' })
  })

  test('is taken by POST as well as by GET (§2)', async () => {
    const { agent, tokens } = await signIn(issuer, rp)
    const page = await agent.post(`${issuer.url}/logout`, {
      id_token_hint: tokens.id_token ?? '',
      client_id: webClient.id,
      post_logout_redirect_uri: logoutUri,
    })
    assert.equal(page.status, 200)
    assert.equal((await agent.submit(page, '#sign-out-form')).location, logoutUri)
  })

  test('works by client_id alone, and by an expired hint', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const first = await signIn(issuer, rp)
    const page = await first.agent.get(
      logoutUrl({ client_id: webClient.id, post_logout_redirect_uri: logoutUri }),
    )
    assert.equal((await first.agent.submit(page, '#sign-out-form')).location, logoutUri)

    const second = await signIn(issuer, rp)
    t.mock.timers.tick(3_700_000)
    const hint = { id_token_hint: second.tokens.id_token ?? '', post_logout_redirect_uri: logoutUri }
    const later = await second.agent.get(logoutUrl(hint))
    assert.equal((await second.agent.submit(later, '#sign-out-form')).location, logoutUri)
  })

  test('BR-09 without parameters asks, and goes nowhere', async () => {
    const { agent } = await signIn(issuer, rp)
    const page = await agent.get(`${issuer.url}/logout`)
    assert.equal(page.status, 200)
    assert.equal(await isSignedIn(agent), true)
    const done = await agent.submit(page, '#sign-out-form')
    assert.deepEqual([done.status, done.location], [200, undefined])
  })

  test('BR-09 goes nowhere without a client that registered the address', async () => {
    const { agent, tokens } = await signIn(issuer, rp)
    const page = await agent.get(logoutUrl({ post_logout_redirect_uri: logoutUri }))
    assert.equal((await agent.submit(page, '#sign-out-form')).location, undefined)

    for (const params of [
      { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: 'https://evil.example/' },
      { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: otherLogoutUri },
      { client_id: spaClient.id, post_logout_redirect_uri: logoutUri },
    ]) {
      await assertRefused(await agent.get(logoutUrl(params)))
    }
  })

  test('BR-09 refuses a hint that was modified, is of another issuer, or of another client than it says', async () => {
    const { agent, tokens } = await signIn(issuer, rp)
    const hint = tokens.id_token ?? ''
    const [header = '', payload = '', signature = ''] = hint.split('.')
    const forged = Buffer.from(JSON.stringify({ ...decodeJwt(hint), sub: 'kp_other' })).toString('base64url')
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
    for (const params of [
      { id_token_hint: `${header}.${forged}.${signature}` },
      { id_token_hint: `${unsigned}.${payload}.` },
      { id_token_hint: `${hint}x` },
      { id_token_hint: 'nonsense' },
      { id_token_hint: hint, client_id: spaClient.id },
    ]) {
      await assertRefused(await agent.get(logoutUrl({ ...params, post_logout_redirect_uri: logoutUri })))
    }
    assert.equal(await isSignedIn(agent), true)
  })

  test('BR-09 is not confirmed by a form of another site', async () => {
    const { agent } = await signIn(issuer, rp)
    await agent.get(`${issuer.url}/logout`)
    const forged = await agent.post(`${issuer.url}/logout/confirm`, { logout: 'yes' })
    assert.ok(forged.status >= 400)
    assert.equal(await isSignedIn(agent), true)
  })
})

async function assertRefused(page: PageShown & { readonly location?: string }): Promise<void> {
  assert.deepEqual([page.status, page.location], [400, undefined])
}

describe('back-channel logout', () => {
  const jwks = createRemoteJWKSet(new URL(`${issuer.url}/.well-known/jwks`))

  async function logoutTokenOf(
    end: (agent: UserAgent) => Promise<void>,
    [domain, party]: readonly [{ readonly url: string }, client.Configuration] = [issuer, listening],
  ) {
    // Sessions of other tests must not be told of.
    await issuer.plainStore.commit([{ kind: 'sign-out-user', userId: ada.id }])
    const { agent, idToken } = await signIn(domain, party)
    const before = told.requests.length
    await end(agent)
    const [request, ...more] = told.requests.slice(before)
    assert.ok(request)
    assert.deepEqual(more, [])
    assert.equal(request.method, 'POST')
    assert.match(request.headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/)
    return { token: new URLSearchParams(request.body).get('logout_token') ?? '', idToken }
  }

  /** Another browser of the same user, at another application. */
  async function elsewhere(): Promise<UserAgent> {
    return (await signIn(issuer, rp)).agent
  }

  const ways: Readonly<Record<string, (agent: UserAgent) => Promise<void>>> = {
    'Kinde’s logout': async (agent) => void (await agent.get(logoutUrl({ redirect: logoutUri }))),
    'RP-initiated logout': async (agent) => {
      const page = await agent.get(`${issuer.url}/logout`)
      await agent.submit(page, '#sign-out-form')
    },
  }
  // No browser of the session is at hand: the notification is a job, queued by the commit that ends it.
  const waysFromElsewhere: Readonly<Record<string, () => Promise<void>>> = {
    'the list of devices in another browser': async () => {
      const { sessions } = await userSessions(ada.id, issuer.store, issuer.store.nowMs())
      const session = sessions.find(({ clientId }) => clientId === backchannel.id)
      const agent = await elsewhere()
      const page = await agent.get(`${issuer.url}/account/sessions`)
      await agent.submit(page, '/account/sessions/end', { session_id: session?.id ?? '' })
    },
    'signing out everywhere in another browser': async () => {
      const agent = await elsewhere()
      await agent.submit(await agent.get(`${issuer.url}/account/sessions`), '/account/sessions/end-all')
    },
    'Kinde’s logout with all_sessions in another browser': async () =>
      void (await (await elsewhere()).get(logoutUrl({ redirect: logoutUri, all_sessions: 'true' }))),
    'another password': () => issuer.store.commit([{ kind: 'replace-password', password: adaPassword }]),
    'an operator': () => issuer.store.commit([{ kind: 'sign-out-user', userId: ada.id }]),
  }
  for (const [way, end] of Object.entries({
    ...ways,
    ...Object.fromEntries(
      Object.entries(waysFromElsewhere).map(([way, endThere]) => [
        way,
        async () => {
          await endThere()
          await issuer.settle()
        },
      ]),
    ),
  })) {
    test(`tells the application by a logout token that verifies (§2.4): ${way}`, async () => {
      const { token, idToken } = await logoutTokenOf(end)
      const { payload } = await jwtVerify(token, jwks, { issuer: issuer.url, audience: backchannel.id })
      assert.equal(payload.sub, ada.id)
      assert.equal(payload['sid'], idToken['sid'])
      assert.ok(payload['sid'] && payload.jti && payload.iat && payload.exp)
      assert.deepEqual(payload['events'], { 'http://schemas.openid.net/event/backchannel-logout': {} })
      assert.equal(payload['nonce'], undefined)
    })
  }

  test('names the custom domain of the session as its issuer, whichever way it ends', async () => {
    const custom = { url: issuer.customUrl }
    const authentication = client.ClientSecretPost(backchannel.secret)
    const party = await relyingParty(custom, backchannel.id, authentication)
    const query = new URLSearchParams({ redirect: logoutUri }).toString()
    const endings: readonly ((agent: UserAgent) => Promise<void>)[] = [
      async (agent) => void (await agent.get(`/logout?${query}`)),
      async () => {
        await waysFromElsewhere['an operator']?.()
        await issuer.settle()
      },
    ]
    for (const end of endings) {
      const { token, idToken } = await logoutTokenOf(end, [custom, party])
      const { payload } = await jwtVerify(token, jwks, { issuer: custom.url, audience: backchannel.id })
      assert.equal(payload['sid'], idToken['sid'])
    }
  })

  test('AT-03 its token is typed, and taken for nothing else', async () => {
    const { token } = await logoutTokenOf(
      async (agent) => void (await agent.get(logoutUrl({ redirect: logoutUri }))),
    )
    assert.equal(decodeProtectedHeader(token).typ, 'logout+jwt')
    const answer = await fetch(`${issuer.url}/oauth2/v2/user_profile`, {
      headers: { authorization: `Bearer ${token}` },
    })
    assert.equal(answer.status, 401)
    assert.equal((await client.tokenIntrospection(rp, token)).active, false)
  })

  test('of an application that does not answer signs the user out, and the operator sees it in the log', async () => {
    for (const end of Object.values(ways)) {
      const down = await relyingParty(issuer, broken.id, client.ClientSecretPost(broken.secret))
      const { agent } = await signIn(issuer, down)
      const before = issuer.events.length
      await end(agent)
      assert.equal(await isSignedIn(agent), false)
      const event = issuer.events
        .slice(before)
        .find(({ event: name }) => name === 'backchannel_logout_failed')
      assert.equal(event?.fields['clientId'], broken.id)
    }
  })

  test('keeps the session whose user changed the password, and its application is not told', async () => {
    await issuer.plainStore.commit([{ kind: 'sign-out-user', userId: ada.id }])
    await signIn(issuer, listening)
    const [session] = await issuer.store.artifacts.ofAccount('Session', ada.id, issuer.store.nowMs(), 9)
    const before = told.requests.length
    const change = { kind: 'replace-password', password: adaPassword } as const
    await issuer.store.commit([{ ...change, exceptSessionUid: session?.uid ?? '' }])
    await issuer.settle()
    assert.equal(told.requests.length, before)
  })

  test('is not in the tokens of applications that did not ask for it', async () => {
    const { idToken, agent } = await signIn(issuer, rp)
    assert.equal(idToken['sid'], undefined)
    const before = told.requests.length
    await agent.get(logoutUrl({ redirect: logoutUri }))
    assert.equal(told.requests.length, before)
  })

  test('has a sid that stays the same through refreshes, and differs between sessions', async () => {
    const [one, two] = [await signIn(issuer, listening), await signIn(issuer, listening)]
    const refreshed = await client.refreshTokenGrant(listening, refreshTokenOf(one.tokens))
    assert.equal(refreshed.claims()?.['sid'], one.idToken['sid'])
    assert.notEqual(one.idToken['sid'], two.idToken['sid'])
  })
})

test('after a logout the next sign-in asks', async () => {
  const { agent } = await signIn(issuer, rp)
  await agent.get(logoutUrl({ redirect: logoutUri }))
  const { url } = await authorizationRequest(rp)
  assert.ok(isSignIn(await agent.get(url.href)))
})
