// One spelling of scopes at every endpoint: what a sign-in tolerates, each later request tolerates the same way. angular-oauth2-oidc,
// authlib and the OpenID Foundation's module oidcc-refresh-token repeat the scope of the sign-in when they refresh.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import {
  audience,
  deviceClient,
  directoryFixture,
  m2mClient,
  webClient,
} from '../harness/directory-fixture.ts'
import { postForm, type Answer } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  authorizationRequest,
  refreshTokenOf,
  relyingParty,
  signIn,
  visit,
} from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const issuer = await startIssuer({ after }, { directory: await directoryFixture() })
const rp = await relyingParty(issuer)

function refresh(refreshToken: unknown, scope: string): Promise<Answer> {
  return postForm(`${issuer.url}/oauth2/token`, {
    grant_type: 'refresh_token',
    client_id: webClient.id,
    client_secret: webClient.secret,
    refresh_token: String(refreshToken),
    scope,
  })
}

describe('B2: a refresh with the scope of the sign-in', () => {
  const tolerated = [
    ['openid offline_access', 'openid offline_access'],
    ['openid offline', 'openid offline'],
    ['offline_access openid email', 'openid email offline_access'],
    ['openid offline_access address read:all', 'openid offline_access'],
    ['openid offline offline_access', 'openid offline'],
    ['openid  profile offline_access ', 'openid profile offline_access'],
  ] as const
  for (const [scope, granted] of tolerated) {
    test(`works for “${scope}”, again and again, and answers in the client’s spelling`, async () => {
      const { tokens } = await signIn(issuer, rp, { params: { scope } })
      assert.deepEqual(words(tokens.scope), words(granted))
      let refreshToken: unknown = refreshTokenOf(tokens)
      for (let round = 0; round < 3; round += 1) {
        const { status, body } = await refresh(refreshToken, scope)
        assert.equal(status, 200, JSON.stringify(body))
        assert.deepEqual(words(body['scope']), words(granted))
        assert.equal(typeof body['id_token'], 'string')
        refreshToken = body['refresh_token']
      }
    })
  }

  test('answers a refresh without a scope in the spelling of the sign-in', async () => {
    const { tokens } = await signIn(issuer, rp, { params: { scope: 'openid offline_access' } })
    const next = await client.refreshTokenGrant(rp, refreshTokenOf(tokens))
    assert.equal(next.scope, 'openid offline_access')
  })

  test('answers in the spelling of the refresh where it differs from that of the sign-in', async () => {
    const { tokens } = await signIn(issuer, rp, { params: { scope: 'openid offline' } })
    const { body } = await refresh(tokens.refresh_token, 'openid offline_access')
    assert.equal(body['scope'], 'openid offline_access')
  })

  test('narrows, keeps the refresh token whole, and grants nothing new (RFC 6749 §6)', async () => {
    const { tokens } = await signIn(issuer, rp, { params: { scope: 'openid email offline_access' } })
    const narrow = await refresh(tokens.refresh_token, 'openid')
    assert.equal(narrow.body['scope'], 'openid')
    assert.equal(decodeJwt(String(narrow.body['id_token']))['email'], undefined)
    assert.deepEqual(decodeJwt(String(narrow.body['access_token']))['scp'], ['openid'])
    const whole = await refresh(narrow.body['refresh_token'], 'openid email offline_access')
    assert.deepEqual(words(whole.body['scope']), words('openid email offline_access'))
    const more = await refresh(whole.body['refresh_token'], 'openid profile')
    assert.deepEqual([more.status, more.body['error']], [400, 'invalid_scope'])
  })

  test('is a refresh without a scope when it names unknown ones only', async () => {
    const { tokens } = await signIn(issuer, rp, { params: { scope: 'openid offline' } })
    const { body } = await refresh(tokens.refresh_token, 'read:all')
    assert.equal(body['scope'], 'openid offline')
  })
})

describe('B2: the same spelling', () => {
  test('is taken in a pushed request', async () => {
    const { url, checks } = await authorizationRequest(rp, {
      params: { scope: 'openid offline_access custom' },
    })
    const pushed = await client.buildAuthorizationUrlWithPAR(rp, url.searchParams)
    const callback = await visit(pushed, userAgent(issuer.url))
    const tokens = await client.authorizationCodeGrant(rp, callback, checks)
    assert.equal(tokens.scope, 'openid offline_access')
    const { body } = await refresh(tokens.refresh_token, 'openid offline_access custom')
    assert.equal(body['scope'], 'openid offline_access')
  })

  test('is taken in a device request', async () => {
    const device = await relyingParty(issuer, deviceClient.id, client.None())
    const scope = 'openid offline_access custom'
    const flow = await client.initiateDeviceAuthorization(device, { scope })
    const agent = userAgent(issuer.url)
    await signIn(issuer, rp, { agent })
    const confirm = await agent.submit(await agent.get(flow.verification_uri_complete ?? ''), '/device')
    await agent.submit(confirm, '/device')
    const tokens = await client.pollDeviceAuthorizationGrant(device, { ...flow, interval: 0 })
    assert.equal(tokens.scope, 'openid offline_access')
    const next = await client.refreshTokenGrant(device, refreshTokenOf(tokens), { scope })
    assert.equal(next.scope, 'openid offline_access')
  })

  test('means nothing to a machine: its scopes are those of its APIs', async () => {
    const machine = await relyingParty(issuer, m2mClient.id, client.ClientSecretPost(m2mClient.secret))
    for (const scope of ['openid profile email offline', 'openid offline_access read:all']) {
      const tokens = await client.clientCredentialsGrant(machine, { audience, scope })
      assert.equal(tokens.scope, 'read:all')
    }
  })

  test('cannot be forged by the parameter that carries it', async () => {
    const params = { scope: 'openid offline', mintage_offline_scope: 'offline_access' }
    const { tokens } = await signIn(issuer, rp, { params })
    assert.equal(tokens.scope, 'openid offline')
  })
})

function words(scope: unknown): string[] {
  return String(scope).split(' ').toSorted()
}
