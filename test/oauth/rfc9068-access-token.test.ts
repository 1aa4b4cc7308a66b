// RFC 9068: the form of an access token, and that no token is ever taken for another kind (RFC 8725 §3.11).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createRemoteJWKSet, decodeProtectedHeader, importJWK, jwtVerify, SignJWT, UnsecuredJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import {
  ada,
  audience,
  directoryFixture,
  engines,
  m2mClient,
  webClient,
} from '../harness/directory-fixture.ts'
import { getJson, postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { relyingParty, signIn } from '../harness/relying-party.ts'

const issuer = await startIssuer(
  { after },
  { directory: await directoryFixture({ accessTokenType: 'at+jwt' }) },
)
const rp = await relyingParty(issuer)
const jwks = createRemoteJWKSet(new URL(`${issuer.url}/.well-known/jwks`))
const userinfoUrl = `${issuer.url}/oauth2/v2/user_profile`

async function statusAtUserinfo(token: string): Promise<number> {
  return (await fetch(userinfoUrl, { headers: { authorization: `Bearer ${token}` } })).status
}

describe('AT-01 an access token', () => {
  test('is typed, signed by a published key, and has every claim that is required (§2.2)', async () => {
    const { tokens } = await signIn(issuer, rp, { params: { audience } })
    const { protectedHeader, payload } = await jwtVerify(tokens.access_token, jwks, {
      typ: 'at+jwt',
      issuer: issuer.url,
      audience,
    })
    assert.deepEqual(Object.keys(protectedHeader).toSorted(), ['alg', 'kid', 'typ'])
    assert.equal(protectedHeader.alg, 'RS256')
    for (const claim of ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])
      assert.ok(claim in payload, claim)
    assert.deepEqual([payload.sub, payload['client_id']], [ada.id, webClient.id])
    assert.equal(Number(payload.exp) - Number(payload.iat), 86_400)
  })

  test('of a machine, too: its subject is the client itself (§2.2)', async () => {
    const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
    const tokens = await client.clientCredentialsGrant(machine, { audience })
    const { payload } = await jwtVerify(tokens.access_token, jwks, {
      typ: 'at+jwt',
      issuer: issuer.url,
      audience,
    })
    assert.deepEqual([payload.sub, payload['client_id']], [m2mClient.id, m2mClient.id])
  })

  test('satisfies the resource server of oauth4webapi', async () => {
    const { tokens } = await signIn(issuer, rp, { params: { audience } })
    const url = new URL(issuer.url)
    const insecure = { [oauth.allowInsecureRequests]: true }
    const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))
    const request = new Request(audience, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const claims = await oauth.validateJwtAccessToken(server, request, audience, insecure)
    assert.equal(claims.client_id, webClient.id)
    await assert.rejects(oauth.validateJwtAccessToken(server, request, 'https://other.example', insecure))
  })

  test('never has the id of another one', async () => {
    const { tokens, accessToken, idToken } = await signIn(issuer, rp)
    const refreshed = await Promise.all(
      Array.from({ length: 5 }, () => client.refreshTokenGrant(rp, tokens.refresh_token ?? '')),
    )
    const ids = refreshed.map(({ access_token }) => access_token)
    assert.equal(new Set(ids).size, 5)
    assert.notEqual(accessToken.jti, idToken.jti)
  })
})

describe('AT-03 no token is taken for another kind', () => {
  test('an ID token is not accepted as an access token', async () => {
    const { tokens } = await signIn(issuer, rp)
    assert.equal(decodeProtectedHeader(tokens.id_token ?? '').typ, 'JWT')
    assert.equal(await statusAtUserinfo(tokens.id_token ?? ''), 401)
    assert.equal((await client.tokenIntrospection(rp, tokens.id_token ?? '')).active, false)
    const { status } = await getJson(`${issuer.url}/api/v1/users`, bearer(tokens.id_token ?? ''))
    assert.ok(status === 401 || status === 403)
  })

  test('an access token is not accepted as an ID token hint or a client assertion', async () => {
    const { tokens, agent } = await signIn(issuer, rp)
    const logout = await agent.get(`${issuer.url}/logout?id_token_hint=${tokens.access_token}`)
    assert.equal(logout.status, 400)
    const { status } = await postForm(`${issuer.url}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: tokens.access_token,
    })
    assert.ok(status === 400 || status === 401)
  })

  test('a refresh token and a code are not accepted as access tokens', async () => {
    const { tokens } = await signIn(issuer, rp)
    assert.equal(await statusAtUserinfo(tokens.refresh_token ?? ''), 401)
  })
})

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

test('AT-04 a token for one API is refused at another: the management API', async () => {
  const { tokens } = await signIn(issuer, rp, { params: { audience } })
  const answer = await getJson(`${issuer.url}/api/v1/organizations`, bearer(tokens.access_token))
  assert.ok(answer.status === 401 || answer.status === 403)
  assert.equal(JSON.stringify(answer.body).includes(engines.code), false)
})

describe('an access token that was tampered with is refused', () => {
  async function parts() {
    const { tokens } = await signIn(issuer, rp)
    const [header = '', payload = '', signature = ''] = tokens.access_token.split('.')
    const claims: Record<string, unknown> = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return { header, payload, signature, claims, token: tokens.access_token }
  }
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

  test('JW-01 by `none` in any spelling, or without a signature', async () => {
    const { payload, header, claims } = await parts()
    const bad = [
      new UnsecuredJWT(claims).encode(),
      ...['none', 'None', 'nOnE'].map((alg) => `${encode({ alg, typ: 'at+jwt' })}.${payload}.`),
      `${header}.${payload}.`,
    ]
    for (const token of bad) assert.equal(await statusAtUserinfo(token), 401)
  })

  test('JW-02 by HS256 with our public key as the secret', async () => {
    const { claims } = await parts()
    const { body } = await getJson(`${issuer.url}/.well-known/jwks`)
    for (const secret of [JSON.stringify(body), await publicModulus(body)]) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .sign(new TextEncoder().encode(secret))
      assert.equal(await statusAtUserinfo(token), 401)
    }
  })

  test('JW-03 whose kid is unknown, a path, SQL or huge', async () => {
    const { payload, signature } = await parts()
    for (const kid of ['../../dev/null', `x' OR '1'='1`, 'unknown', 'k'.repeat(4_000), '']) {
      const token = `${encode({ alg: 'RS256', kid, typ: 'at+jwt' })}.${payload}.${signature}`
      assert.equal(await statusAtUserinfo(token), 401)
    }
  })

  test('JW-05 with other claims, an unknown critical header, or garbage behind it', async () => {
    const { header, payload, signature, claims, token } = await parts()
    const bad = [
      `${header}.${encode({ ...claims, sub: 'kp_other' })}.${signature}`,
      `${encode({ alg: 'RS256', typ: 'at+jwt', crit: ['x'], x: 1 })}.${payload}.${signature}`,
      `${token}.x`,
      `${token}AAAA`,
      ` ${token}x`,
    ]
    for (const one of bad) assert.notEqual(await statusAtUserinfo(one), 200)
  })
})

async function publicModulus(keySet: Readonly<Record<string, unknown>>): Promise<string> {
  const [first] = Array.isArray(keySet['keys']) ? keySet['keys'] : []
  assert.ok(await importJWK(first, 'RS256'))
  return String(first.n)
}
