// B9: a person may refuse (OIDC Core §3.1.2.6, RFC 6749 §4.1.2.1, RFC 8628 §3.5): each page on the way has a cancel, and the
// application gets access_denied. And an application may demand pushed requests (RFC 9126 §6).
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import {
  anotherApplication,
  deviceClient,
  directoryFixture,
  redirectUri,
  webClient,
} from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationRequest, isSignIn, relyingParty, signIn, visit } from '../harness/relying-party.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'

const pushing = { id: 'c000000000000000000000000000push', secret: 'p'.repeat(48) } as const

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      isInBoth: true,
      more: [anotherApplication({ clientId: pushing.id, clientSecret: pushing.secret, isParRequired: true })],
    }),
  },
)

function authorizationUrl(params: Readonly<Record<string, string>> = {}): string {
  const query = {
    response_type: 'code',
    client_id: webClient.id,
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 's',
    ...params,
  }
  return `${issuer.url}/oauth2/auth?${new URLSearchParams(query).toString()}`
}

async function cancelled(agent: UserAgent, page: PageShown): Promise<URLSearchParams> {
  const { location = '', status } = await agent.submit(page, '/cancel')
  assert.equal(status, 303)
  assert.ok(location.startsWith(redirectUri), location)
  return new URL(location).searchParams
}

async function signedIn(): Promise<UserAgent> {
  const rp = await relyingParty(issuer)
  return (await signIn(issuer, rp, { params: { org_code: 'org_00000000000e0001' } })).agent
}

const pages: Readonly<Record<string, () => Promise<readonly [UserAgent, PageShown]>>> = {
  'the sign-in page': async () => {
    const agent = userAgent(issuer.url)
    return [agent, await agent.get(authorizationUrl())]
  },
  'the sign-in page after a wrong password': async () => {
    const agent = userAgent(issuer.url)
    const wrong = { identifier: 'nobody@example.com', password: 'wrong' }
    return [agent, await agent.submit(await agent.get(authorizationUrl()), '/sign-in', wrong)]
  },
  'the sign-up page': async () => {
    const agent = userAgent(issuer.url)
    return [agent, await agent.get(authorizationUrl({ prompt: 'create' }))]
  },
  'the choice of an organization': async () => {
    const agent = await signedIn()
    return [agent, await agent.get(authorizationUrl())]
  },
  'the creation of an organization': async () => {
    const agent = await signedIn()
    return [agent, await agent.get(authorizationUrl({ is_create_org: 'true' }))]
  },
}

describe('B9: cancel', () => {
  for (const [where, open] of Object.entries(pages)) {
    test(`on ${where} gives access_denied, state and iss back to the application`, async () => {
      const answer = await cancelled(...(await open()))
      assert.deepEqual(
        [answer.get('error'), answer.get('state'), answer.get('iss'), answer.get('code')],
        ['access_denied', 's', issuer.url, null],
      )
      assert.match(answer.get('error_description') ?? '', /cancelled/)
    })
  }

  test('has the words of each language', async () => {
    for (const [language, word] of [
      ['en', 'Cancel'],
      ['de', 'Abbrechen'],
    ] as const) {
      const page = await userAgent(issuer.url).get(authorizationUrl({ ui_locales: language }))
      assert.match(page.text, new RegExp(`id="cancel"[^>]*><span>${word}</span>`))
    }
  })

  test('leaves the session alone, and the next request begins anew', async () => {
    const agent = await signedIn()
    await cancelled(agent, await agent.get(authorizationUrl({ prompt: 'login' })))
    const callback = await visit(new URL(authorizationUrl({ org_code: 'org_00000000000e0001' })), agent)
    assert.ok(callback.searchParams.get('code'))
  })

  test('needs the form of this browser', async () => {
    const agent = userAgent(issuer.url)
    const page = await agent.get(authorizationUrl())
    const forged = await agent.post(`${page.url}/cancel`, { csrf: 'forged' })
    assert.equal(forged.status, 403)
    assert.ok(isSignIn(await agent.get(page.url)))
  })

  test('answers by the response mode of the request', async () => {
    const agent = userAgent(issuer.url)
    const page = await agent.get(authorizationUrl({ response_mode: 'fragment' }))
    const { location = '' } = await agent.submit(page, '/cancel')
    assert.equal(new URLSearchParams(location.split('#')[1]).get('error'), 'access_denied')
  })

  test('of a device’s sign-in tells the device', async () => {
    const device = await relyingParty(issuer, deviceClient.id, client.None())
    const flow = await client.initiateDeviceAuthorization(device, { scope: 'openid' })
    const agent = userAgent(issuer.url)
    const code = await agent.get(flow.verification_uri_complete ?? '')
    const confirm = await agent.submit(code, '/device')
    const page = await agent.submit(confirm, '#confirm-form')
    assert.ok(isSignIn(page))
    await agent.submit(page, '/cancel')
    await assert.rejects(client.pollDeviceAuthorizationGrant(device, { ...flow, interval: 0 }), {
      error: 'access_denied',
    })
  })
})

describe('B9: requirePar', () => {
  test('refuses an authorization request that was not pushed', async () => {
    const { location = '' } = await userAgent(issuer.url).get(authorizationUrl({ client_id: pushing.id }))
    const answer = new URL(location).searchParams
    assert.deepEqual([answer.get('error'), answer.get('state')], ['invalid_request', 's'])
  })

  test('takes one that was', async () => {
    const rp = await relyingParty(issuer, pushing.id, client.ClientSecretPost(pushing.secret))
    const params = { org_code: 'org_00000000000e0001' }
    const { url, checks } = await authorizationRequest(rp, { params })
    const pushed = await client.buildAuthorizationUrlWithPAR(rp, url.searchParams)
    const callback = await visit(pushed, userAgent(issuer.url))
    assert.ok((await client.authorizationCodeGrant(rp, callback, checks)).access_token)
  })
})
