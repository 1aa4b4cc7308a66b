// RFC 9207: every answer of the authorization endpoint says whose it is, so that a client cannot be mixed up. A custom domain makes two
// authorization servers of one process (docs/decisions/0116): each says who it is, and what one issued does not work at the other.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import {
  ada,
  deviceClient,
  directoryFixture,
  logoutUri,
  redirectUri,
  webClient,
} from '../harness/directory-fixture.ts'
import { getJson, postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { sendRaw } from '../harness/raw-request.ts'
import {
  authorizationRequest,
  isSignIn,
  refresh,
  refreshTokenOf,
  relyingParty,
  signIn,
  textOf,
  visit,
} from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const issuer = await startIssuer({ after }, { directory: await directoryFixture(), hasCustomDomain: true })
const rp = await relyingParty(issuer)

describe('AS-13 iss is in', () => {
  for (const mode of ['query', 'fragment']) {
    test(`a success, by ${mode}`, async () => {
      const { url } = await authorizationRequest(rp, { params: { response_mode: mode } })
      assert.equal(parameters(await visit(url, userAgent(issuer.url)), mode).get('iss'), issuer.url)
    })

    test(`an error, by ${mode}`, async () => {
      const { url } = await authorizationRequest(rp, { params: { response_mode: mode, prompt: 'none' } })
      const params = parameters(await visit(url, userAgent(issuer.url)), mode)
      assert.deepEqual([params.get('error'), params.get('iss')], ['login_required', issuer.url])
    })
  }

  test('a success, by form_post: a form that the browser sends', async () => {
    const { url, checks } = await authorizationRequest(rp, { params: { response_mode: 'form_post' } })
    const agent = userAgent(issuer.url)
    const page = await agent.get(url.href)
    assert.ok(isSignIn(page))
    const form = await agent.submit(page, '/sign-in', { identifier: ada.email, password: ada.password })
    const fields = formFields(form.text)
    assert.equal(fields.get('iss'), issuer.url)
    const request = new Request('http://127.0.0.1:9/callback', { method: 'POST', body: fields })
    assert.ok((await client.authorizationCodeGrant(rp, request, checks)).access_token)
  })

  test('an error, by form_post', async () => {
    const { url } = await authorizationRequest(rp, { params: { response_mode: 'form_post', prompt: 'none' } })
    const fields = formFields((await userAgent(issuer.url).get(url.href)).text)
    assert.deepEqual([fields.get('error'), fields.get('iss')], ['login_required', issuer.url])
  })

  test('the metadata, as a promise', () => {
    assert.equal(rp.serverMetadata().authorization_response_iss_parameter_supported, true)
  })
})

test('AS-13 a client that checks it refuses the answer of another issuer', async () => {
  const { url, checks } = await authorizationRequest(rp)
  const callback = await visit(url, userAgent(issuer.url))
  callback.searchParams.set('iss', 'https://evil.example')
  await assert.rejects(client.authorizationCodeGrant(rp, callback, checks), ({ cause }: Error) => {
    assert.match(String(cause), /unexpected "iss"/)
    return true
  })
  assert.ok((await signIn(issuer, rp)).tokens.access_token)
})

describe('a custom domain', () => {
  const custom = { url: issuer.customUrl }
  const domains = [issuer, custom] as const

  test('has a discovery document of its own, and the keys of the other', async () => {
    const [atMain, atCustom] = await Promise.all(
      domains.map(async ({ url }) => (await getJson(`${url}/.well-known/openid-configuration`)).body),
    )
    const moved: unknown = JSON.parse(JSON.stringify(atMain).replaceAll(issuer.url, custom.url))
    assert.deepEqual(atCustom, moved)
    const [ours, theirs] = await Promise.all(
      domains.map(async ({ url }) => (await getJson(`${url}/.well-known/jwks.json`)).body),
    )
    assert.deepEqual(ours, theirs)
  })

  test('signs in and refreshes with a client that checks every iss', async () => {
    const { agent, ...signedIn } = await signIn(custom, await relyingParty(custom))
    const refreshed = await refresh(await relyingParty(custom), signedIn)
    for (const { accessToken, idToken } of [signedIn, refreshed])
      assert.deepEqual([accessToken.iss, idToken.iss], [custom.url, custom.url])
    assert.match(textOf(await agent.get('/account')), /ada@example\.com/)
  })

  test('names itself in the authorization response, so that a client is not mixed up between the two (AS-13)', async () => {
    const [mine, theirs] = [
      await authorizationRequest(rp),
      await authorizationRequest(await relyingParty(custom)),
    ]
    assert.equal((await visit(theirs.url, userAgent(custom.url))).searchParams.get('iss'), custom.url)
    // The attack: the client began at the main domain, and the browser comes back with an answer of the other one.
    const forwarded = new URL(`${custom.url}${mine.url.pathname}${mine.url.search}`)
    const callback = await visit(forwarded, userAgent(custom.url))
    await assert.rejects(client.authorizationCodeGrant(rp, callback, mine.checks), ({ cause }: Error) => {
      assert.match(String(cause), /unexpected "iss"/)
      return true
    })
  })

  test('does not take the code of the other, which stays usable where it is from', async () => {
    for (const [from, to] of [domains, [custom, issuer]] as const) {
      const { url } = await authorizationRequest(await relyingParty(from), {
        params: { code_challenge: challenge, code_challenge_method: 'S256' },
      })
      const callback = await visit(url, userAgent(from.url))
      const form = {
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: verifier,
        ...credentials,
      }
      const refused = await postForm(`${to.url}/oauth2/token`, form)
      assert.deepEqual([refused.status, refused.body['error']], [400, 'invalid_grant'])
      const { body } = await postForm(`${from.url}/oauth2/token`, form)
      assert.equal(decodeJwt(String(body['access_token'])).iss, from.url)
    }
  })

  test('does not take the refresh token of the other, not even a used one, and revokes nothing', async () => {
    for (const [from, to] of [domains, [custom, issuer]] as const) {
      const party = await relyingParty(from)
      const { tokens } = await signIn(from, party)
      const rotated = await client.refreshTokenGrant(party, refreshTokenOf(tokens))
      for (const token of [refreshTokenOf(rotated), refreshTokenOf(tokens)]) {
        const form = { grant_type: 'refresh_token', refresh_token: token, ...credentials }
        const refused = await postForm(`${to.url}/oauth2/token`, form)
        assert.deepEqual([refused.status, refused.body['error']], [400, 'invalid_grant'])
      }
      assert.ok((await client.refreshTokenGrant(party, refreshTokenOf(rotated))).access_token)
    }
    assert.deepEqual(
      issuer.events.filter(({ event }) => event.endsWith('_reused')),
      [],
    )
  })

  test('takes neither the session nor the half-way sign-in of the other', async () => {
    const { agent } = await signIn(issuer, rp)
    const { url } = await authorizationRequest(rp, { params: { prompt: 'login' } })
    const halfWay = await agent.get(url.href)
    const stranger = userAgent(custom.url)
    stranger.plant(agent.cookies)
    const silent = await authorizationRequest(await relyingParty(custom), { params: { prompt: 'none' } })
    assert.equal((await visit(silent.url, stranger)).searchParams.get('error'), 'login_required')
    const moved = await stranger.get(`${custom.url}${new URL(halfWay.url).pathname}`)
    assert.equal(isSignIn(moved), false)
  })

  test('takes a form from its own origin alone', async () => {
    const agent = userAgent(custom.url)
    const { url } = await authorizationRequest(await relyingParty(custom))
    const page = await agent.get(url.href)
    const fields = {
      ...Object.fromEntries(formFields(page.text)),
      identifier: ada.email,
      password: ada.password,
    }
    const foreign = await agent.post(`${page.url}/sign-in`, fields, { origin: issuer.url })
    assert.equal(foreign.location, undefined)
    const own = await agent.post(`${page.url}/sign-in`, fields, { origin: custom.url })
    assert.ok(own.location)
  })

  test('takes the access tokens of the other: userinfo, introspection, the account API', async () => {
    for (const [from, to] of [domains, [custom, issuer]] as const) {
      const { tokens, idToken } = await signIn(from, await relyingParty(from))
      const headers = { authorization: `Bearer ${tokens.access_token}` }
      const profile = await getJson(`${to.url}/oauth2/v2/user_profile`, headers)
      assert.equal(profile.body['sub'], idToken.sub)
      for (const token of [tokens.access_token, refreshTokenOf(tokens)]) {
        const { body } = await postForm(`${to.url}/oauth2/introspect`, { token, ...credentials })
        assert.equal(body['active'], true)
      }
      const roles = await getJson(`${to.url}/account_api/v1/roles`, headers)
      assert.equal(roles.status, 200)
      const portal = await getJson(`${to.url}/account_api/v1/portal_link`, headers)
      assert.equal(new URL(String(portal.body['url'])).origin, to.url)
      await postForm(`${to.url}/oauth2/revoke`, { token: refreshTokenOf(tokens), ...credentials })
      const refused = await postForm(`${from.url}/oauth2/token`, {
        grant_type: 'refresh_token',
        refresh_token: refreshTokenOf(tokens),
        ...credentials,
      })
      assert.equal(refused.body['error'], 'invalid_grant')
    }
  })

  test('refuses the ID token of the other as a hint, at sign-in and at sign-out', async () => {
    const { tokens, agent } = await signIn(custom, await relyingParty(custom))
    const hint = tokens.id_token ?? ''
    const ofOther = await authorizationRequest(rp, { params: { prompt: 'none', id_token_hint: hint } })
    const answer = await visit(ofOther.url, userAgent(issuer.url))
    assert.equal(answer.searchParams.get('error'), 'invalid_request')
    const params = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: logoutUri })
    const refused = await userAgent(issuer.url).get(`/logout?${params.toString()}`)
    assert.equal(refused.status, 400)
    const asked = await agent.get(`/logout?${params.toString()}`)
    assert.equal((await agent.submit(asked, '#sign-out-form')).location, logoutUri)
  })

  test('keeps a pushed request and a device code to itself', async () => {
    const pushed = await postForm(`${custom.url}/oauth2/par`, {
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid',
      ...credentials,
    })
    const query = new URLSearchParams({
      client_id: webClient.id,
      request_uri: String(pushed.body['request_uri']),
    }).toString()
    assert.equal((await userAgent(issuer.url).get(`/oauth2/auth?${query}`)).status, 400)
    assert.ok(isSignIn(await userAgent(custom.url).get(`/oauth2/auth?${query}`)))
    const device = await postForm(`${custom.url}/oauth2/device/auth`, { client_id: deviceClient.id })
    assert.equal(device.body['verification_uri'], `${custom.url}/device`)
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: String(device.body['device_code']),
      client_id: deviceClient.id,
    }
    assert.equal((await postForm(`${issuer.url}/oauth2/token`, form)).body['error'], 'invalid_grant')
    assert.equal((await postForm(`${custom.url}/oauth2/token`, form)).body['error'], 'authorization_pending')
  })

  test('is found by the Host header, and by no header of a stranger', async () => {
    const hosts: readonly [headers: Readonly<Record<string, string>>, expected: string][] = [
      [{ host: new URL(custom.url).host }, custom.url],
      [{ host: new URL(custom.url).host, 'x-forwarded-host': 'evil.example' }, custom.url],
      [{ host: new URL(issuer.url).host, 'x-forwarded-host': new URL(custom.url).host }, issuer.url],
      [{ host: 'evil.example' }, issuer.url],
      [{ host: `evil.example:${new URL(custom.url).port}` }, issuer.url],
    ]
    for (const [headers, expected] of hosts) {
      const answer = await sendRaw(issuer.url, { target: '/.well-known/openid-configuration', headers })
      const { issuer: named }: { issuer: unknown } = JSON.parse(answer.text)
      assert.equal(named, expected, JSON.stringify(headers))
    }
  })
})

// The pair of RFC 7636, appendix B.
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

const credentials = { client_id: webClient.id, client_secret: webClient.secret }

function parameters(url: URL, mode: string): URLSearchParams {
  return mode === 'query' ? url.searchParams : new URLSearchParams(url.hash.slice(1))
}

function formFields(html: string): URLSearchParams {
  const inputs = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
  return new URLSearchParams(Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value])))
}
