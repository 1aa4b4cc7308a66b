// B5: no token is taken for another kind (RFC 8725 §3.11), whatever `typ` its API asked for. Every kind of token is presented to every
// verifier: a table whose cells are each a real request.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, exportJWK, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { managementApi } from '../../src/directory/built-ins.ts'
import {
  ada,
  anotherApplication,
  audience,
  directoryFixture,
  logoutUri,
  m2mClient,
  redirectUri,
  webClient,
} from '../harness/directory-fixture.ts'
import { emptyCatalog } from '../harness/empty-catalog.ts'
import { postForm } from '../harness/form-request.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refresh, refreshTokenOf, relyingParty, signIn, visit } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const plainAudience = 'https://plain.example.com'
const keyClient = 'c0000000000000000000000000000007'
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const told = await startHttpServer({ after }, () => ({ status: 200 }))

const management = managementApi(emptyCatalog, '')
const allApis = [
  { apiId: 'api_1', scopeIds: [] },
  { apiId: 'api_2', scopeIds: [] },
  { apiId: management.id, scopeIds: management.scopes.map(({ id }) => id) },
]

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      accessTokenType: 'at+jwt',
      web: { apis: allApis, backchannelLogoutUri: `${told.origin}/logout` },
      m2m: { apis: allApis },
      more: [
        {
          kind: 'put-api',
          api: {
            id: 'api_2',
            name: 'Plain',
            audience: plainAudience,
            isManagementApi: false,
            accessTokenType: 'JWT',
            scopes: [],
          },
        },
        anotherApplication({
          clientId: keyClient,
          clientSecret: null,
          authMethod: 'private_key_jwt',
          jwks: { keys: [key.publicKey.export({ format: 'jwk' })] },
        }),
      ],
    }),
    // The hardest case: a workflow that tries to dress each token as another.
    workflow: `
export const workflowSettings = {
  id: 'disguise', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
}
export default async function () {
  for (const name of ['scp', 'jti', 'aud', 'typ', 'at_hash', 'nonce', 'events', 'sub', 'azp']) {
    kinde.idToken.setCustomClaim(name, ['openid'])
    kinde.accessToken.setCustomClaim(name, ['openid'])
  }
}`,
  },
)
const managementAudience = `${issuer.url}/api`
const rp = await relyingParty(issuer)
const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))

const userTokens = async (params: Record<string, string> = {}) =>
  (await signIn(issuer, rp, { params })).tokens
const machineToken = async (asked: string) =>
  (await client.clientCredentialsGrant(machine, { audience: asked })).access_token

async function logoutToken(): Promise<string> {
  const { agent } = await signIn(issuer, rp)
  await agent.get(`${issuer.url}/logout?${new URLSearchParams({ redirect: logoutUri }).toString()}`)
  return new URLSearchParams(told.requests.at(-1)?.body).get('logout_token') ?? ''
}

async function assertion(): Promise<string> {
  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(keyClient)
    .setSubject(keyClient)
    .setAudience(issuer.url)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(key.privateKey)
}

async function dpopProof(): Promise<string> {
  return new SignJWT({ jti: randomUUID(), htm: 'POST', htu: `${issuer.url}/oauth2/token` })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(key.publicKey) })
    .setIssuedAt()
    .sign(key.privateKey)
}

/** Each makes a fresh one: some verifiers use theirs up. */
const kinds = {
  'a user’s access token without an audience': async () => (await userTokens()).access_token,
  'a user’s access token of type JWT': async () =>
    (await userTokens({ audience: plainAudience })).access_token,
  'a user’s access token of type at+jwt': async () => (await userTokens({ audience })).access_token,
  'a user’s access token for the management API': async () =>
    (await userTokens({ audience: managementAudience })).access_token,
  'a machine’s token of type at+jwt': () => machineToken(audience),
  'a machine’s token for the management API': () => machineToken(managementAudience),
  'an ID token': async () => (await userTokens()).id_token ?? '',
  'a logout token': logoutToken,
  'a refresh token': async () => refreshTokenOf(await userTokens()),
  'a client assertion': assertion,
  'a DPoP proof': dpopProof,
} as const
type Kind = keyof typeof kinds

const users = [
  'a user’s access token without an audience',
  'a user’s access token of type JWT',
  'a user’s access token of type at+jwt',
  'a user’s access token for the management API',
] as const
const machines = ['a machine’s token of type at+jwt', 'a machine’s token for the management API'] as const

interface Verifier {
  readonly takes: readonly Kind[]
  readonly accepts: (token: string) => Promise<boolean>
}

async function status(url: string, init: RequestInit): Promise<number> {
  return (await fetch(url, init)).status
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const webCredentials = { client_id: webClient.id, client_secret: webClient.secret }
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const tokenUrl = `${issuer.url}/oauth2/token`

const verifiers: Readonly<Record<string, Verifier>> = {
  userinfo: {
    takes: users,
    accepts: async (token) => (await status(`${issuer.url}/oauth2/v2/user_profile`, bearer(token))) === 200,
  },
  'userinfo by POST': {
    takes: users,
    accepts: async (token) =>
      (await postForm(`${issuer.url}/oauth2/v2/user_profile`, { access_token: token })).status === 200,
  },
  'Kinde’s first userinfo': {
    takes: users,
    accepts: async (token) => (await status(`${issuer.url}/oauth2/user_profile`, bearer(token))) === 200,
  },
  introspection: {
    takes: [...users, ...machines, 'a refresh token'],
    accepts: async (token) => {
      const { body } = await postForm(`${issuer.url}/oauth2/introspect`, { ...webCredentials, token })
      return body['active'] === true
    },
  },
  'the management API': {
    takes: ['a machine’s token for the management API'],
    accepts: async (token) => (await status(`${issuer.url}/api/v1/users`, bearer(token))) === 200,
  },
  'the id_token_hint of a logout': {
    takes: ['an ID token'],
    accepts: async (token) => {
      const query = new URLSearchParams({ id_token_hint: token }).toString()
      return (await userAgent(issuer.url).get(`${issuer.url}/logout?${query}`)).status === 200
    },
  },
  'the id_token_hint of an authorization request': {
    takes: ['an ID token'],
    accepts: async (token) => {
      const { agent } = await signIn(issuer, rp)
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: webClient.id,
        redirect_uri: redirectUri,
        scope: 'openid',
        prompt: 'none',
        id_token_hint: token,
      })
      const callback = await visit(new URL(`${issuer.url}/oauth2/auth?${query.toString()}`), agent)
      return callback.searchParams.has('code')
    },
  },
  'client authentication': {
    takes: ['a client assertion'],
    accepts: async (token) => {
      const { status: answered } = await postForm(tokenUrl, {
        grant_type: 'client_credentials',
        audience,
        client_assertion_type: assertionType,
        client_assertion: token,
      })
      return answered === 200
    },
  },
  'the refresh token grant': {
    takes: ['a refresh token'],
    accepts: async (token) => {
      const form = { ...webCredentials, grant_type: 'refresh_token', refresh_token: token }
      return (await postForm(tokenUrl, form)).status === 200
    },
  },
  'a DPoP header': {
    takes: ['a DPoP proof'],
    accepts: async (token) => {
      const form = {
        grant_type: 'client_credentials',
        client_id: m2mClient.id,
        client_secret: m2mClient.secret,
        audience,
      }
      return (await postForm(tokenUrl, form, { dpop: token })).status === 200
    },
  },
}

for (const [verifier, { takes, accepts }] of Object.entries(verifiers)) {
  describe(`B5: ${verifier}`, () => {
    for (const [kind, make] of Object.entries(kinds)) {
      const isTaken = takes.some((one) => one === kind)
      test(`${isTaken ? 'takes' : 'refuses'} ${kind}`, async () => {
        assert.equal(await accepts(await make()), isTaken)
      })
    }
  })
}

describe('B5: the type of an access token', () => {
  const typeOf = (token: string) => decodeProtectedHeader(token).typ

  test('is JWT without an audience and by default, and at+jwt where the API says so', async () => {
    assert.equal(typeOf(await kinds['a user’s access token without an audience']()), 'JWT')
    assert.equal(typeOf(await kinds['a user’s access token of type JWT']()), 'JWT')
    assert.equal(typeOf(await kinds['a user’s access token of type at+jwt']()), 'at+jwt')
    assert.equal(typeOf(await machineToken(plainAudience)), 'JWT')
    assert.equal(typeOf(await machineToken(audience)), 'at+jwt')
  })

  test('stays through a refresh, audience and all', async () => {
    const first = await signIn(issuer, rp, { params: { audience } })
    const second = await refresh(rp, first)
    assert.equal(typeOf(second.tokens.access_token), 'at+jwt')
    assert.deepEqual(second.accessToken.aud, [audience])
  })

  test('at+jwt has every claim that RFC 9068 §2.2 requires, a machine’s included', async () => {
    const url = new URL(issuer.url)
    const insecure = { [oauth.allowInsecureRequests]: true }
    const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))
    for (const token of [await machineToken(audience), (await userTokens({ audience })).access_token]) {
      const claims = await oauth.validateJwtAccessToken(
        server,
        new Request(audience, bearer(token)),
        audience,
        insecure,
      )
      assert.ok(claims.sub === ada.id || claims.sub === m2mClient.id)
      assert.notDeepEqual(claims.aud, [])
    }
    const plain = decodeJwt(await machineToken(plainAudience))
    assert.deepEqual([plain.sub, plain['client_id']], [undefined, undefined])
  })

  test('cannot be both: a request for APIs of both types is invalid_target', async () => {
    const both = `${audience} ${plainAudience}`
    const query = {
      response_type: 'code',
      client_id: webClient.id,
      redirect_uri: redirectUri,
      audience: both,
    }
    const address = `${issuer.url}/oauth2/auth?${new URLSearchParams(query).toString()}`
    const callback = new URL((await userAgent(issuer.url).get(address)).location ?? '')
    assert.equal(callback.searchParams.get('error'), 'invalid_target')
    const answer = await postForm(tokenUrl, {
      grant_type: 'client_credentials',
      client_id: m2mClient.id,
      client_secret: m2mClient.secret,
      audience: both,
    })
    assert.deepEqual([answer.status, answer.body['error']], [400, 'invalid_target'])
  })
})

test('B10: a token that is bound to a key is refused as a Bearer token by the management API (RFC 9449 §7.2)', async () => {
  const DPoP = client.getDPoPHandle(machine, await client.randomDPoPKeyPair('ES256'))
  const asked = { audience: managementAudience }
  const bound = await client.clientCredentialsGrant(machine, asked, { DPoP })
  assert.equal(await status(`${issuer.url}/api/v1/users`, bearer(bound.access_token)), 403)
})
