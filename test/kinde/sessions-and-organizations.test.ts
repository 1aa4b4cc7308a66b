// B7: what Kinde's SDKs ask of a browser that has a session: another organization, and the end of all sessions.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import {
  ada,
  directoryFixture,
  engines,
  logoutUri,
  redirectUri,
  userChanges,
  weaving,
  webClient,
} from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { isSignIn, refreshTokenOf, relyingParty, signIn } from '../harness/relying-party.ts'
import { redeemCode, tokensOf } from '../harness/signed-in-tokens.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, signIn as signInBy } from '../harness/visitor.ts'

const weaver = {
  id: 'kp_0000000000000000000000000weaver',
  email: 'weaver@example.com',
  password: ada.password,
}
const issuer = await startIssuer(
  { after },
  {
    isLastOrganizationUsed: true,
    directory: await directoryFixture({
      more: [
        ...(await userChanges(weaver)),
        ...[engines, weaving].map(({ code: organizationCode }) => ({
          kind: 'add-membership' as const,
          membership: {
            organizationCode,
            userId: weaver.id,
            roleIds: [],
            permissionIds: [],
            joinedAtMs: 1_767_225_600_000,
          },
        })),
      ],
    }),
  },
)
const rp = await relyingParty(issuer)

function authorizationUrl(params: Record<string, string>): string {
  const query = {
    response_type: 'code',
    client_id: webClient.id,
    redirect_uri: redirectUri,
    scope: 'openid',
    ...params,
  }
  return `${issuer.url}/oauth2/auth?${new URLSearchParams(query).toString()}`
}

describe('B7: a request to create an organization', () => {
  const asked = [
    { prompt: 'create', is_create_org: 'true', org_name: 'Acme' },
    { start_page: 'registration', is_create_org: 'true', org_name: 'Acme' },
    { is_create_org: 'true' },
  ] as const
  for (const params of asked) {
    test(`with a session asks for the organization: ${JSON.stringify(params)}`, async () => {
      const { agent } = await signIn(issuer, rp)
      const page = await agent.get(authorizationUrl(params))
      assert.doesNotMatch(page.text, /action="[^"]*\/sign-up"/)
    })
  }

  test('ends with a code once the organization is there', async (t) => {
    const own = await startIssuer(t, { directory: await directoryFixture() })
    const { agent } = await signIn(own, await relyingParty(own))
    const address = authorizationUrl({ prompt: 'create', is_create_org: 'true' }).replace(issuer.url, own.url)
    const page = await agent.get(address)
    const done = await agent.submit(page, '/create-organization', { org_name: 'Acme' })
    assert.ok(new URL(done.location ?? '').searchParams.get('code'))
  })

  test('without a session shows the sign-up page first', async () => {
    const page = await userAgent(issuer.url).get(
      authorizationUrl({ prompt: 'create', is_create_org: 'true' }),
    )
    assert.match(page.text, /action="[^"]*\/sign-up"/)
  })

  test('leaves prompt=create alone as it is: a second account is offered', async () => {
    const { agent } = await signIn(issuer, rp)
    assert.match((await agent.get(authorizationUrl({ prompt: 'create' }))).text, /action="[^"]*\/sign-up"/)
  })
})

describe('B7: /logout?all_sessions=true', () => {
  async function twoBrowsers() {
    return [await signIn(issuer, rp), await signIn(issuer, rp)] as const
  }

  const isSignedOut = async ({ agent, tokens }: Awaited<ReturnType<typeof signIn>>) => {
    const isRefused = await client.refreshTokenGrant(rp, refreshTokenOf(tokens)).then(
      () => false,
      () => true,
    )
    return isRefused && isSignIn(await agent.get(authorizationUrl({})))
  }

  test('ends the sessions of every browser, with their refresh tokens', async () => {
    const [one, two] = await twoBrowsers()
    const query = new URLSearchParams({ redirect: logoutUri, all_sessions: 'true' }).toString()
    assert.equal((await one.agent.get(`${issuer.url}/logout?${query}`)).location, logoutUri)
    assert.deepEqual([await isSignedOut(one), await isSignedOut(two)], [true, true])
  })

  test('ends them when the question was answered, and not before', async () => {
    const [one, two] = await twoBrowsers()
    const page = await one.agent.get(`${issuer.url}/logout?all_sessions=true`)
    assert.equal(isSignIn(await two.agent.get(authorizationUrl({}))), false)
    await one.agent.submit(page, '#sign-out-form')
    assert.deepEqual([await isSignedOut(one), await isSignedOut(two)], [true, true])
  })

  test('leaves other browsers alone when it says anything else', async () => {
    for (const all of ['false', '', '1']) {
      const [one, two] = await twoBrowsers()
      const query = new URLSearchParams({ redirect: logoutUri, all_sessions: all }).toString()
      await one.agent.get(`${issuer.url}/logout?${query}`)
      assert.equal(await isSignedOut(one), true)
      assert.equal(isSignIn(await two.agent.get(authorizationUrl({}))), false)
    }
  })

  test('without a session ends no session', async () => {
    const [one] = await twoBrowsers()
    const query = new URLSearchParams({ redirect: logoutUri, all_sessions: 'true' }).toString()
    await userAgent(issuer.url).get(`${issuer.url}/logout?${query}`)
    assert.equal(await isSignedOut(one), false)
  })
})

describe('signing in to the last used organization', () => {
  const organizationOf = async (callback: URL) =>
    decodeJwt(tokensOf(await redeemCode(issuer.url, callback)).accessToken)['org_code']
  const signsIn = async (agent: UserAgent, params: Record<string, string> = {}) =>
    organizationOf(await signInBy(agent, authorizationUrl({ scope: 'openid offline', ...params }), weaver))

  test('asks once, and then follows every sign-in, in other browsers and without a page too', async () => {
    const agent = userAgent(issuer.url)
    const page = await agent.get(authorizationUrl({ scope: 'openid offline' }))
    const choice = await agent.submit(page, '/sign-in', {
      identifier: weaver.email,
      password: weaver.password,
    })
    assert.equal(
      await organizationOf(
        callbackOf(await agent.submit(choice, '/organization', { org_code: weaving.code })),
      ),
      weaving.code,
    )
    assert.equal(await signsIn(userAgent(issuer.url)), weaving.code)
    assert.equal(await signsIn(userAgent(issuer.url), { org_code: engines.code }), engines.code)
    const again = userAgent(issuer.url)
    assert.equal(await signsIn(again), engines.code)
    const silent = authorizationUrl({ client_id: webClient.id, scope: 'openid offline', prompt: 'none' })
    assert.equal(await organizationOf(callbackOf(await again.get(silent))), engines.code)
  })

  test('passes over an organization that the user left', async () => {
    assert.equal(await signsIn(userAgent(issuer.url), { org_code: engines.code }), engines.code)
    const membership = { organizationCode: engines.code, userId: weaver.id }
    await issuer.store.commit([{ kind: 'delete-membership', ...membership }])
    assert.equal(await signsIn(userAgent(issuer.url)), weaving.code)
  })
})
