// RFC 6749 §2.3 and RFC 7523 §2.2: who a client is. Secrets in the body or the header, or an assertion signed by a key of its own.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { CompactSign, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import {
  anotherApplication,
  audience,
  directoryFixture,
  m2mClient,
  spaClient,
  webClient,
} from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refresh, relyingParty, signIn } from '../harness/relying-party.ts'

const keyClient = { id: 'c00000000000000000000000000000key' } as const
const strangeSecret = `${'s'.repeat(40)}+/=:%`
const basicClient = { id: 'c000000000000000000000000000basic', secret: 'b'.repeat(48) } as const
const keys = await generateKeyPair('ES256', { extractable: true })
const otherKeys = await generateKeyPair('ES256', { extractable: true })
const publicKey = { ...(await exportJWK(keys.publicKey)), kid: 'k1', use: 'sig', alg: 'ES256' }

const issuer = await startIssuer(
  { after },
  {
    hasCustomDomain: true,
    directory: await directoryFixture({
      more: [
        anotherApplication({
          clientId: keyClient.id,
          clientSecret: null,
          authMethod: 'private_key_jwt',
          jwks: { keys: [publicKey] },
        }),
        anotherApplication({
          clientId: basicClient.id,
          clientSecret: basicClient.secret,
          authMethod: 'client_secret_basic',
        }),
      ],
    }),
  },
)
const tokenUrl = `${issuer.url}/oauth2/token`
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

describe('a client signs in with', () => {
  const ways: Readonly<Record<string, readonly [string, client.ClientAuth]>> = {
    client_secret_post: [webClient.id, client.ClientSecretPost(webClient.secret)],
    client_secret_basic: [basicClient.id, client.ClientSecretBasic(basicClient.secret)],
    'client_secret_basic, although registered for post': [
      webClient.id,
      client.ClientSecretBasic(webClient.secret),
    ],
    'client_secret_post, although registered for basic': [
      basicClient.id,
      client.ClientSecretPost(basicClient.secret),
    ],
    private_key_jwt: [keyClient.id, client.PrivateKeyJwt({ key: keys.privateKey, kid: 'k1' })],
    'its id alone, when it is public': [spaClient.id, client.None()],
  }
  for (const [way, [id, authentication]] of Object.entries(ways)) {
    test(`${way}: sign-in, refresh, revocation`, async () => {
      const rp = await relyingParty(issuer, id, authentication)
      const second = await refresh(rp, await signIn(issuer, rp))
      await client.tokenRevocation(rp, second.tokens.access_token)
    })
  }

  test('oauth4webapi, a second strict client, agrees', async () => {
    const insecure = { [oauth.allowInsecureRequests]: true }
    const discovered = await oauth.discoveryRequest(new URL(issuer.url), insecure)
    const server = await oauth.processDiscoveryResponse(new URL(issuer.url), discovered)
    const party = { client_id: keyClient.id }
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      party,
      oauth.PrivateKeyJwt({ key: keys.privateKey, kid: 'k1' }),
      new URLSearchParams({ audience }),
      insecure,
    )
    const tokens = await oauth.processClientCredentialsResponse(server, party, response)
    assert.equal(tokens.token_type, 'bearer')
  })
})

async function ask(fields: Record<string, string>, headers: Record<string, string> = {}, url = tokenUrl) {
  const { status, body } = await postForm(
    url,
    { grant_type: 'client_credentials', audience, ...fields },
    headers,
  )
  return [status, status === 200 ? 'tokens' : body['error']]
}

function basic(id: string, secret: string): Record<string, string> {
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

describe('AS-20 a client is refused', () => {
  const post = { client_id: m2mClient.id, client_secret: m2mClient.secret }

  test('with a wrong secret, of the right and of another length', async () => {
    for (const secret of ['x'.repeat(48), 'x', strangeSecret]) {
      assert.deepEqual(await ask({ ...post, client_secret: secret }), [401, 'invalid_client'])
      assert.deepEqual(await ask({}, basic(m2mClient.id, secret)), [401, 'invalid_client'])
    }
  })

  test('like an unknown one, in the same words', async () => {
    const [known, unknown] = await Promise.all(
      [m2mClient.id, 'nobody'].map((id) =>
        postForm(tokenUrl, {
          grant_type: 'client_credentials',
          client_id: id,
          client_secret: 'x'.repeat(48),
        }),
      ),
    )
    assert.deepEqual([unknown?.status, unknown?.body], [known?.status, known?.body])
  })

  test('with its secret in the address', async () => {
    const url = `${tokenUrl}?client_id=${m2mClient.id}&client_secret=${m2mClient.secret}`
    assert.deepEqual(await ask({}, {}, url), [400, 'invalid_request'])
  })

  test('with header and body at once', async () => {
    assert.deepEqual(await ask(post, basic(m2mClient.id, m2mClient.secret)), [400, 'invalid_request'])
  })

  test('without a secret, or with an empty one', async () => {
    assert.deepEqual(await ask({ client_id: m2mClient.id }), [401, 'invalid_client'])
    assert.deepEqual(await ask({ client_id: m2mClient.id, client_secret: '' }), [401, 'invalid_client'])
  })

  test('with a secret, when it is public', async () => {
    const fields = {
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: spaClient.id,
      client_secret: 'x',
    }
    assert.deepEqual(await ask(fields), [401, 'invalid_client'])
  })

  test('with an assertion, when it is registered with a secret', async () => {
    const jwt = await assertion({ iss: m2mClient.id, sub: m2mClient.id })
    assert.deepEqual(await askBy(jwt), [401, 'invalid_client'])
  })

  test('with WWW-Authenticate when it tried the header (RFC 6749 §5.2)', async () => {
    const answer = await postForm(
      tokenUrl,
      { grant_type: 'client_credentials' },
      basic(m2mClient.id, 'x'.repeat(48)),
    )
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic /)
  })
})

interface Made {
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: Parameters<SignJWT['sign']>[0]
}

function claims(changes: JWTPayload = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1_000)
  return {
    iss: keyClient.id,
    sub: keyClient.id,
    aud: issuer.url,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    ...changes,
  }
}

function assertion(
  changes: JWTPayload = {},
  { header = {}, key = keys.privateKey }: Made = {},
): Promise<string> {
  return new SignJWT(claims(changes)).setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header }).sign(key)
}

function askBy(jwt: string) {
  return ask({ client_assertion_type: assertionType, client_assertion: jwt })
}

describe('AS-20 an assertion', () => {
  test('is good once', async () => {
    const jwt = await assertion()
    assert.deepEqual(await askBy(jwt), [200, 'tokens'])
    assert.deepEqual(await askBy(jwt), [401, 'invalid_client'])
  })

  test('is for the issuer or its token endpoint', async () => {
    assert.deepEqual(await askBy(await assertion({ aud: tokenUrl })), [200, 'tokens'])
    for (const aud of ['https://evil.example', `${issuer.url}/api`, spaClient.id])
      assert.deepEqual(await askBy(await assertion({ aud })), [401, 'invalid_client'])
  })

  test('expires', async () => {
    const now = Math.floor(Date.now() / 1_000)
    assert.deepEqual(await askBy(await assertion({ iat: now - 360, exp: now - 300 })), [
      401,
      'invalid_client',
    ])
  })

  test('is of the client itself', async () => {
    for (const changes of [{ iss: webClient.id }, { sub: webClient.id }])
      assert.deepEqual(await askBy(await assertion(changes)), [401, 'invalid_client'])
  })

  test('has an id and an end', async () => {
    const { jti: _j, ...withoutId } = claims()
    const { exp: _e, ...withoutEnd } = claims()
    for (const payload of [withoutId, withoutEnd]) {
      const jwt = await new SignJWT(payload).setProtectedHeader({ alg: 'ES256' }).sign(keys.privateKey)
      assert.deepEqual(await askBy(jwt), [401, 'invalid_client'])
    }
  })
})

describe('an assertion whose signature cannot be trusted', () => {
  test('JW-01 by `none` in any spelling, or without a signature, is refused', async () => {
    const unsecured = new UnsecuredJWT(claims()).encode()
    const spelled = (alg: string) => {
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url')
      return `${header}.${Buffer.from(JSON.stringify(claims())).toString('base64url')}.`
    }
    const unsigned = (await assertion()).replace(/[^.]*$/, '')
    for (const jwt of [unsecured, spelled('None'), spelled('nOnE'), unsigned])
      assert.deepEqual(await askBy(jwt), [401, 'invalid_client'])
  })

  test('JW-02 by HS256 with the public key as its secret is refused', async () => {
    for (const secret of [JSON.stringify(publicKey), String(publicKey.x)]) {
      const jwt = await assertion(
        {},
        { header: { alg: 'HS256' }, key: new TextEncoder().encode(secret.padEnd(32)) },
      )
      assert.deepEqual(await askBy(jwt), [401, 'invalid_client'])
    }
  })

  test('JW-03 whose kid is a path, SQL, unknown or huge is refused; without one the key is found by its algorithm', async () => {
    for (const kid of ['../../dev/null', `k1' OR '1'='1`, 'k2', 'k'.repeat(8_000)]) {
      const answer = await postForm(tokenUrl, {
        grant_type: 'client_credentials',
        audience,
        client_assertion_type: assertionType,
        client_assertion: await assertion({}, { header: { kid } }),
      })
      assert.deepEqual([answer.status, answer.body['error']], [401, 'invalid_client'])
      assert.equal(JSON.stringify(answer.body).includes(kid), false)
    }
    assert.deepEqual(await askBy(await assertion({}, { header: { kid: undefined } })), [200, 'tokens'])
  })

  test('JW-04 that brings its own key or says where to fetch one is refused, and nothing is fetched', async (t) => {
    const listener = await startHttpServer(t, () => ({ json: { keys: [] } }))
    const jwk = await exportJWK(otherKeys.publicKey)
    for (const header of [{ jku: listener.origin }, { x5u: listener.origin }, { jwk }, { x5c: ['MIIB'] }]) {
      const jwt = await assertion({}, { header, key: otherKeys.privateKey })
      assert.deepEqual(await askBy(jwt), [401, 'invalid_client'])
    }
    assert.deepEqual(listener.requests, [])
  })

  test('JW-05 with an unknown critical header, garbage behind it, or encrypted is refused at once', async () => {
    const good = await assertion()
    const header = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url')
    const [, payload = '', signature = ''] = good.split('.')
    const jwe = header({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 1_000_000_000, p2s: 'AAAA' })
    const bad = [
      `${header({ alg: 'ES256', crit: ['unknown'], unknown: 1 })}.${payload}.${signature}`,
      `${header({ alg: 'ES256', b64: false, crit: ['b64'] })}.${payload}.${signature}`,
      `${good}AAAA`,
      `${good}.x`,
      `${jwe}.AAAA.AAAA.AAAA.AAAA`,
    ]
    for (const jwt of bad) {
      const before = process.threadCpuUsage()
      const [status] = await askBy(jwt)
      assert.ok(status === 400 || status === 401)
      assert.ok(process.threadCpuUsage(before).user < 500_000)
    }
  })

  test('JW-05 with a member twice means what its last one says, as RFC 7519 §4 allows, and nothing of the first', async () => {
    const text = JSON.stringify(claims())
    const twice = (first: object, last: object) => {
      const payload = `${JSON.stringify(first).slice(0, -1)},${text.slice(1, -1)},${JSON.stringify(last).slice(1)}`
      return new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .sign(keys.privateKey)
    }
    const mine = { sub: keyClient.id }
    const another = { sub: webClient.id }
    assert.deepEqual(await askBy(await twice(mine, another)), [401, 'invalid_client'])
    assert.deepEqual(await askBy(await twice(another, mine)), [200, 'tokens'])
  })

  test('JW-06 that is not valid yet, or no more, is refused', async () => {
    const now = Math.floor(Date.now() / 1_000)
    for (const changes of [{ nbf: now + 61 }, { exp: now - 11 }])
      assert.deepEqual(await askBy(await assertion(changes)), [401, 'invalid_client'])
  })

  test('B9: JW-06 is for us alone: the issuer, the token endpoint, or both, in their own spelling', async () => {
    for (const aud of [issuer.url, tokenUrl, [issuer.url], [issuer.url, tokenUrl]])
      assert.deepEqual(await askBy(await assertion({ aud })), [200, 'tokens'])
    for (const aud of [
      [issuer.url, 'https://other.example'],
      ['https://other.example', tokenUrl],
      // The same server by another address is another issuer to the client.
      issuer.customUrl,
      `${issuer.customUrl}/oauth2/token`,
      [issuer.url, issuer.customUrl],
      `${issuer.url}/`,
      `${tokenUrl}/`,
      `${issuer.url}/oauth2/par`,
      issuer.url.toUpperCase(),
      [],
      '',
    ])
      assert.deepEqual(await askBy(await assertion({ aud })), [401, 'invalid_client'])
  })

  test('B9: tolerates clocks that differ by ten seconds (FAPI 2 §5.3.2.1)', async () => {
    const now = Math.floor(Date.now() / 1_000)
    for (const changes of [{ iat: now + 8 }, { nbf: now + 8 }, { exp: now - 5 }])
      assert.deepEqual(await askBy(await assertion(changes)), [200, 'tokens'])
  })

  test('B9: is not of the future, and does not live for years', async () => {
    const now = Math.floor(Date.now() / 1_000)
    assert.deepEqual(await askBy(await assertion({ exp: now + 3_600 })), [200, 'tokens'])
    for (const changes of [
      { iat: now + 600 },
      { iat: now + 61 },
      { exp: now + 3_660 },
      { exp: now + 315_360_000 },
    ])
      assert.deepEqual(await askBy(await assertion(changes)), [401, 'invalid_client'])
  })
})
