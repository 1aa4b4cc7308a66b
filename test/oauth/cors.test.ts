// Which browsers may read our answers (AS-18): those of registered applications, with credentials, because Kinde's browser
// SDKs send them (C§5). And what a request says of itself that we do not believe (AS-19).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { directoryFixture, spaClient, webClient } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refreshTokenOf, relyingParty, signIn } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const appOrigin = 'http://127.0.0.1:9'
const listedOrigin = 'https://admin.example.com'

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      spa: { corsOrigins: [listedOrigin] },
      web: { redirectUris: ['https://web.example.com/callback', 'http://127.0.0.1:9/callback'] },
    }),
  },
)
const spa = await relyingParty(issuer, spaClient.id, client.None())
const open = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks',
  '/.well-known/jwks.json',
]
const called = ['/oauth2/token', '/oauth2/v2/user_profile', '/oauth2/user_profile', '/oauth2/revoke']

function allowed({ headers }: Response): readonly [string | null, string | null] {
  return [headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')]
}

function preflight(path: string, origin: string, method = 'POST'): Promise<Response> {
  return fetch(`${issuer.url}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,kinde-sdk',
    },
  })
}

describe('AS-18 a browser of a registered application', () => {
  for (const origin of [appOrigin, listedOrigin]) {
    test(`at ${origin} may ask and read: discovery, keys, token, userinfo, revocation`, async () => {
      for (const path of open) {
        assert.deepEqual(allowed(await fetch(`${issuer.url}${path}`, { headers: { origin } })), [
          origin,
          'true',
        ])
      }
      for (const path of called) {
        const answer = await preflight(path, origin)
        assert.ok(answer.status === 200 || answer.status === 204)
        assert.deepEqual(allowed(answer), [origin, 'true'])
        assert.match(answer.headers.get('access-control-allow-headers') ?? '', /kinde-sdk/i)
      }
    })
  }

  test('reads the answers of a code exchange, a refresh, an error and its profile', async () => {
    const { tokens } = await signIn(issuer, spa)
    const headers = { origin: appOrigin }
    const refreshed = await fetch(`${issuer.url}/oauth2/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: spaClient.id,
        refresh_token: refreshTokenOf(tokens),
      }),
    })
    const refused = await fetch(`${issuer.url}/oauth2/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: spaClient.id, refresh_token: 'x' }),
    })
    const profile = await fetch(`${issuer.url}/oauth2/v2/user_profile`, {
      headers: { ...headers, authorization: `Bearer ${tokens.access_token}` },
    })
    assert.deepEqual([refreshed.status, refused.status, profile.status], [200, 400, 200])
    for (const answer of [refreshed, refused, profile]) assert.deepEqual(allowed(answer), [appOrigin, 'true'])
  })
})

describe('AS-18 any other browser', () => {
  for (const origin of [
    'https://evil.example',
    'null',
    'https://web.example.com',
    'http://127.0.0.1:90',
    'https://admin.example.com.evil.example',
  ]) {
    test(`at ${origin} may read nothing`, async () => {
      for (const path of open)
        assert.deepEqual(allowed(await fetch(`${issuer.url}${path}`, { headers: { origin } })), [null, null])
      for (const path of called) assert.deepEqual(allowed(await preflight(path, origin)), [null, null])
    })
  }

  test('may not read the tokens of an application that is not its own', async () => {
    const { tokens } = await signIn(issuer, await relyingParty(issuer))
    const answer = await fetch(`${issuer.url}/oauth2/token`, {
      method: 'POST',
      headers: { origin: listedOrigin },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: webClient.id,
        client_secret: webClient.secret,
        refresh_token: refreshTokenOf(tokens),
      }),
    })
    assert.deepEqual(allowed(answer), [null, null])
  })
})

test('AS-18 never says `*`, and nothing at the authorization endpoint or on a page', async () => {
  for (const path of [...open, ...called, '/oauth2/auth', '/logout', '/device', '/forgotten-password']) {
    for (const origin of [appOrigin, 'https://evil.example']) {
      const answer = await fetch(`${issuer.url}${path}`, { headers: { origin }, redirect: 'manual' })
      assert.notEqual(allowed(answer)[0], '*')
    }
  }
  for (const path of ['/oauth2/auth', '/logout', '/device', '/forgotten-password'])
    assert.deepEqual(allowed(await preflight(path, appOrigin, 'GET')), [null, null])
})

describe('AS-19 what an untrusted client says of itself is not believed', () => {
  const headers = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.9',
    forwarded: 'for=203.0.113.9;host=evil.example;proto=https',
    'x-ssl-cert': 'anything',
  }

  test('in the event of a workflow: the address is the connection’s', async (t) => {
    const own = await startIssuer(t, {
      directory: await directoryFixture(),
      workflow: `
        export const workflowSettings = { id: 'ip', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
        export default async function (event) { kinde.accessToken.setCustomClaim('ip', event.request.ip) }`,
    })
    const agent = userAgent(own.url, { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' })
    const { accessToken } = await signIn(own, await relyingParty(own), { agent })
    assert.equal(accessToken['ip'], '127.0.0.1')
  })

  test('in redirects and cookies', async () => {
    const url = `${issuer.url}/oauth2/auth?client_id=${webClient.id}&response_type=code&scope=openid&redirect_uri=${encodeURIComponent('http://127.0.0.1:9/callback')}`
    const answer = await fetch(url, { headers, redirect: 'manual' })
    assert.doesNotMatch(answer.headers.get('location') ?? '', /evil/)
    for (const cookie of answer.headers.getSetCookie()) assert.doesNotMatch(cookie, /evil|secure/i)
  })
})
