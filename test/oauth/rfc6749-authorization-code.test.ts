// RFC 6749 §4.1 with the rules of RFC 9700: which addresses get an answer at all, and what a code is good for.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import {
  ada,
  directoryFixture,
  redirectUri,
  spaClient,
  webClient,
  otherApplication,
  otherClient,
} from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  authorizationRequest,
  refreshTokenOf,
  relyingParty,
  signIn,
  visit,
} from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const secondUri = 'http://127.0.0.1:9/second'
const wildcardUri = 'https://*.apps.example.com/callback'

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      web: { redirectUris: [redirectUri, secondUri, wildcardUri] },
      more: [otherApplication],
    }),
  },
)
const rp = await relyingParty(issuer)
const tokenUrl = `${issuer.url}/oauth2/token`

function authorizeUrl(params: Record<string, string> | [string, string][]): string {
  return `${issuer.url}/oauth2/auth?${new URLSearchParams(params).toString()}`
}

const valid = {
  response_type: 'code',
  client_id: webClient.id,
  redirect_uri: redirectUri,
  scope: 'openid',
  state: 's',
}

/** A code of the web application, without PKCE. */
async function freshCode(): Promise<string> {
  const callback = await visit(
    new URL(authorizeUrl({ ...valid, scope: 'openid offline' })),
    userAgent(issuer.url),
  )
  return callback.searchParams.get('code') ?? ''
}

function redeem(code: string, changes: Readonly<Record<string, string>> = {}) {
  return postForm(tokenUrl, {
    grant_type: 'authorization_code',
    client_id: webClient.id,
    client_secret: webClient.secret,
    redirect_uri: redirectUri,
    code,
    ...changes,
  })
}

describe('the code flow', () => {
  test('gives a confidential client all three tokens', async () => {
    const { tokens, accessToken, idToken } = await signIn(issuer, rp)
    assert.equal(tokens.token_type, 'bearer')
    assert.equal(tokens.scope, 'openid profile email offline')
    assert.equal(tokens.expires_in, 86_400)
    assert.equal(typeof tokens.refresh_token, 'string')
    assert.equal(accessToken.sub, idToken.sub)
  })

  test('gives a public client all three tokens, without a secret', async () => {
    const spa = await relyingParty(issuer, spaClient.id, client.None())
    const { tokens, idToken } = await signIn(issuer, spa)
    assert.equal(typeof tokens.refresh_token, 'string')
    assert.deepEqual(idToken.aud, [spaClient.id])
  })

  test('satisfies oauth4webapi, a second strict client: code, refresh, userinfo', async () => {
    const insecure = { [oauth.allowInsecureRequests]: true }
    const url = new URL(issuer.url)
    const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))
    const party = { client_id: webClient.id }
    const authentication = oauth.ClientSecretPost(webClient.secret)
    const { url: asked, checks } = await authorizationRequest(rp)
    const callback = await visit(asked, userAgent(issuer.url))
    const params = oauth.validateAuthResponse(server, party, callback, checks.expectedState)
    const verifier = String(checks.pkceCodeVerifier)
    const granted = await oauth.processAuthorizationCodeResponse(
      server,
      party,
      await oauth.authorizationCodeGrantRequest(
        server,
        party,
        authentication,
        params,
        redirectUri,
        verifier,
        insecure,
      ),
      { expectedNonce: String(checks.expectedNonce), requireIdToken: true },
    )
    const refreshed = await oauth.processRefreshTokenResponse(
      server,
      party,
      await oauth.refreshTokenGrantRequest(
        server,
        party,
        authentication,
        granted.refresh_token ?? '',
        insecure,
      ),
    )
    const profile = await oauth.userInfoRequest(server, party, refreshed.access_token, insecure)
    const { email } = await oauth.processUserInfoResponse(server, party, ada.id, profile)
    assert.equal(email, ada.email)
  })

  test('echoes the state and answers at any registered address, one with * for its label included', async () => {
    for (const uri of [redirectUri, secondUri, 'https://preview-7.apps.example.com/callback']) {
      const callback = await visit(
        new URL(authorizeUrl({ ...valid, redirect_uri: uri })),
        userAgent(issuer.url),
      )
      assert.equal(`${callback.origin}${callback.pathname}`, uri)
      assert.equal(callback.searchParams.get('state'), 's')
    }
  })

  test('ignores unknown parameters, at the authorization and at the token endpoint', async () => {
    const params = {
      utm_source: 'mail',
      gclid: '1',
      plan_interest: 'gold',
      'x-unknown': '<script>',
      pages_mode: 'preview',
    }
    const { url, checks } = await authorizationRequest(rp, { params })
    const callback = await visit(url, userAgent(issuer.url))
    const tokens = await client.authorizationCodeGrant(rp, callback, checks, { unknown: 'field' })
    assert.ok(tokens.access_token)
  })

  test('takes an authorization request by POST and goes on as the GET that it equals (OIDC Core §3.1.2.1)', async () => {
    const { url, checks } = await authorizationRequest(rp)
    const posted = await fetch(`${issuer.url}/oauth2/auth`, {
      method: 'POST',
      body: url.searchParams,
      redirect: 'manual',
    })
    assert.equal(posted.status, 303)
    const callback = await visit(
      new URL(posted.headers.get('location') ?? '', issuer.url),
      userAgent(issuer.url),
    )
    assert.ok((await client.authorizationCodeGrant(rp, callback, checks)).access_token)
  })
})

describe('the redirect URI', () => {
  const mutants: Readonly<Record<string, string>> = {
    'a trailing slash': `${redirectUri}/`,
    'another case of the host': 'http://127.0.0.1:9/callback'.replace('http', 'HTTP'),
    'another case of the path': 'http://127.0.0.1:9/Callback',
    'an extra query': `${redirectUri}?next=1`,
    'an encoded dot': 'http://127.0.0.1:9/%2e/callback',
    'a dot segment': 'http://127.0.0.1:9/x/../callback',
    'a fragment': `${redirectUri}#x`,
    'user information': 'http://rp@127.0.0.1:9/callback',
    'a host in front': 'https://127.0.0.1:9@evil.example/callback',
    'another scheme': 'https://127.0.0.1:9/callback',
    'another path': 'http://127.0.0.1:9/other',
    'a subdomain': 'http://evil.127.0.0.1:9/callback',
    'a backslash': 'http://127.0.0.1:9\\callback',
    'a homoglyph': 'https://preview.apps.ехample.com/callback',
    'two labels for the *': 'https://a.b.apps.example.com/callback',
    'no label for the *': 'https://.apps.example.com/callback',
    'a path for the *': 'https://evil.example/.apps.example.com/callback',
    'the * itself': wildcardUri,
    nothing: '',
  }
  for (const [what, uri] of Object.entries(mutants)) {
    test(`AS-01 is not matched by ${what}: an error page, no redirect`, async () => {
      await assertPageOfOurs(authorizeUrl({ ...valid, redirect_uri: uri }))
    })
  }

  test('AS-01 is not matched when it comes twice', async () => {
    await assertPageOfOurs(authorizeUrl([...Object.entries(valid), ['redirect_uri', redirectUri]]))
    await assertPageOfOurs(
      authorizeUrl([...Object.entries(valid), ['redirect_uri', 'https://evil.example/']]),
    )
  })

  test('AS-01 has to be there', async () => {
    const { redirect_uri: _, ...without } = valid
    await assertPageOfOurs(authorizeUrl(without))
  })

  const faults: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'a wrong response_type': { response_type: 'token' },
    'no response_type': { response_type: '' },
    'a wrong response_mode': { response_mode: 'web_message' },
    'a wrong prompt': { prompt: 'none login' },
    'an unknown prompt': { prompt: 'dance' },
    'no openid scope': { scope: 'profile', prompt: 'none' },
    'a request object': { request: 'eyJhbGciOiJub25lIn0.e30.' },
    'a request_uri': { request_uri: 'https://evil.example/request' },
    'a negative max_age': { max_age: '-1' },
    'a wrong challenge method': { code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' },
    'a foreign audience': { audience: 'https://unknown.example' },
    'a bad id_token_hint': { id_token_hint: 'x.y.z' },
    'prompt=none without a session': { prompt: 'none' },
    'an unknown client': { client_id: 'nobody' },
  }
  for (const [what, params] of Object.entries(faults)) {
    test(`AS-02 that is unregistered gets no redirect, whatever else is wrong: ${what}`, async () => {
      await assertPageOfOurs(
        authorizeUrl({ ...valid, ...params, redirect_uri: 'https://evil.example/callback' }),
      )
    })
  }
})

async function assertPageOfOurs(url: string): Promise<void> {
  const response = await fetch(url, { redirect: 'manual' })
  const text = await response.text()
  assert.equal(response.status, 400)
  assert.equal(response.headers.get('location'), null)
  assert.match(response.headers.get('content-type') ?? '', /^text\/html/)
  assert.doesNotMatch(text, /evil\.example\/callback"/)
}

describe('grants that are not offered', () => {
  for (const responseType of ['token', 'id_token', 'code token', 'code id_token', 'none']) {
    test(`AS-03 response_type=${responseType} is answered with unsupported_response_type`, async () => {
      const response = await fetch(authorizeUrl({ ...valid, response_type: responseType, nonce: 'n' }), {
        redirect: 'manual',
      })
      const location = new URL(response.headers.get('location') ?? '')
      const params =
        location.search === '' ? new URLSearchParams(location.hash.slice(1)) : location.searchParams
      assert.equal(params.get('error'), 'unsupported_response_type')
    })
  }

  for (const grantType of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:jwt-bearer', '']) {
    test(`AS-03 grant_type=${grantType} is refused`, async () => {
      const answer = await postForm(tokenUrl, {
        grant_type: grantType,
        client_id: webClient.id,
        client_secret: webClient.secret,
        username: 'ada@example.com',
        password: 'x',
      })
      assert.equal(answer.status, 400)
      assert.equal(answer.body['error'], grantType === '' ? 'invalid_request' : 'unsupported_grant_type')
    })
  }
})

describe('an authorization code', () => {
  test('AS-07 of another client is refused and stays good for its owner', async () => {
    const code = await freshCode()
    const stolen = await redeem(code, { client_id: otherClient.id, client_secret: otherClient.secret })
    assert.deepEqual([stolen.status, stolen.body['error']], [400, 'invalid_grant'])
    assert.equal((await redeem(code)).status, 200)
  })

  test('AS-07 with another redirect URI is refused and stays good', async () => {
    const code = await freshCode()
    const wrong = await redeem(code, { redirect_uri: secondUri })
    assert.deepEqual([wrong.status, wrong.body['error']], [400, 'invalid_grant'])
    assert.equal((await redeem(code)).status, 200)
  })

  test('AS-08 that is replayed ends all that it gave: refresh, userinfo, introspection', async () => {
    const { url, checks } = await authorizationRequest(rp)
    const callback = await visit(url, userAgent(issuer.url))
    const tokens = await client.authorizationCodeGrant(rp, callback, checks)
    await assert.rejects(client.authorizationCodeGrant(rp, callback, checks), { error: 'invalid_grant' })

    await assert.rejects(client.refreshTokenGrant(rp, refreshTokenOf(tokens)), { error: 'invalid_grant' })
    const introspected = await client.tokenIntrospection(rp, tokens.access_token)
    assert.equal(introspected.active, false)
    await assert.rejects(client.fetchUserInfo(rp, tokens.access_token, client.skipSubjectCheck))
  })

  test('AS-08 that is replayed is reported to the operator', async () => {
    const code = await freshCode()
    await redeem(code)
    await redeem(code)
    assert.deepEqual(issuer.events.find(({ event }) => event === 'code_reused')?.fields, {
      clientId: webClient.id,
      userId: ada.id,
    })
    const [record] = await issuer.store.audit.list({ event: 'code.reused', limit: 1 })
    assert.deepEqual([record?.clientId, record?.userId], [webClient.id, ada.id])
  })

  test('AS-10 that is redeemed 50 times at once gives tokens exactly once (INV-1)', async () => {
    const code = await freshCode()
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(code)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    const losers = answers.filter(({ status }) => status !== 200)
    assert.deepEqual([...new Set(losers.map(({ body }) => body['error']))], ['invalid_grant'])
    const winner = answers.find(({ status }) => status === 200)
    const introspected = await client.tokenIntrospection(rp, String(winner?.body['access_token']))
    assert.equal(introspected.active, false, 'a code that came 50 times is no longer trusted')
  })
})

describe('AS-09 the lifetime of a code', () => {
  // The clock of the whole process: the engine reads it, too.
  test('is one minute: redeemed after 59 seconds, refused after 61', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const [early, late] = [await freshCode(), await freshCode()]
    t.mock.timers.tick(59_000)
    assert.equal((await redeem(early)).status, 200)
    t.mock.timers.tick(2_000)
    const answer = await redeem(late)
    assert.deepEqual([answer.status, answer.body['error']], [400, 'invalid_grant'])
  })
})

describe('the surface of the endpoints', () => {
  test('AS-11 a posted password is answered with 303, never 307 or 308', async () => {
    const agent = userAgent(issuer.url)
    const page = await agent.get(authorizeUrl(valid))
    const action = /action="([^"]*\/sign-in)"/.exec(page.text)?.[1] ?? ''
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? ''
    const posted = await fetch(new URL(action, issuer.url), {
      method: 'POST',
      redirect: 'manual',
      headers: {
        origin: issuer.url,
        cookie: [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: new URLSearchParams({
        csrf,
        identifier: 'ada@example.com',
        password: 'correct horse battery staple',
      }),
    })
    assert.equal(posted.status, 303)
  })

  test('AS-12 nothing is cached, no page sends a referrer', async () => {
    const { tokens } = await signIn(issuer, rp)
    const page = await userAgent(issuer.url).get(authorizeUrl(valid))
    const redirect = await fetch(authorizeUrl({ ...valid, prompt: 'none' }), { redirect: 'manual' })
    const refused = await postForm(tokenUrl, { grant_type: 'authorization_code' })
    const userinfo = await fetch(`${issuer.url}/oauth2/v2/user_profile`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    const granted = await redeem(await freshCode())
    for (const { headers } of [page, redirect, refused, userinfo, granted])
      assert.match(headers.get('cache-control') ?? '', /no-store/)
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
    assert.doesNotMatch(page.text, /(?:src|href)="https?:\/\/(?!localhost)/)
  })
})
