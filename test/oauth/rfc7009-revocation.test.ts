// RFC 7009: a client gives a token back.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import {
  ada,
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
  },
)
const rp = await relyingParty(issuer)
const url = `${issuer.url}/oauth2/revoke`
const credentials = { client_id: webClient.id, client_secret: webClient.secret }

async function isActive(token: string): Promise<boolean> {
  return (await client.tokenIntrospection(rp, token)).active
}

describe('a refresh token that was revoked', () => {
  test('refreshes no more, and its access tokens are dead (§2.1)', async () => {
    const { tokens } = await signIn(issuer, rp)
    await client.tokenRevocation(rp, refreshTokenOf(tokens))
    await assert.rejects(client.refreshTokenGrant(rp, refreshTokenOf(tokens)), { error: 'invalid_grant' })
    assert.equal(await isActive(tokens.access_token), false)
  })

  test('leaves the session: the next sign-in is silent', async () => {
    const { tokens, agent } = await signIn(issuer, rp)
    await client.tokenRevocation(rp, refreshTokenOf(tokens))
    const silent = await signIn(issuer, rp, { agent, params: { prompt: 'none' } })
    assert.ok(silent.tokens.access_token)
  })
})

describe('the answer', () => {
  test('B7: is 200 and an empty JSON object', async () => {
    const { tokens } = await signIn(issuer, rp)
    for (const token of [refreshTokenOf(tokens), tokens.access_token, 'unknown']) {
      const body = new URLSearchParams({ ...credentials, token })
      const answer = await fetch(url, { method: 'POST', body })
      assert.equal(answer.status, 200)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json\b/)
      assert.deepEqual(await answer.json(), {})
    }
  })
})

describe('an access token that was revoked', () => {
  test('is taken no more: userinfo, introspection', async () => {
    const { tokens } = await signIn(issuer, rp)
    await client.tokenRevocation(rp, tokens.access_token)
    await assert.rejects(client.fetchUserInfo(rp, tokens.access_token, ada.id))
    assert.equal(await isActive(tokens.access_token), false)
  })

  test('of a machine is taken no more', async () => {
    const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
    const tokens = await client.clientCredentialsGrant(machine)
    await client.tokenRevocation(machine, tokens.access_token)
    assert.equal((await client.tokenIntrospection(machine, tokens.access_token)).active, false)
  })
})

test('a public client gives its tokens back with its id alone, as Kinde’s browser SDKs do (C§5)', async () => {
  const spa = await relyingParty(issuer, spaClient.id, client.None())
  const { tokens } = await signIn(issuer, spa)
  const answer = await postForm(url, { client_id: spaClient.id, token: refreshTokenOf(tokens) })
  assert.equal(answer.status, 200)
  await assert.rejects(client.refreshTokenGrant(spa, refreshTokenOf(tokens)), { error: 'invalid_grant' })
})

describe('nothing is revoked', () => {
  test('by another client', async () => {
    const { tokens } = await signIn(issuer, rp)
    const thief = { client_id: otherClient.id, client_secret: otherClient.secret }
    for (const token of [tokens.access_token, refreshTokenOf(tokens)]) {
      const { status, body } = await postForm(url, { ...thief, token })
      assert.deepEqual([status, body['error']], [400, 'invalid_request'])
      assert.equal((await postForm(url, { client_id: spaClient.id, token })).status, 200)
    }
    assert.equal(await isActive(tokens.access_token), true)
    assert.ok((await client.refreshTokenGrant(rp, refreshTokenOf(tokens))).access_token)
  })

  test('by the bare jti of a token, which stands in logs', async () => {
    const { tokens, accessToken } = await signIn(issuer, rp)
    await postForm(url, { ...credentials, token: String(accessToken.jti) })
    assert.equal(await isActive(tokens.access_token), true)
  })

  test('by an ID token', async () => {
    const { tokens } = await signIn(issuer, rp)
    await postForm(url, { ...credentials, token: tokens.id_token ?? '' })
    assert.equal(await isActive(tokens.access_token), true)
  })
})

test('an unknown token is answered with 200, a wrong client with 401 (§2.2)', async () => {
  for (const token of ['nothing', 'a.b.c'])
    assert.equal((await postForm(url, { ...credentials, token })).status, 200)
  const wrong = await postForm(url, { ...credentials, client_secret: 'x'.repeat(48), token: 'nothing' })
  assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client'])
})
