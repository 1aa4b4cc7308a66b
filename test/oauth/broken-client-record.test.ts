// An application whose record in the database has parts that cannot be used: each breaks what it is for, and nothing else.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { SignJWT } from 'jose'
import * as client from 'openid-client'
import {
  anotherApplication,
  audience,
  directoryFixture,
  redirectUri,
  webClient,
} from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationRequest, relyingParty, signIn } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const good = generateKeyPairSync('ed25519')
const keyClient = 'c0000000000000000000000000000005'
const brokenClient = 'c0000000000000000000000000000006'

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      web: {
        redirectUris: ['javascript:alert(1)', 'not a URI', redirectUri, 'https://app.example.com/#x'],
        logoutUris: ['javascript:alert(1)', ':', 'https://app.example.com/bye'],
        backchannelLogoutUri: 'not a URI',
        corsOrigins: ['not an origin', 'https://app.example.com'],
      },
      more: [
        anotherApplication({
          clientId: keyClient,
          clientSecret: null,
          authMethod: 'private_key_jwt',
          jwks: {
            keys: [
              { kty: 'oct', k: 'AAAA' },
              { kty: 'RSA', n: 1 },
              good.publicKey.export({ format: 'jwk' }),
              { ...good.privateKey.export({ format: 'jwk' }), kid: 'private' },
            ],
          },
        }),
        anotherApplication({ clientId: brokenClient, clientSecret: null }),
      ],
    }),
  },
)

const refusedParts = () =>
  issuer.events.filter(({ event }) => event === 'application_unusable').map(({ fields }) => fields)

describe('B6: a record with unusable parts', () => {
  test('signs in, refreshes and signs out by the parts that can be used', async () => {
    const rp = await relyingParty(issuer)
    const { tokens, agent } = await signIn(issuer, rp)
    assert.equal((await client.refreshTokenGrant(rp, tokens.refresh_token ?? '')).token_type, 'bearer')
    const bye = 'https://app.example.com/bye'
    const left = await agent.get(`${issuer.url}/logout?${new URLSearchParams({ redirect: bye }).toString()}`)
    assert.equal(left.location, bye)
  })

  test('never redirects to a scheme that a browser acts on, though it is registered', async () => {
    const rp = await relyingParty(issuer)
    const { url } = await authorizationRequest(rp, { params: { redirect_uri: 'javascript:alert(1)' } })
    const page = await userAgent(issuer.url).get(url.href)
    assert.deepEqual([page.status, page.location], [400, undefined])
    const logout = new URLSearchParams({ redirect: 'javascript:alert(1)' })
    const left = await userAgent(issuer.url).get(`${issuer.url}/logout?${logout.toString()}`)
    assert.equal(left.location, undefined)
  })

  test('authenticates by the keys that can be used', async () => {
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(keyClient)
      .setSubject(keyClient)
      .setAudience(issuer.url)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(good.privateKey)
    const { status, body } = await postForm(`${issuer.url}/oauth2/token`, {
      grant_type: 'client_credentials',
      audience,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    })
    assert.equal(status, 200, JSON.stringify(body))
  })

  test('is an unknown client when nothing of it can be used, and stops no other', async () => {
    const { body } = await postForm(`${issuer.url}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_id: brokenClient,
      client_secret: webClient.secret,
    })
    assert.equal(body['error'], 'invalid_client')
    assert.ok((await signIn(issuer, await relyingParty(issuer))).tokens.access_token)
  })

  test('is reported to the operator, each part', () => {
    const parts = refusedParts().map(({ clientId, field }) => `${String(clientId)} ${String(field)}`)
    assert.deepEqual([...new Set(parts)].toSorted(), [
      `${webClient.id} backchannelLogoutUri`,
      `${keyClient} jwks`,
      `${brokenClient} undefined`,
    ])
  })
})
