// OIDC Core §5.3 at Kinde's two addresses (C§5): what is said of the person, from the same decision as the tokens.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { getJson, postForm } from '../harness/form-request.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refresh, relyingParty, signIn } from '../harness/relying-party.ts'

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture(),
    workflow: `
      export const workflowSettings = { id: 'profile', trigger: 'user:tokens_generation', bindings: { 'kinde.idToken': {} } }
      export default async function (event) {
        kinde.idToken.setCustomClaim('name', 'Countess ' + event.context.auth.origin)
        kinde.idToken.setCustomClaim('tier', { level: 3 })
        kinde.idToken.setCustomClaim('family_name', undefined)
      }`,
  },
)
const rp = await relyingParty(issuer)
const v2 = `${issuer.url}/oauth2/v2/user_profile`
const v1 = `${issuer.url}/oauth2/user_profile`

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

const tokenOnly = ['at_hash', 'aud', 'auth_time', 'azp', 'exp', 'iat', 'iss', 'jti', 'nonce', 'rat']

describe('the profile', () => {
  test('agrees with the ID token claim by claim, the workflow’s changes included', async () => {
    const { tokens, idToken } = await signIn(issuer, rp)
    const profile = await client.fetchUserInfo(rp, tokens.access_token, ada.id)
    const ofThePerson = Object.fromEntries(
      Object.entries(idToken).filter(([name]) => !tokenOnly.includes(name)),
    )
    assert.deepEqual({ ...profile }, { ...ofThePerson, id: ada.id })
    assert.deepEqual(
      [profile.name, profile['tier'], profile.family_name],
      ['Countess authorization_request', { level: 3 }, undefined],
    )
  })

  test('agrees with the refreshed token after a refresh', async () => {
    const first = await signIn(issuer, rp)
    const second = await refresh(rp, first)
    const profile = await client.fetchUserInfo(rp, second.tokens.access_token, ada.id)
    assert.equal(profile.name, 'Countess refresh_token_request')
    assert.equal(profile.name, second.idToken['name'])
  })

  test('has what the scopes give, and no more (§5.4)', async () => {
    const { tokens } = await signIn(issuer, rp, { params: { scope: 'openid' } })
    const profile = await client.fetchUserInfo(rp, tokens.access_token, ada.id)
    assert.deepEqual([profile.email, profile.given_name], [undefined, undefined])
  })

  test('is answered to GET and to POST, the token in the header or in the form (§5.3.1)', async () => {
    const { tokens } = await signIn(issuer, rp)
    const answers = [
      await getJson(v2, bearer(tokens.access_token)),
      await postForm(v2, {}, bearer(tokens.access_token)),
      await postForm(v2, { access_token: tokens.access_token }),
    ]
    for (const { status, body } of answers) assert.deepEqual([status, body['sub']], [200, ada.id])
  })

  test('of v1 has Kinde’s older names', async () => {
    const { tokens } = await signIn(issuer, rp)
    const { status, body } = await getJson(v1, bearer(tokens.access_token))
    assert.equal(status, 200)
    assert.deepEqual(body, {
      id: ada.id,
      preferred_email: ada.email,
      username: null,
      provided_id: null,
      last_name: null,
      first_name: 'Ada',
      picture: null,
    })
  })
})

describe('a request for the profile is refused', () => {
  for (const [version, url] of Object.entries({ v2, v1 })) {
    test(`AS-17 with the token in the address, or in two places (${version})`, async () => {
      const { tokens } = await signIn(issuer, rp)
      const inAddress = await getJson(`${url}?access_token=${tokens.access_token}`)
      assert.deepEqual([inAddress.status, inAddress.body['error']], [400, 'invalid_request'])
      const twice = await postForm(url, { access_token: tokens.access_token }, bearer(tokens.access_token))
      assert.deepEqual([twice.status, twice.body['error']], [400, 'invalid_request'])
    })

    test(`without a token, or with an invalid one (${version})`, async () => {
      const without = await getJson(url)
      assert.equal(without.status, 401)
      assert.match(without.headers.get('www-authenticate') ?? '', /^(Bearer|DPoP) /)
      for (const token of ['nothing', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.']) {
        const { status, body } = await getJson(url, bearer(token))
        assert.deepEqual([status, body['error']], [401, 'invalid_token'])
      }
    })
  }

  test('with an expired token', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const { tokens } = await signIn(issuer, rp)
    t.mock.timers.tick(86_401_000)
    assert.equal((await getJson(v2, bearer(tokens.access_token))).status, 401)
  })

  test('for a person who was suspended meanwhile', async () => {
    const { tokens } = await signIn(issuer, rp)
    const suspend = (isSuspended: boolean) =>
      issuer.store.commit([{ kind: 'update-user', userId: ada.id, set: { isSuspended } }])
    await suspend(true)
    assert.equal((await getJson(v2, bearer(tokens.access_token))).status, 401)
    await suspend(false)
    assert.equal((await getJson(v2, bearer(tokens.access_token))).status, 200)
  })
})
