// B12: refresh by cookie, as Kinde's browser SDKs do it at a domain that is not Kinde's (C§2): the refresh token in a cookie that no
// script reads, `_kbrte` beside it, both only for applications that ask for it and only for their own pages.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { z } from 'zod'
import {
  ada,
  anotherApplication,
  directoryFixture,
  logoutUri,
  redirectUri,
  spaClient,
} from '../harness/directory-fixture.ts'
import { postForm, type Answer } from '../harness/form-request.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { authorizationRequest, relyingParty, visit } from '../harness/relying-party.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'

const page = new URL(redirectUri).origin
const foreign = 'https://evil.example'
const neighbour = { clientId: 'c000000000000000000000neighbour', origin: 'http://127.0.0.1:10' } as const
const graceMs = 30_000

const workflow = `
export const workflowSettings = {
  id: 'gate', trigger: 'user:tokens_generation', failurePolicy: { action: 'stop' },
  bindings: { 'kinde.auth': {}, 'kinde.env': {} },
}
export default async function (event) {
  const mood = event.request.userAgent ?? ''
  if (mood.includes('denied')) kinde.auth.denyAccess('not now')
  if (mood.includes('broken')) throw new Error('broken')
}`

const browserApplication = {
  name: 'Browser application',
  type: 'spa',
  clientSecret: null,
  authMethod: 'none',
  isPkceRequired: true,
  isCookieRefresh: true,
} as const

const directory = await directoryFixture({
  spa: { isCookieRefresh: true },
  more: [
    anotherApplication({
      ...browserApplication,
      clientId: neighbour.clientId,
      redirectUris: [redirectUri, `${neighbour.origin}/callback`],
      logoutUris: [],
    }),
    anotherApplication({
      ...browserApplication,
      clientId: 'c0000000000000000000000000plain0',
      isCookieRefresh: false,
    }),
  ],
})
const masterKey = randomBytes(32)
let skewMs = 0
const issuer = await startIssuer(
  { after },
  { directory, workflow, masterKey, nowMs: () => Date.now() + skewMs },
)

const tokenResponse = z.looseObject({
  access_token: z.string(),
  id_token: z.string(),
  refresh_token: z.string(),
})

interface Given {
  readonly clientId?: string
  /** `undefined`: a request that a browser did not make. */
  readonly origin?: string | undefined
  readonly agent?: UserAgent
  /** `fetch` with `credentials: 'include'`. */
  readonly withCredentials?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly at?: TestIssuer
}

/** What a page sends to the token endpoint, and what its browser keeps of the answer. */
async function askForTokens(
  agent: UserAgent,
  fields: Readonly<Record<string, string>>,
  { clientId = spaClient.id, withCredentials = true, headers = {}, at = issuer, ...given }: Given = {},
): Promise<Answer> {
  const origin = 'origin' in given ? given.origin : page
  const sent = { ...(origin !== undefined && { origin }), ...headers }
  const url = `${at.url}/oauth2/token`
  if (!withCredentials) return postForm(url, { client_id: clientId, ...fields }, sent)
  const { status, headers: answered, text } = await agent.post(url, { client_id: clientId, ...fields }, sent)
  return { status, headers: answered, body: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) }
}

async function signIn(given: Given = {}): Promise<{ agent: UserAgent; answer: Answer }> {
  const { clientId = spaClient.id, agent = userAgent(issuer.url) } = given
  const rp = await relyingParty(issuer, clientId, client.None())
  const { url, checks } = await authorizationRequest(rp)
  const callback = await visit(url, agent)
  const fields = {
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
    code_verifier: checks.pkceCodeVerifier ?? '',
    redirect_uri: redirectUri,
  }
  return { agent, answer: await askForTokens(agent, fields, given) }
}

const signOut = `${issuer.url}/logout?redirect=${encodeURIComponent(logoutUri)}`

const byCookie = { grant_type: 'refresh_token' } as const
const cookieName = (clientId: string = spaClient.id) => `refresh_token_${clientId}`
const cookieOf = ({ cookies }: UserAgent, clientId?: string) => cookies.get(cookieName(clientId))

function setCookies({ headers }: Answer): string[] {
  return headers
    .getSetCookie()
    .map((line) => line.replace(/=[^;]+/, '=…').replace(/expires=[^;]+/, 'expires=…'))
}

function outcome({ status, body }: Answer): string {
  return status === 200 ? 'tokens' : String(body['error'])
}

describe('B12 a browser application that asks for cookie refresh', () => {
  test('gets its refresh token as a cookie of the token endpoint, and no script reads it', async () => {
    const { agent, answer } = await signIn()
    assert.equal(answer.status, 200)
    assert.deepEqual(setCookies(answer), [
      `${cookieName()}=…; path=/oauth2/token; expires=…; samesite=lax; httponly`,
      '_kbrte=…; path=/; expires=…; samesite=lax',
    ])
    assert.equal(agent.cookies.get('_kbrte'), '1')
    const { refresh_token: shown } = tokenResponse.parse(answer.body)
    const token = cookieOf(agent)
    assert.ok(token && token.length > 40)
    assert.notEqual(shown, token)
    assert.equal(answer.headers.get('access-control-allow-origin'), page)
    assert.equal(answer.headers.get('access-control-allow-credentials'), 'true')
    // What the script has of it is good for nothing without the cookie.
    const tried = await askForTokens(agent, { ...byCookie, refresh_token: shown }, { withCredentials: false })
    assert.equal(outcome(tried), 'invalid_grant')
  })

  test('refreshes by the cookie alone, and each answer sets the next one', async () => {
    const { agent } = await signIn()
    const first = cookieOf(agent)
    const answer = await askForTokens(agent, byCookie)
    assert.equal(outcome(answer), 'tokens')
    tokenResponse.parse(answer.body)
    const second = cookieOf(agent)
    assert.notEqual(second, first)
    const again = tokenResponse.parse((await askForTokens(agent, byCookie)).body)
    assert.notEqual(cookieOf(agent), second)
    // Kinde's SDKs send back what they were shown, together with the cookie.
    const { refresh_token } = again
    assert.equal(outcome(await askForTokens(agent, { ...byCookie, refresh_token })), 'tokens')
  })

  test('keeps the session when several tabs refresh by one cookie, or an answer is lost (B11)', async () => {
    const { agent } = await signIn()
    const tab = userAgent(issuer.url)
    tab.plant(agent.cookies)
    const answers = await Promise.all([agent, tab, agent].map((one) => askForTokens(one, byCookie)))
    assert.deepEqual(answers.map(outcome), ['tokens', 'tokens', 'tokens'])
    assert.equal(cookieOf(tab), cookieOf(agent))
    assert.equal(outcome(await askForTokens(agent, byCookie)), 'tokens')
  })

  test('loses family and cookie when a used cookie comes back after the grace', async () => {
    const { agent } = await signIn()
    const thief = userAgent(issuer.url)
    thief.plant(agent.cookies)
    assert.equal(outcome(await askForTokens(agent, byCookie)), 'tokens')
    skewMs += graceMs + 1
    assert.equal(outcome(await askForTokens(thief, byCookie)), 'invalid_grant')
    assert.equal(cookieOf(thief), undefined)
    assert.equal(outcome(await askForTokens(agent, byCookie)), 'invalid_grant')
    assert.deepEqual([cookieOf(agent), agent.cookies.get('_kbrte')], [undefined, undefined])
  })

  test('keeps the cookie when the workflow denies or fails', async () => {
    const { agent } = await signIn()
    const before = cookieOf(agent)
    for (const [mood, error] of [
      ['denied', 'access_denied'],
      ['broken', 'server_error'],
    ] as const) {
      const answer = await askForTokens(agent, byCookie, { headers: { 'user-agent': mood } })
      assert.deepEqual([outcome(answer), answer.headers.getSetCookie()], [error, []])
    }
    assert.equal(cookieOf(agent), before)
    assert.equal(outcome(await askForTokens(agent, byCookie)), 'tokens')
  })

  test('has a cookie of its own beside another application of the same browser', async () => {
    const { agent } = await signIn()
    await signIn({ agent, clientId: neighbour.clientId })
    const [mine, other] = [cookieOf(agent), cookieOf(agent, neighbour.clientId)]
    assert.ok(mine && other && mine !== other)
    assert.equal(outcome(await askForTokens(agent, byCookie)), 'tokens')
    assert.equal(cookieOf(agent, neighbour.clientId), other)
    assert.equal(outcome(await askForTokens(agent, byCookie, { clientId: neighbour.clientId })), 'tokens')
  })

  test('gets the token in the answer when its page sends no credentials, as SDKs that store it do', async () => {
    const { agent, answer } = await signIn({ withCredentials: false })
    const { refresh_token } = tokenResponse.parse(answer.body)
    const refreshed = await askForTokens(agent, { ...byCookie, refresh_token }, { withCredentials: false })
    assert.equal(outcome(refreshed), 'tokens')
  })
})

describe('B12 cookie refresh is refused', () => {
  for (const { name, origin } of [
    { name: 'from another site', origin: foreign },
    { name: 'from a page of another application', origin: neighbour.origin },
    { name: 'from an opaque origin', origin: 'null' },
    { name: 'without an Origin header', origin: undefined },
  ]) {
    test(name, async () => {
      const { agent } = await signIn()
      const before = cookieOf(agent)
      const answer = await askForTokens(agent, byCookie, { origin })
      assert.equal(outcome(answer), 'invalid_request')
      assert.deepEqual(answer.headers.getSetCookie(), [])
      assert.equal(answer.headers.get('access-control-allow-origin'), null)
      assert.equal(outcome(await askForTokens(agent, byCookie)), 'tokens')
      assert.notEqual(cookieOf(agent), before)
    })
  }

  test('without a cookie, with an error that ends the session of the application', async () => {
    const answer = await askForTokens(userAgent(issuer.url), byCookie)
    assert.equal(outcome(answer), 'invalid_grant')
  })

  test('of an application that did not ask for it', async () => {
    const clientId = 'c0000000000000000000000000plain0'
    const { agent, answer } = await signIn({ clientId })
    assert.deepEqual(answer.headers.getSetCookie(), [])
    agent.plant(new Map([[cookieName(clientId), tokenResponse.parse(answer.body).refresh_token]]))
    assert.equal(outcome(await askForTokens(agent, byCookie, { clientId })), 'invalid_request')
  })
})

describe('B12 the cookie ends', () => {
  test('with the sign-out by Kinde’s SDKs', async () => {
    const { agent } = await signIn()
    await agent.get(signOut)
    assert.deepEqual([cookieOf(agent), agent.cookies.get('_kbrte')], [undefined, undefined])
  })

  test('with the sign-out of another application of the same session', async () => {
    const { agent } = await signIn()
    await signIn({ agent, clientId: neighbour.clientId })
    await agent.get(signOut)
    assert.deepEqual([cookieOf(agent), cookieOf(agent, neighbour.clientId)], [undefined, undefined])
  })

  test('with the sign-out, also when the session of the issuer ended before', async () => {
    const page = await userAgent(issuer.url).get(signOut)
    assert.deepEqual(cleared(page.headers), [cookieName(), '_kbrte'])
  })

  test('with the sign-out of OpenID Connect', async () => {
    const { agent, answer } = await signIn()
    const { id_token: hint } = tokenResponse.parse(answer.body)
    const asked = await agent.get(`${issuer.url}/logout?id_token_hint=${hint}&client_id=${spaClient.id}`)
    await agent.submit(asked, '/logout/confirm', { logout: 'yes' })
    assert.deepEqual([cookieOf(agent), agent.cookies.get('_kbrte')], [undefined, undefined])
  })

  test('with the sign-out on the account page', async () => {
    const { agent } = await signIn()
    await agent.submit(await agent.get(`${issuer.url}/account`), '/account/sign-out')
    assert.deepEqual([cookieOf(agent), agent.cookies.get('_kbrte')], [undefined, undefined])
  })

  test('with a revocation by what the script was shown', async () => {
    const { agent, answer } = await signIn()
    const { refresh_token: token } = tokenResponse.parse(answer.body)
    const revoked = await agent.post(
      `${issuer.url}/oauth2/revoke`,
      { token, client_id: spaClient.id, token_type_hint: 'refresh_token' },
      { origin: page },
    )
    assert.equal(revoked.status, 200)
    assert.deepEqual(cleared(revoked.headers), [cookieName(), '_kbrte'])
    assert.equal(outcome(await askForTokens(agent, byCookie)), 'invalid_grant')
  })

  test('with the account, at the next refresh', async (t) => {
    const { agent } = await signIn()
    const put = (isSuspended: boolean) =>
      issuer.store.commit([{ kind: 'update-user', userId: ada.id, set: { isSuspended } }])
    await put(true)
    t.after(() => put(false))
    assert.equal(outcome(await askForTokens(agent, byCookie)), 'invalid_grant')
    assert.equal(cookieOf(agent), undefined)
  })
})

describe('B12 over https', () => {
  const name = `__Secure-${cookieName()}`
  const secure = startIssuer(
    { after },
    {
      directory: [
        ...directory,
        anotherApplication({
          ...browserApplication,
          clientId: spaClient.id,
          corsOrigins: ['https://app.example.com', 'https://app.elsewhere.example'],
        }),
      ],
      masterKey,
      issuer: 'https://auth.example.com',
      location: { kind: 'sqlite', file: join(issuer.folder, 'mintage.db') },
    },
  )

  async function cookiesFor(origin: string, site: Readonly<Record<string, string>>): Promise<string[]> {
    return setCookies(
      (await signIn({ at: await secure, origin, headers: site, withCredentials: false })).answer,
    )
  }

  test('the cookie is secure, and _kbrte belongs to the domain that application and issuer share', async () => {
    assert.deepEqual(await cookiesFor('https://app.example.com', { 'sec-fetch-site': 'same-site' }), [
      `${name}=…; path=/oauth2/token; expires=…; samesite=lax; secure; httponly`,
      '_kbrte=…; path=/; expires=…; domain=example.com; samesite=lax; secure',
    ])
  })

  test('the cookie comes back from a page of another site', async () => {
    for (const site of [{ 'sec-fetch-site': 'cross-site' }, {}])
      assert.deepEqual(await cookiesFor('https://app.elsewhere.example', site), [
        `${name}=…; path=/oauth2/token; expires=…; samesite=none; secure; httponly`,
        '_kbrte=…; path=/; expires=…; samesite=lax; secure',
      ])
  })
})

function cleared(headers: Headers): string[] {
  return [
    ...new Set(
      headers
        .getSetCookie()
        .filter((line) => line.includes('expires=Thu, 01 Jan 1970') && /refresh_token|_kbrte/.test(line))
        .map((line) => line.slice(0, line.indexOf('='))),
    ),
  ]
}
