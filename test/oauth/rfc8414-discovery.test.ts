// RFC 8414 and OIDC Discovery: what the issuer says of itself, at Kinde's addresses (C§5), and the keys that it signs by (RFC 7517).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { z } from 'zod'
import { anotherApplication, directoryFixture } from '../harness/directory-fixture.ts'
import { getJson } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { relyingParty, signIn } from '../harness/relying-party.ts'

const algorithms = ['RS256', 'ES256', 'EdDSA'] as const

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      more: algorithms.map((signingAlgorithm) =>
        anotherApplication({ clientId: `client_${signingAlgorithm}`, signingAlgorithm }),
      ),
    }),
  },
)

const keySet = z.strictObject({ keys: z.array(z.record(z.string(), z.string())) })
const discovery = await getJson(`${issuer.url}/.well-known/openid-configuration`)

describe('discovery', () => {
  test('is the same to the byte at both well-known addresses', async () => {
    const [oidc, oauth2] = await Promise.all(
      ['openid-configuration', 'oauth-authorization-server'].map(async (name) => {
        const response = await fetch(`${issuer.url}/.well-known/${name}`)
        return Buffer.from(await response.arrayBuffer())
      }),
    )
    assert.ok(oidc && oauth2?.equals(oidc))
  })

  test('names the issuer without a trailing slash, and every endpoint at Kinde’s path', () => {
    const expected = {
      issuer: '',
      authorization_endpoint: '/oauth2/auth',
      token_endpoint: '/oauth2/token',
      userinfo_endpoint: '/oauth2/v2/user_profile',
      introspection_endpoint: '/oauth2/introspect',
      revocation_endpoint: '/oauth2/revoke',
      end_session_endpoint: '/logout',
      jwks_uri: '/.well-known/jwks',
      device_authorization_endpoint: '/oauth2/device/auth',
      pushed_authorization_request_endpoint: '/oauth2/par',
    }
    const urls = Object.keys(expected).map((name) => [
      name,
      String(discovery.body[name]).slice(issuer.url.length),
    ])
    assert.deepEqual(Object.fromEntries(urls), expected)
  })

  test('says what is offered, and nothing that is not', () => {
    const { body } = discovery
    assert.deepEqual(body['response_types_supported'], ['code'])
    assert.deepEqual(body['code_challenge_methods_supported'], ['S256'])
    assert.deepEqual(body['subject_types_supported'], ['public'])
    assert.deepEqual(body['token_endpoint_auth_methods_supported'], [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
    ])
    assert.deepEqual(body['id_token_signing_alg_values_supported'], [...algorithms])
    assert.deepEqual(body['response_modes_supported'], ['form_post', 'fragment', 'query'])
    assert.equal(body['authorization_response_iss_parameter_supported'], true)
    assert.equal(body['request_uri_parameter_supported'], false)
    assert.notEqual(body['request_parameter_supported'], true)
    assert.equal(body['claims_parameter_supported'], true)
    assert.equal(body['backchannel_logout_supported'], true)
    assert.equal(body['backchannel_logout_session_supported'], true)
    assert.equal(body['registration_endpoint'], undefined)
    assert.equal(body['check_session_iframe'], undefined)
  })

  test('AS-03 offers neither password nor implicit', () => {
    assert.deepEqual(
      new Set(Array.from(grantTypes())),
      new Set([
        'authorization_code',
        'client_credentials',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ]),
    )
  })

  test('lists the scopes and claims that a client may expect', () => {
    const scopes = ['openid', 'profile', 'email', 'phone', 'offline', 'offline_access']
    const { scopes_supported: offered, claims_supported: claims } = discovery.body
    assert.ok(Array.isArray(offered))
    assert.deepEqual(new Set(offered), new Set(scopes))
    assert.ok(
      Array.isArray(claims) && ['sub', 'aud', 'iss', 'exp', 'iat'].every((claim) => claims.includes(claim)),
    )
  })

  test('satisfies oauth4webapi, which checks the issuer', async () => {
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      const url = new URL(issuer.url)
      const response = await oauth.discoveryRequest(url, { algorithm, [oauth.allowInsecureRequests]: true })
      assert.equal((await oauth.processDiscoveryResponse(url, response)).issuer, issuer.url)
    }
  })

  test('is the same whatever host the request claims (BR-10)', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    }
    const answer = await getJson(`${issuer.url}/.well-known/openid-configuration`, headers)
    assert.deepEqual(answer.body, discovery.body)
  })
})

function grantTypes(): string[] {
  const { grant_types_supported: types } = discovery.body
  return Array.isArray(types) ? types.map(String) : []
}

describe('KY-03 the published keys', () => {
  async function keysAt(path: string) {
    const response = await fetch(`${issuer.url}${path}`)
    const text = await response.text()
    return { keys: keySet.parse(JSON.parse(text)).keys, headers: response.headers, text }
  }

  test('are the same at Kinde’s two addresses', async () => {
    const [one, two] = [await keysAt('/.well-known/jwks'), await keysAt('/.well-known/jwks.json')]
    assert.equal(one.text, two.text)
  })

  test('have public members alone, and say what they are for', async () => {
    const { keys } = await keysAt('/.well-known/jwks.json')
    for (const key of keys) {
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])
        assert.equal(key[secret], undefined)
      assert.equal(key['use'], 'sig')
      assert.ok(key['kid'] && key['alg'])
    }
    assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length)
    assert.deepEqual(new Set(keys.map(({ alg }) => alg)), new Set(algorithms))
  })

  test('B4: are application/json at both addresses, as Kinde’s SDKs need them', async () => {
    for (const path of ['/.well-known/jwks', '/.well-known/jwks.json']) {
      const { headers } = await keysAt(path)
      assert.equal(headers.get('content-type'), 'application/json; charset=utf-8')
    }
  })

  test('may be cached for a short while', async () => {
    const { headers } = await keysAt('/.well-known/jwks.json')
    assert.match(headers.get('cache-control') ?? '', /max-age=\d+/)
    assert.doesNotMatch(headers.get('cache-control') ?? '', /no-store/)
  })

  for (const algorithm of algorithms) {
    test(`verify what an application of ${algorithm} gets: ID token, access token, refreshed ones`, async () => {
      const { keys } = await keysAt('/.well-known/jwks')
      const rp = await relyingParty(issuer, `client_${algorithm}`, client.ClientSecretPost('w'.repeat(48)), {
        id_token_signed_response_alg: algorithm,
      })
      const first = await signIn(issuer, rp)
      const second = await client.refreshTokenGrant(rp, first.tokens.refresh_token ?? '')
      for (const { access_token, id_token } of [first.tokens, second]) {
        for (const token of [access_token, id_token ?? '']) {
          const header = decodeProtectedHeader(token)
          assert.equal(header.alg, algorithm)
          const jwk = keys.find(({ kid }) => kid === header.kid)
          assert.ok(jwk)
          await jwtVerify(token, await importJWK(jwk, algorithm), { issuer: issuer.url })
        }
      }
    })
  }

  test('are named by headers that `atob` decodes (C§3)', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { tokens } = await signIn(issuer, await relyingParty(issuer))
      for (const token of [tokens.access_token, tokens.id_token ?? '']) {
        const [header = ''] = token.split('.')
        assert.doesNotMatch(header, /[-_]/)
        assert.equal(typeof atob(header), 'string')
      }
    }
  })
})
