// OIDC Core §3.1.2: prompt, max_age, hints, and Kinde's ways to say the same (C§1).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import {
  ada,
  directoryFixture,
  engines,
  redirectUri,
  spaClient,
  userChanges,
  webClient,
  weaving,
} from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  authorizationRequest,
  isSignIn,
  relyingParty,
  signIn,
  textOf,
  visit,
} from '../harness/relying-party.ts'
import { userAgent, type PageShown } from '../harness/user-agent.ts'

const grace = {
  id: 'kp_000000000000000000000000000grace',
  email: 'grace@example.com',
  password: ada.password,
}

const issuer = await startIssuer(
  { after },
  { directory: await directoryFixture({ more: await userChanges(grace, { firstName: 'Grace' }) }) },
)
const rp = await relyingParty(issuer)
const spa = await relyingParty(issuer, spaClient.id, client.None())

function isSignUp(page: PageShown): boolean {
  return /action="[^"]*\/sign-up"/.test(page.text)
}

function errorOf(callback: URL): readonly [string | null, string | null] {
  return [callback.searchParams.get('error'), callback.searchParams.get('state')]
}

describe('prompt=none', () => {
  test('gives tokens without a page to who is signed in', async () => {
    const { agent, idToken } = await signIn(issuer, rp)
    const silent = await signIn(issuer, rp, { agent, params: { prompt: 'none' } })
    assert.equal(silent.idToken.sub, idToken.sub)
    assert.equal(silent.idToken['auth_time'], idToken['auth_time'])
  })

  test('gives tokens to another application of the same session: single sign-on', async () => {
    const { agent } = await signIn(issuer, rp)
    const silent = await signIn(issuer, spa, { agent, params: { prompt: 'none' } })
    assert.deepEqual(silent.idToken.aud, [spaClient.id])
  })

  test('is login_required for who is not, with the state', async () => {
    const { url, checks } = await authorizationRequest(rp, { params: { prompt: 'none' } })
    const callback = await visit(url, userAgent(issuer.url))
    assert.deepEqual(errorOf(callback), ['login_required', checks.expectedState])
    await assert.rejects(client.authorizationCodeGrant(rp, callback, checks), { error: 'login_required' })
  })

  test('is refused together with another prompt', async () => {
    const { url, checks } = await authorizationRequest(rp, { params: { prompt: 'none login' } })
    assert.deepEqual(errorOf(await visit(url, userAgent(issuer.url))), [
      'invalid_request',
      checks.expectedState,
    ])
  })

  test('is interaction_required where an organization would have to be chosen', async (t) => {
    const own = await startIssuer(t, { directory: await directoryFixture({ isInBoth: true }) })
    const party = await relyingParty(own)
    const agent = userAgent(own.url)
    await signIn(own, party, { agent, params: { org_code: weaving.code } })
    const { url } = await authorizationRequest(await relyingParty(own, spaClient.id, client.None()), {
      params: { prompt: 'none' },
    })
    assert.equal((await visit(url, agent)).searchParams.get('error'), 'interaction_required')
    // The application in which it was chosen goes on with it.
    const silent = await signIn(own, party, { agent, params: { prompt: 'none' } })
    assert.equal(silent.accessToken['org_code'], weaving.code)
    const other = await signIn(own, party, { agent, params: { prompt: 'none', org_code: engines.code } })
    assert.equal(other.accessToken['org_code'], engines.code)
  })
})

describe('org_code of an organization that the user does not belong to', () => {
  test('lets those in whom it lets in, with a page and not silently', async (t) => {
    const own = await startIssuer(t, { directory: await directoryFixture() })
    const party = await relyingParty(own)
    const set = (changes: object) =>
      own.store.commit([{ kind: 'update-organization', code: weaving.code, set: changes }])
    const agent = userAgent(own.url)
    await signIn(own, party, { agent })
    const asked = async (prompt?: string) => {
      const params = { org_code: weaving.code, ...(prompt !== undefined && { prompt }) }
      const { url } = await authorizationRequest(party, { params })
      return agent.get(url.href)
    }
    assert.equal((await asked()).status, 403)
    await set({ settings: { allowedDomains: ['elsewhere.example'], isAutoJoinDomainList: true } })
    assert.equal((await asked()).status, 403)
    await set({ settings: { allowedDomains: [ada.email.split('@')[1] ?? ''], isAutoJoinDomainList: true } })
    assert.match((await asked('none')).location ?? '', /error=interaction_required/)
    assert.equal(await own.store.directory.membership(weaving.code, ada.id), undefined)
    assert.match((await asked()).location ?? '', /code=/)
    assert.ok(await own.store.directory.membership(weaving.code, ada.id))
    const [record] = await own.store.audit.list({ event: 'organization.joined', limit: 1 })
    assert.partialDeepStrictEqual(record, { userId: ada.id, details: { org_code: weaving.code } })
  })
})

describe('the session of a browser', () => {
  test('ends by the application’s lifetime, counted from when it was last used', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const own = await startIssuer(t, {
      directory: await directoryFixture({
        web: { lifetimes: { accessToken: 60, idToken: 60, refreshToken: 600, session: 1_000 } },
      }),
    })
    const party = await relyingParty(own)
    const { agent } = await signIn(own, party)
    for (const seconds of [900, 900, 900]) {
      t.mock.timers.tick(seconds * 1_000)
      assert.ok((await signIn(own, party, { agent, params: { prompt: 'none' } })).tokens.access_token)
    }
    t.mock.timers.tick(1_011_000) // the clocks of two replicas may differ by ten seconds
    const { url } = await authorizationRequest(party, { params: { prompt: 'none' } })
    assert.equal((await visit(url, agent)).searchParams.get('error'), 'login_required')
  })

  test('lives as the organization says that was signed in to, and the strictest of several', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const own = await startIssuer(t, { directory: await directoryFixture({ isInBoth: true }) })
    const sessions = {
      isPersistenceOwn: true,
      persistence: 'non_persistent',
      isLifetimeOwn: true,
      lifetimeSeconds: 300,
    } as const
    await own.store.commit([
      { kind: 'update-organization', code: engines.code, set: { settings: { sessions } } },
    ])
    const party = await relyingParty(own)
    const agent = userAgent(own.url)
    const sessionCookie = async (code: string): Promise<string | undefined> => {
      const { url } = await authorizationRequest(party, { params: { org_code: code } })
      const page = await agent.get(url.href)
      const credentials = { identifier: ada.email, password: ada.password }
      const done = isSignIn(page) ? await agent.submit(page, '/sign-in', credentials) : page
      return done.headers.getSetCookie().find((line) => line.startsWith('mintage_session='))
    }
    assert.match((await sessionCookie(weaving.code)) ?? '', /; expires=/)
    assert.doesNotMatch((await sessionCookie(engines.code)) ?? 'expires=', /expires=/)
    assert.doesNotMatch((await sessionCookie(weaving.code)) ?? 'expires=', /expires=/)
    const silent = { agent, params: { prompt: 'none', org_code: engines.code } }
    assert.deepEqual((await signIn(own, party, silent)).accessToken['ksp'], { persistent: false })
    t.mock.timers.tick(290_000)
    assert.ok(await signIn(own, party, silent))
    t.mock.timers.tick(311_000) // with the ten seconds that clocks may differ by
    const { url } = await authorizationRequest(party, silent)
    assert.equal((await visit(url, agent)).searchParams.get('error'), 'login_required')
  })

  test('serves two tabs that sign in at the same time, each to its own request', async () => {
    const agent = userAgent(issuer.url)
    const [one, two] = [await authorizationRequest(rp), await authorizationRequest(spa)]
    const [tabOne, tabTwo] = [await agent.get(one.url.href), await agent.get(two.url.href)]
    const credentials = { identifier: ada.email, password: ada.password }
    const doneTwo = await agent.submit(tabTwo, '/sign-in', credentials)
    const doneOne = await agent.submit(tabOne, '/sign-in', credentials)
    for (const [party, done, { checks }] of [
      [rp, doneOne, one],
      [spa, doneTwo, two],
    ] as const) {
      assert.ok(done.location, textOf(done))
      assert.ok((await client.authorizationCodeGrant(party, new URL(done.location), checks)).access_token)
    }
  })
})

describe('prompt=login', () => {
  test('asks who is signed in already, and auth_time is new', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const { agent, idToken } = await signIn(issuer, rp)
    t.mock.timers.tick(60_000)
    const { url, checks } = await authorizationRequest(rp, { params: { prompt: 'login' } })
    assert.ok(isSignIn(await agent.get(url.href)))
    const tokens = await client.authorizationCodeGrant(rp, await visit(url, agent), checks)
    assert.ok(Number(tokens.claims()?.auth_time) >= Number(idToken['auth_time']) + 60)
  })

  test('may be used to change the account: the former session is gone, its refresh tokens stay (C11)', async () => {
    const { agent, tokens } = await signIn(issuer, rp)
    const second = await signIn(issuer, rp, { agent, person: grace, params: { prompt: 'login' } })
    assert.equal(second.idToken.sub, grace.id)
    const silent = await signIn(issuer, rp, { agent, params: { prompt: 'none' } })
    assert.equal(silent.idToken.sub, grace.id)
    assert.ok((await client.refreshTokenGrant(rp, tokens.refresh_token ?? '')).access_token)
  })

  for (const prompt of ['select_account', 'login consent', 'login select_account']) {
    test(`is what ${prompt} comes to: the user is not asked for consent`, async () => {
      const { agent } = await signIn(issuer, rp)
      const { url, checks } = await authorizationRequest(rp, { params: { prompt } })
      assert.ok(isSignIn(await agent.get(url.href)))
      assert.ok((await client.authorizationCodeGrant(rp, await visit(url, agent), checks)).access_token)
    })
  }

  test('is not what prompt=consent alone comes to', async () => {
    const { agent } = await signIn(issuer, rp)
    const { url } = await authorizationRequest(rp, { params: { prompt: 'consent' } })
    assert.notEqual((await agent.get(url.href)).location, undefined)
  })
})

describe('prompt=create', () => {
  for (const params of [{ prompt: 'create' }, { start_page: 'registration' }]) {
    test(`shows the sign-up page, and its account gets tokens: ${JSON.stringify(params)}`, async () => {
      const email = `new-${Object.keys(params).join()}@example.com`
      const { url, checks } = await authorizationRequest(rp, { params })
      const agent = userAgent(issuer.url)
      const page = await agent.get(url.href)
      assert.ok(isSignUp(page))
      const done = await agent.submit(page, '/sign-up', {
        given_name: 'Nina',
        family_name: 'New',
        email,
        password: 'a long enough password',
      })
      assert.ok(done.location, textOf(done))
      const tokens = await client.authorizationCodeGrant(rp, new URL(done.location), checks)
      assert.deepEqual([tokens.claims()?.['email'], tokens.claims()?.['given_name']], [email, 'Nina'])
    })
  }

  test('shows it to who is signed in, too', async () => {
    const { agent } = await signIn(issuer, rp)
    const { url } = await authorizationRequest(rp, { params: { prompt: 'create' } })
    assert.ok(isSignUp(await agent.get(url.href)))
  })

  test('leads to the sign-in page, for who has an account', async () => {
    const { url, checks } = await authorizationRequest(rp, { params: { prompt: 'create' } })
    const agent = userAgent(issuer.url)
    const page = await agent.get(url.href)
    const toSignIn = /href="([^"]*view=sign-in)"/.exec(page.text)?.[1] ?? ''
    const form = await agent.get(new URL(toSignIn, issuer.url).href)
    const done = await agent.submit(form, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.ok((await client.authorizationCodeGrant(rp, new URL(done.location ?? ''), checks)).access_token)
  })

  test('is listed in discovery, as OIDC Prompt Create §4.1 asks', () => {
    const prompts = rp.serverMetadata()['prompt_values_supported']
    assert.ok(Array.isArray(prompts) && prompts.includes('create'))
  })
})

describe('max_age', () => {
  test('is nothing to a younger sign-in, and asks again after it', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const { agent } = await signIn(issuer, rp)
    t.mock.timers.tick(100_000)
    const { url: young } = await authorizationRequest(rp, { maxAge: 3_600 })
    assert.notEqual((await agent.get(young.href)).location, undefined)
    const { url: old, checks } = await authorizationRequest(rp, { maxAge: 60 })
    assert.ok(isSignIn(await agent.get(old.href)))
    const tokens = await client.authorizationCodeGrant(rp, await visit(old, agent), checks)
    assert.ok(tokens.claims()?.auth_time)
  })

  test('of zero always asks', async () => {
    const { agent } = await signIn(issuer, rp)
    const { url, checks } = await authorizationRequest(rp, { params: { max_age: '0' } })
    assert.ok(isSignIn(await agent.get(url.href)))
    assert.ok((await client.authorizationCodeGrant(rp, await visit(url, agent), checks)).access_token)
  })

  test('is login_required for prompt=none when the sign-in is too old', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const { agent } = await signIn(issuer, rp)
    t.mock.timers.tick(100_000)
    const { url } = await authorizationRequest(rp, { maxAge: 60, params: { prompt: 'none' } })
    assert.equal((await visit(url, agent)).searchParams.get('error'), 'login_required')
  })
})

describe('id_token_hint', () => {
  test('of who is signed in goes through silently', async () => {
    const { agent, tokens } = await signIn(issuer, rp)
    const params = { prompt: 'none', id_token_hint: tokens.id_token ?? '' }
    assert.ok((await signIn(issuer, rp, { agent, params })).tokens.access_token)
  })

  test('of another user is login_required with prompt=none, and a sign-in page without', async () => {
    const { tokens } = await signIn(issuer, rp, { person: grace })
    const { agent } = await signIn(issuer, rp)
    const hint = { id_token_hint: tokens.id_token ?? '' }
    const { url } = await authorizationRequest(rp, { params: { prompt: 'none', ...hint } })
    assert.equal((await visit(url, agent)).searchParams.get('error'), 'login_required')
    const asked = await authorizationRequest(rp, { params: hint })
    assert.ok(isSignIn(await agent.get(asked.url.href)))
  })

  test('that expired is still a hint', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const { agent, tokens } = await signIn(issuer, rp)
    t.mock.timers.tick(3_700_000)
    const params = { prompt: 'none', id_token_hint: tokens.id_token ?? '' }
    assert.ok((await signIn(issuer, rp, { agent, params })).tokens.access_token)
  })
})

describe('a request', () => {
  test('with login_hint has it in the field, in Kinde’s spellings', async () => {
    for (const [hint, expected] of [
      ['joe@example.com', 'joe@example.com'],
      ['username:joebloggs', 'joebloggs'],
    ] as const) {
      const { url } = await authorizationRequest(rp, { params: { login_hint: hint } })
      const page = await userAgent(issuer.url).get(url.href)
      assert.match(page.text, new RegExp(`name="identifier"[^>]*value="${expected}"`))
    }
  })

  test('without openid among its scopes is an OAuth request: no ID token', async () => {
    const { url, checks } = await authorizationRequest(rp, { params: { scope: 'profile' } })
    url.searchParams.delete('nonce') // which would go into an ID token
    const callback = await visit(url, userAgent(issuer.url))
    const answer = await fetch(`${issuer.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: webClient.id,
        client_secret: webClient.secret,
        redirect_uri: redirectUri,
        code: callback.searchParams.get('code') ?? '',
        code_verifier: checks.pkceCodeVerifier ?? '',
      }),
    })
    const body = await answer.text()
    assert.equal(answer.status, 200, body)
    assert.doesNotMatch(body, /id_token/)
  })

  test('without a scope is for openid (C§1: scope is optional)', async () => {
    const { url, checks } = await authorizationRequest(rp)
    url.searchParams.delete('scope')
    const tokens = await client.authorizationCodeGrant(rp, await visit(url, userAgent(issuer.url)), checks)
    assert.equal(tokens.scope, 'openid')
  })

  test('with unknown scopes gets the known ones', async () => {
    const { tokens } = await signIn(issuer, rp, {
      params: { scope: 'openid email read:everything event_hooks' },
    })
    assert.equal(tokens.scope, 'openid email')
  })

  for (const scope of ['openid offline', 'openid offline_access', 'openid offline offline_access']) {
    test(`for ${scope} gets a refresh token, without any consent`, async () => {
      const { tokens, accessToken } = await signIn(issuer, rp, { params: { scope } })
      assert.equal(typeof tokens.refresh_token, 'string')
      assert.deepEqual(accessToken['scp'], ['openid', 'offline'])
    })
  }

  test('in the person’s language by lang or ui_locales', async () => {
    for (const params of [{ lang: 'de' }, { ui_locales: 'de-AT en' }]) {
      const { url } = await authorizationRequest(rp, { params })
      assert.match((await userAgent(issuer.url).get(url.href)).text, /<html lang="de"/)
    }
  })

  test('for an organization signs in to it; for one that is not the person’s it is denied', async () => {
    const { accessToken } = await signIn(issuer, rp, { params: { org_code: engines.code } })
    assert.equal(accessToken['org_code'], engines.code)
    const { url } = await authorizationRequest(rp, { params: { org_code: weaving.code } })
    const agent = userAgent(issuer.url)
    const page = await agent.get(url.href)
    const denied = await agent.submit(page, '/sign-in', { identifier: ada.email, password: ada.password })
    assert.equal(denied.status, 403)
    const back = await agent.submit(denied, '/back')
    assert.equal(new URL(back.location ?? '').searchParams.get('error'), 'access_denied')
  })
})
