// RFC 7662: what a token is, asked of us. It agrees with the token, because both are one decision.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import {
  audience,
  directoryFixture,
  m2mClient,
  spaClient,
  webClient,
  otherApplication,
  otherClient,
} from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refreshTokenOf, relyingParty, signIn } from '../harness/relying-party.ts'

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      more: [otherApplication],
    }),
    workflow: `
      export const workflowSettings = { id: 'claims', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
      export default async function () {
        kinde.accessToken.setCustomClaim('plan', { tier: 'gold' })
        kinde.accessToken.setCustomClaim('permissions', ['read:reports'])
      }`,
  },
)
const rp = await relyingParty(issuer)
const url = `${issuer.url}/oauth2/introspect`
const credentials = { client_id: webClient.id, client_secret: webClient.secret }

describe('an access token', () => {
  test('is introspected with the very claims that are in it, the workflow’s included', async () => {
    const { tokens, accessToken } = await signIn(issuer, rp, { params: { audience } })
    const { active, token_type, scope, ...claims } = await client.tokenIntrospection(rp, tokens.access_token)
    assert.deepEqual([active, token_type, scope], [true, 'Bearer', 'openid profile email offline'])
    assert.deepEqual(claims, accessToken)
    assert.deepEqual(accessToken['plan'], { tier: 'gold' })
  })

  test('of a machine is, too', async () => {
    const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
    const tokens = await client.clientCredentialsGrant(machine, { audience })
    const { active, token_type, client_id, ...claims } = await client.tokenIntrospection(
      machine,
      tokens.access_token,
    )
    assert.deepEqual([active, token_type, client_id], [true, 'Bearer', m2mClient.id])
    assert.deepEqual(claims, decodeJwt(tokens.access_token))
  })

  test('may be asked about with any hint, right or wrong', async () => {
    const { tokens } = await signIn(issuer, rp)
    for (const hint of ['access_token', 'refresh_token', 'nonsense']) {
      const answer = await client.tokenIntrospection(rp, tokens.access_token, { token_type_hint: hint })
      assert.equal(answer.active, true)
    }
  })

  test('may be asked about by another confidential client: an API asks about the tokens that it gets', async () => {
    const { tokens } = await signIn(issuer, rp)
    const api = await relyingParty(issuer, otherClient.id, client.ClientSecretPost(otherClient.secret))
    assert.equal((await client.tokenIntrospection(api, tokens.access_token)).client_id, webClient.id)
  })

  test('of another client is unknown to a public client', async () => {
    const { tokens } = await signIn(issuer, rp)
    const spa = await relyingParty(issuer, spaClient.id, client.None())
    assert.deepEqual({ ...(await client.tokenIntrospection(spa, tokens.access_token)) }, { active: false })
  })
})

test('a refresh token is introspected', async () => {
  const { tokens } = await signIn(issuer, rp)
  const answer = await client.tokenIntrospection(rp, refreshTokenOf(tokens))
  assert.deepEqual([answer.active, answer.client_id, answer.scope], [true, webClient.id, tokens.scope])
})

describe('inactive, and nothing more, is', () => {
  const made: Readonly<Record<string, () => Promise<string>>> = {
    'an unknown token': async () => 'nothing',
    'an ID token': async () => (await signIn(issuer, rp)).tokens.id_token ?? '',
    'a token whose signature is broken': async () =>
      `${(await signIn(issuer, rp)).tokens.access_token.slice(0, -6)}AAAAAA`,
    'the bare jti of a token': async () => String((await signIn(issuer, rp)).accessToken.jti),
    'a refresh token that was rotated': async () => {
      const { tokens } = await signIn(issuer, rp)
      await client.refreshTokenGrant(rp, refreshTokenOf(tokens))
      return refreshTokenOf(tokens)
    },
  }
  for (const [what, make] of Object.entries(made)) {
    test(what, async () => {
      const { status, body } = await postForm(url, { ...credentials, token: await make() })
      assert.deepEqual([status, body], [200, { active: false }])
    })
  }

  test('an expired token', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const { tokens } = await signIn(issuer, rp)
    t.mock.timers.tick(86_401_000)
    const { body } = await postForm(url, { ...credentials, token: tokens.access_token })
    assert.deepEqual(body, { active: false })
  })
})

test('who asks has to be a client, and ask for something', async () => {
  const token = (await signIn(issuer, rp)).tokens.access_token
  assert.equal((await postForm(url, { token })).status, 400)
  const wrong = await postForm(url, { ...credentials, client_secret: 'x'.repeat(48), token })
  assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client'])
  assert.equal((await postForm(url, credentials)).body['error'], 'invalid_request')
})

describe('B10: introspection by an access token, as at Kinde (C§5)', () => {
  const ask = (bearer: string, token: string) =>
    postForm(url, { token }, { authorization: `Bearer ${bearer}` })

  async function machineToken(): Promise<string> {
    const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
    return (await client.clientCredentialsGrant(machine, { audience })).access_token
  }

  test('answers a machine about every token', async () => {
    const { tokens, accessToken } = await signIn(issuer, rp, { params: { audience } })
    const bearer = await machineToken()
    const { status, body, headers } = await ask(bearer, tokens.access_token)
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.deepEqual(
      [body['active'], body['client_id'], body['aud'], body['exp'], body['iat'], body['sub']],
      [true, webClient.id, [audience], accessToken.exp, accessToken.iat, accessToken.sub],
    )
    const refreshToken = await ask(bearer, refreshTokenOf(tokens))
    assert.deepEqual([refreshToken.body['active'], refreshToken.body['client_id']], [true, webClient.id])
    assert.equal((await ask(bearer, bearer)).body['active'], true)
  })

  test('answers a person about the tokens of the own application alone', async () => {
    const own = await signIn(issuer, rp)
    const other = await signIn(
      issuer,
      await relyingParty(issuer, otherClient.id, client.ClientSecretPost(otherClient.secret)),
    )
    assert.equal((await ask(own.tokens.access_token, own.tokens.access_token)).body['active'], true)
    assert.deepEqual((await ask(own.tokens.access_token, other.tokens.access_token)).body, { active: false })
    assert.deepEqual((await ask(own.tokens.access_token, await machineToken())).body, { active: false })
  })

  test('says inactive of what is used up, revoked or unknown', async () => {
    const bearer = await machineToken()
    const { tokens } = await signIn(issuer, rp)
    await client.refreshTokenGrant(rp, refreshTokenOf(tokens))
    assert.deepEqual((await ask(bearer, refreshTokenOf(tokens))).body, { active: false })
    await client.tokenRevocation(rp, tokens.access_token)
    for (const token of [tokens.access_token, tokens.id_token ?? '', 'unknown', 'a.b.c'])
      assert.deepEqual((await ask(bearer, token)).body, { active: false })
  })

  test('is refused without a good token: 401 and the reason', async () => {
    const { tokens } = await signIn(issuer, rp)
    await client.tokenRevocation(rp, tokens.access_token)
    for (const bearer of ['unknown', tokens.access_token, tokens.id_token ?? '', refreshTokenOf(tokens)]) {
      const { status, body, headers } = await ask(bearer, 'unknown')
      assert.deepEqual([status, body['error']], [401, 'invalid_token'])
      assert.match(headers.get('www-authenticate') ?? '', /^Bearer /)
    }
    const { status, body } = await ask(await machineToken(), '')
    assert.deepEqual([status, body['error']], [400, 'invalid_request'])
  })
})
