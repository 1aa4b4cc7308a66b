// C11: a second account in the same browser. Its sign-in ends the session of the first, and not what applications hold for the first.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { decodeJwt } from 'jose'
import { ada, directoryFixture, logoutUri, userChanges } from '../harness/directory-fixture.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  authorizationUrl,
  redeemCode,
  refreshTokens,
  signedInTokens,
  tokensOf,
} from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'
import { passThrough, signIn } from '../harness/visitor.ts'

const grace = {
  id: 'kp_00000000000000000000000000grace',
  email: 'grace@example.com',
  password: 'nanoseconds in a wire',
}

async function opened(t: TestContext, workflow?: string) {
  const told = await startHttpServer(t, () => ({ json: {} }))
  const directory = await directoryFixture({
    web: { backchannelLogoutUri: `${told.origin}/told` },
    more: await userChanges(grace),
  })
  const issuer = await startIssuer(t, {
    directory,
    allow: [told.host],
    ...(workflow !== undefined && { workflow }),
  })
  const agent = userAgent(issuer.url)
  return { issuer, agent, told, first: await signedInTokens(issuer.url, agent) }
}

describe('C11: signing in as another account', () => {
  test('keeps the refresh tokens of the first account, and ends its browser session', async (t) => {
    const { issuer, agent, told, first } = await opened(t)
    const before = userAgent(issuer.url)
    before.plant(agent.cookies)

    const switched = await signIn(agent, authorizationUrl(issuer.url, { prompt: 'login' }), grace)

    const second = tokensOf(await redeemCode(issuer.url, switched))
    assert.equal(decodeJwt(second.idToken).sub, grace.id)
    const refreshed = tokensOf(await refreshTokens(issuer.url, first.refreshToken))
    assert.equal(decodeJwt(refreshed.idToken).sub, ada.id)
    const silent = await passThrough(before, authorizationUrl(issuer.url, { prompt: 'none' }))
    assert.equal(silent.searchParams.get('error'), 'login_required')
    assert.equal(told.requests.length, 1)
  })

  test('by the button of a refusal keeps them as well', async (t) => {
    const { issuer, agent, first } = await opened(t)
    await issuer.deploy(`
export const workflowSettings = { id: 'no', trigger: 'user:tokens_generation', bindings: { 'kinde.auth': {} } }
export default async function () { kinde.auth.denyAccess('no') }`)
    const refused = await agent.get(authorizationUrl(issuer.url))
    await agent.submit(refused, '/other-account')
    await issuer.deploy(undefined)
    assert.equal((await refreshTokens(issuer.url, first.refreshToken)).status, 200)
  })

  test('and signing out as the second ends what the second has', async (t) => {
    const { issuer, agent, first } = await opened(t)
    const switched = await signIn(agent, authorizationUrl(issuer.url, { prompt: 'login' }), grace)
    const second = tokensOf(await redeemCode(issuer.url, switched))
    await agent.get(`${issuer.url}/logout?redirect=${logoutUri}`)
    assert.equal((await refreshTokens(issuer.url, second.refreshToken)).status, 400)
    assert.equal((await refreshTokens(issuer.url, first.refreshToken)).status, 200)
  })

  test('and a new password of the first ends what the first has', async (t) => {
    const { issuer, agent, first } = await opened(t)
    await signIn(agent, authorizationUrl(issuer.url, { prompt: 'login' }), grace)
    const own = userAgent(issuer.url)
    await signIn(own, authorizationUrl(issuer.url))
    await own.submit(await own.get('/account/password'), '/account/password', {
      current_password: ada.password,
      new_password: 'another one altogether',
    })
    assert.equal((await refreshTokens(issuer.url, first.refreshToken)).status, 400)
  })
})
