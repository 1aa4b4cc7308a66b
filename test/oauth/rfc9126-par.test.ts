// RFC 9126: an authorization request that the client pushes beforehand.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import {
  audience,
  directoryFixture,
  redirectUri,
  spaClient,
  webClient,
  otherApplication,
  otherClient,
} from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationRequest, relyingParty, visit } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      more: [otherApplication],
    }),
  },
)
const rp = await relyingParty(issuer)
const parUrl = `${issuer.url}/oauth2/par`
const credentials = { client_id: webClient.id, client_secret: webClient.secret }
const request = { response_type: 'code', redirect_uri: redirectUri, scope: 'openid', state: 's' }

function push(changes: Record<string, string> = {}) {
  return postForm(parUrl, { ...credentials, ...request, ...changes })
}

function authorizeUrl(params: Record<string, string>): string {
  return `${issuer.url}/oauth2/auth?${new URLSearchParams(params).toString()}`
}

async function pushedUri(): Promise<string> {
  return String((await push()).body['request_uri'])
}

test('a pushed request goes through the pages to tokens, for confidential and public clients', async () => {
  for (const party of [rp, await relyingParty(issuer, spaClient.id, client.None())]) {
    const { url, checks } = await authorizationRequest(party)
    const pushed = await client.buildAuthorizationUrlWithPAR(party, url.searchParams)
    assert.deepEqual([...pushed.searchParams.keys()].toSorted(), ['client_id', 'request_uri'])
    const callback = await visit(pushed, userAgent(issuer.url))
    assert.ok((await client.authorizationCodeGrant(party, callback, checks)).id_token)
  }
})

test('a pushed request may be in Kinde’s spelling: audience, offline, start_page, unknown parameters', async () => {
  const { url, checks } = await authorizationRequest(rp, {
    params: { audience, start_page: 'login', lang: 'de', utm_source: 'mail' },
  })
  const pushed = await client.buildAuthorizationUrlWithPAR(rp, url.searchParams)
  const page = await userAgent(issuer.url).get(pushed.href)
  assert.match(page.text, /<html lang="de"/)
  const callback = await visit(pushed, userAgent(issuer.url))
  const tokens = await client.authorizationCodeGrant(rp, callback, checks)
  assert.ok(tokens.refresh_token)
  const introspected = await client.tokenIntrospection(rp, tokens.access_token)
  assert.deepEqual(introspected.aud, [audience])
})

test('a push is answered with 201, a URN and its seconds, and is not cached', async () => {
  const { status, body, headers } = await push()
  assert.equal(status, 201)
  assert.match(String(body['request_uri']), /^urn:ietf:params:oauth:request_uri:/)
  assert.equal(typeof body['expires_in'], 'number')
  assert.match(headers.get('cache-control') ?? '', /no-store/)
})

describe('a push is refused', () => {
  const cases: Readonly<Record<string, readonly [Record<string, string>, number, string]>> = {
    'without the secret': [{ client_secret: '' }, 401, 'invalid_client'],
    'with a wrong secret': [{ client_secret: 'x'.repeat(48) }, 401, 'invalid_client'],
    'with an address that is not registered': [
      { redirect_uri: 'https://evil.example/' },
      400,
      'invalid_request',
    ],
    'for an API that the application was not given': [
      { audience: 'https://unknown.example' },
      400,
      'invalid_target',
    ],
    'for a response type that is not offered': [{ response_type: 'token' }, 400, 'unsupported_response_type'],
    'AS-15 with a request_uri in it': [
      { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
      400,
      'request_uri_not_supported',
    ],
  }
  for (const [what, [changes, status, error]] of Object.entries(cases)) {
    test(what, async () => {
      const answer = await push(changes)
      assert.deepEqual([answer.status, answer.body['error']], [status, error])
    })
  }

  test('by GET', async () => {
    assert.equal((await fetch(parUrl)).status, 404)
  })
})

describe('AS-15 a request_uri', () => {
  test('of another client is refused', async () => {
    const page = await userAgent(issuer.url).get(
      authorizeUrl({ client_id: otherClient.id, request_uri: await pushedUri() }),
    )
    assert.equal(page.status, 400)
    assert.equal(page.location, undefined)
  })

  test('is good for one code', async () => {
    const url = authorizeUrl({ client_id: webClient.id, request_uri: await pushedUri() })
    const agent = userAgent(issuer.url)
    assert.ok((await visit(new URL(url), agent)).searchParams.get('code'))
    const again = await agent.get(url)
    assert.deepEqual([again.status, again.location], [400, undefined])
  })

  test('expires after a minute', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const { body } = await push()
    t.mock.timers.tick((Number(body['expires_in']) + 1) * 1_000)
    const url = authorizeUrl({ client_id: webClient.id, request_uri: String(body['request_uri']) })
    const page = await userAgent(issuer.url).get(url)
    assert.deepEqual([page.status, page.location], [400, undefined])
    assert.ok(Number(body['expires_in']) <= 60)
  })

  test('that was not pushed is refused', async () => {
    const requestUri = 'urn:ietf:params:oauth:request_uri:made-up'
    const page = await userAgent(issuer.url).get(
      authorizeUrl({ client_id: webClient.id, request_uri: requestUri }),
    )
    assert.deepEqual([page.status, page.location], [400, undefined])
  })
})
