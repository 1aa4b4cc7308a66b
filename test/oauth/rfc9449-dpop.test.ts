// RFC 9449: tokens that are bound to a key. The proofs of a well-behaved client are openid-client's; the others are made by hand.
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as client from 'openid-client'
import {
  ada,
  anotherApplication,
  directoryFixture,
  m2mClient,
  spaClient,
  webClient,
} from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  authorizationRequest,
  refresh,
  refreshTokenOf,
  relyingParty,
  signIn,
  visit,
} from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const boundClient = { id: 'c000000000000000000000000000dpop', secret: 'd'.repeat(48) } as const

const issuer = await startIssuer(
  { after },
  {
    hasCustomDomain: true,
    directory: await directoryFixture({
      more: [
        anotherApplication({
          clientId: boundClient.id,
          clientSecret: boundClient.secret,
          isDpopRequired: true,
        }),
      ],
    }),
  },
)
const rp = await relyingParty(issuer)
const spa = await relyingParty(issuer, spaClient.id, client.None())
const tokenUrl = `${issuer.url}/oauth2/token`
const userinfoUrl = `${issuer.url}/oauth2/v2/user_profile`
const keys = await generateKeyPair('ES256', { extractable: true })
const jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey))

async function handle(party: client.Configuration): Promise<client.DPoPHandle> {
  return client.getDPoPHandle(party, await client.randomDPoPKeyPair('ES256'))
}

async function proof(
  claims: Record<string, unknown>,
  header: { alg?: string; typ?: string } = {},
): Promise<string> {
  return new SignJWT({ jti: randomUUID(), iat: Math.floor(Date.now() / 1_000), ...claims })
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'dpop+jwt',
      jwk: await exportJWK(keys.publicKey),
      ...header,
    })
    .sign(keys.privateKey)
}

function ath(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url')
}

describe('a token that was asked for with a proof', () => {
  test('is bound to its key, and says so wherever it is asked', async () => {
    const dpop = await handle(rp)
    const { tokens, accessToken } = await signIn(issuer, rp, { dpop })
    const thumbprint = await dpop.calculateThumbprint()
    assert.equal(tokens.token_type, 'dpop')
    assert.deepEqual(accessToken['cnf'], { jkt: thumbprint })
    const introspected = await client.tokenIntrospection(rp, tokens.access_token)
    assert.deepEqual(
      [introspected.active, introspected.cnf, introspected.token_type],
      [true, { jkt: thumbprint }, 'DPoP'],
    )
  })

  test('is taken with its key, and with nothing less', async () => {
    const dpop = await handle(rp)
    const { tokens } = await signIn(issuer, rp, { dpop })
    const profile = await client.fetchUserInfo(rp, tokens.access_token, ada.id, { DPoP: dpop })
    assert.equal(profile.email, ada.email)
    await assert.rejects(client.fetchUserInfo(rp, tokens.access_token, ada.id))
    await assert.rejects(client.fetchUserInfo(rp, tokens.access_token, ada.id, { DPoP: await handle(rp) }))
  })

  test('is taken at another domain of the issuer, with a proof for that address', async () => {
    const dpop = await handle(rp)
    const { tokens } = await signIn(issuer, rp, { dpop })
    const custom = await relyingParty({ url: issuer.customUrl })
    const profile = await client.fetchUserInfo(custom, tokens.access_token, ada.id, { DPoP: dpop })
    assert.equal(profile.email, ada.email)
  })

  test('is for machines, too', async () => {
    const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
    const dpop = await handle(machine)
    const tokens = await client.clientCredentialsGrant(machine, {}, { DPoP: dpop })
    assert.equal(tokens.token_type, 'dpop')
    const introspected = await client.tokenIntrospection(machine, tokens.access_token)
    assert.deepEqual(introspected.cnf, { jkt: await dpop.calculateThumbprint() })
  })

  test('does not come from a request that was pushed with another key (§10.1)', async () => {
    const { url, checks } = await authorizationRequest(rp)
    const pushedBy = { DPoP: await handle(rp) }
    const pushed = await client.buildAuthorizationUrlWithPAR(rp, url.searchParams, pushedBy)
    const callback = await visit(pushed, userAgent(issuer.url))
    const other = { DPoP: await handle(rp) }
    await assert.rejects(client.authorizationCodeGrant(rp, callback, checks, {}, other), {
      error: 'invalid_grant',
    })
    const tokens = await client.authorizationCodeGrant(rp, callback, checks, {}, pushedBy)
    assert.equal(tokens.token_type, 'dpop')
  })

  test('does not come from a code that was asked for with another key (§10)', async () => {
    const { url, checks } = await authorizationRequest(rp, { params: { dpop_jkt: jkt } })
    const callback = await visit(url, userAgent(issuer.url))
    const dpop = await handle(rp)
    await assert.rejects(client.authorizationCodeGrant(rp, callback, checks, {}, { DPoP: dpop }), {
      error: 'invalid_grant',
    })
  })
})

describe('a refresh token of a public client', () => {
  test('is bound to the key, and refused with another (§5)', async () => {
    const dpop = await handle(spa)
    const first = await signIn(issuer, spa, { dpop })
    await assert.rejects(client.refreshTokenGrant(spa, refreshTokenOf(first.tokens)), {
      error: 'invalid_grant',
    })
    const other = { DPoP: await handle(spa) }
    await assert.rejects(client.refreshTokenGrant(spa, refreshTokenOf(first.tokens), {}, other), {
      error: 'invalid_grant',
    })
    const second = await refresh(spa, first, dpop)
    assert.deepEqual(second.accessToken['cnf'], { jkt: await dpop.calculateThumbprint() })
  })

  test('keeps its grace, for the key alone', async () => {
    const dpop = await handle(spa)
    const first = await signIn(issuer, spa, { dpop })
    const second = await refresh(spa, first, dpop)
    const again = await refresh(spa, first, dpop)
    assert.equal(again.tokens.refresh_token, second.tokens.refresh_token)
    await assert.rejects(client.refreshTokenGrant(spa, refreshTokenOf(first.tokens)), {
      error: 'invalid_grant',
    })
    assert.ok((await refresh(spa, second, dpop)).tokens.access_token)
  })

  test('is rotated once by many refreshes at the same moment', async () => {
    const dpop = await handle(spa)
    const first = await signIn(issuer, spa, { dpop })
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(spa, first, dpop)))
    assert.equal(new Set(answers.map(({ tokens }) => tokens.refresh_token)).size, 1)
  })
})

describe('an application that has to bind its tokens', () => {
  const credentials = { client_id: boundClient.id, client_secret: boundClient.secret }

  test('gets none without a proof', async () => {
    const answer = await postForm(tokenUrl, { grant_type: 'client_credentials', ...credentials })
    assert.deepEqual([answer.status, answer.body['error']], [400, 'invalid_grant'])
  })

  test('gets bound ones with a proof', async () => {
    const bound = await relyingParty(issuer, boundClient.id, client.ClientSecretPost(boundClient.secret))
    const { tokens } = await signIn(issuer, bound, { dpop: await handle(bound) })
    assert.equal(tokens.token_type, 'dpop')
  })
})

describe('JW-07 a proof at the token endpoint', () => {
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const good = { htm: 'POST', htu: tokenUrl }

  async function present(jwt: string) {
    const fields = {
      grant_type: 'client_credentials',
      client_id: m2mClient.id,
      client_secret: m2mClient.secret,
    }
    const { status, body } = await postForm(tokenUrl, fields, { dpop: jwt })
    return status === 200 ? 'tokens' : body['error']
  }

  test('is good for one request', async () => {
    const jwt = await proof(good)
    assert.equal(await present(jwt), 'tokens')
    assert.notEqual(await present(jwt), 'tokens')
  })

  test('may be a few seconds old or new', async () => {
    for (const seconds of [-10, 10])
      assert.equal(await present(await proof({ ...good, iat: nowSeconds + seconds })), 'tokens')
  })

  test('may have a query in its address, which does not count (§4.3)', async () => {
    assert.equal(await present(await proof({ ...good, htu: `${tokenUrl}?a=b#c` })), 'tokens')
  })

  const bad: Readonly<Record<string, () => Promise<string>>> = {
    'for another address': () => proof({ ...good, htu: userinfoUrl }),
    'for another host': () => proof({ ...good, htu: 'https://evil.example/oauth2/token' }),
    'for a custom domain of the same server': () =>
      proof({ ...good, htu: `${issuer.customUrl}/oauth2/token` }),
    'for another method': () => proof({ ...good, htm: 'GET' }),
    'of an hour ago': () => proof({ ...good, iat: nowSeconds - 3_600 }),
    'of an hour from now': () => proof({ ...good, iat: nowSeconds + 3_600 }),
    'without a time': () => proof({ ...good, iat: undefined }),
    'without an id': () => proof({ ...good, jti: undefined }),
    'of another type': () => proof(good, { typ: 'JWT' }),
    'with a nonce that we did not give': () => proof({ ...good, nonce: 'made-up' }),
    'whose signature is broken': async () => `${(await proof(good)).slice(0, -8)}AAAAAAAA`,
    'that is no JWT': async () => 'nothing',
  }
  for (const [what, make] of Object.entries(bad)) {
    test(`${what} is refused`, async () => {
      assert.equal(await present(await make()), 'invalid_dpop_proof')
    })
  }
})

describe('JW-07 a proof at userinfo', () => {
  async function boundToken(): Promise<string> {
    const dpop = client.getDPoPHandle(rp, { privateKey: keys.privateKey, publicKey: keys.publicKey })
    return (await signIn(issuer, rp, { dpop })).tokens.access_token
  }

  async function present(
    accessToken: string,
    claims: Record<string, unknown>,
    jwt?: string,
  ): Promise<number> {
    const dpop = jwt ?? (await proof({ htm: 'GET', htu: userinfoUrl, ath: ath(accessToken), ...claims }))
    const headers = { authorization: `DPoP ${accessToken}`, dpop }
    return (await fetch(userinfoUrl, { headers })).status
  }

  test('names the hash of the token that it goes with', async () => {
    const accessToken = await boundToken()
    assert.equal(await present(accessToken, {}), 200)
    assert.equal(await present(accessToken, { ath: ath('another') }), 401)
    assert.equal(await present(accessToken, { ath: undefined }), 401)
  })

  test('is good for one request', async () => {
    const accessToken = await boundToken()
    const jwt = await proof({ htm: 'GET', htu: userinfoUrl, ath: ath(accessToken) })
    assert.equal(await present(accessToken, {}, jwt), 200)
    assert.equal(await present(accessToken, {}, jwt), 401)
  })

  test('does not make a bearer token of a bound one', async () => {
    const accessToken = await boundToken()
    const response = await fetch(userinfoUrl, { headers: { authorization: `Bearer ${accessToken}` } })
    assert.equal(response.status, 401)
    assert.match(response.headers.get('www-authenticate') ?? '', /DPoP/)
  })
})

describe('B10: the two addresses of userinfo', () => {
  const addresses = [userinfoUrl, `${issuer.url}/oauth2/user_profile`]
  for (const called of addresses) {
    for (const proven of addresses) {
      const isItsOwn = called === proven
      test(`${isItsOwn ? 'take' : 'refuse'} a proof for ${proven.slice(issuer.url.length)} at ${called.slice(issuer.url.length)}`, async () => {
        const dpop = await proof({ htm: 'POST', htu: tokenUrl })
        const { tokens } = await signIn(issuer, rp)
        const form = {
          grant_type: 'refresh_token',
          client_id: webClient.id,
          client_secret: webClient.secret,
          refresh_token: refreshTokenOf(tokens),
        }
        const { body } = await postForm(tokenUrl, form, { dpop })
        const accessToken = String(body['access_token'])
        const response = await fetch(called, {
          headers: {
            authorization: `DPoP ${accessToken}`,
            dpop: await proof({ htm: 'GET', htu: proven, ath: ath(accessToken) }),
          },
        })
        assert.equal(response.status, isItsOwn ? 200 : 401)
      })
    }
  }
})

test('discovery says by which algorithms a proof may be signed', () => {
  assert.deepEqual(rp.serverMetadata().dpop_signing_alg_values_supported, [
    'ES256',
    'EdDSA',
    'RS256',
    'PS256',
  ])
})
