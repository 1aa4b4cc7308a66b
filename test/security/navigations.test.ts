// B17: a GET that does something does it for a navigation only. Browsers also ask for addresses that the user has not opened.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { directoryFixture, logoutUri } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { sendRaw } from '../harness/raw-request.ts'
import { authorizationRequest, relyingParty, signIn } from '../harness/relying-party.ts'
import type { UserAgent } from '../harness/user-agent.ts'

const issuer = await startIssuer({ after }, { directory: await directoryFixture() })
const rp = await relyingParty(issuer)

type Headers = Readonly<Record<string, string>>

const notOpened: Readonly<Record<string, Headers>> = {
  'a prefetch': { 'sec-purpose': 'prefetch', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  'a prefetch of a link': {
    'sec-purpose': 'prefetch',
    'sec-fetch-mode': 'no-cors',
    'sec-fetch-dest': 'empty',
  },
  'a prerendered page': { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-dest': 'document' },
  'a prefetch of an older browser': { purpose: 'prefetch' },
  'a prefetch of an older Firefox': { 'x-moz': 'prefetch' },
  'a preview of Safari': { 'x-purpose': 'preview' },
  'an image': { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'same-site' },
  'an image, by its mode alone': { 'sec-fetch-mode': 'no-cors' },
  'a script': { 'sec-fetch-dest': 'script', 'sec-fetch-mode': 'no-cors' },
  'a style sheet': { 'sec-fetch-dest': 'style', 'sec-fetch-mode': 'no-cors' },
  'an object': { 'sec-fetch-dest': 'object', 'sec-fetch-mode': 'navigate' },
  'fetch() of a page': { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' },
}

const opened: Readonly<Record<string, Headers>> = {
  'a navigation': {
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': 'cross-site',
  },
  'a client without these headers': {},
  'fetch() of Node': { 'sec-fetch-mode': 'cors' },
}

const cookieOf = ({ cookies }: UserAgent) =>
  [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

async function silent(): Promise<string> {
  const { url } = await authorizationRequest(rp, { params: { prompt: 'none' } })
  return `${url.pathname}${url.search}`
}

async function isSignedIn(agent: UserAgent): Promise<boolean> {
  const target = await silent()
  const answer = await sendRaw(issuer.url, { target, headers: { cookie: cookieOf(agent) } })
  return new URL(answer.headers.location ?? '').searchParams.has('code')
}

const logout = `/logout?redirect=${encodeURIComponent(logoutUri)}`

describe('B17: the sign-out', () => {
  for (const [what, headers] of Object.entries(notOpened)) {
    test(`B17: is not done for ${what}`, async () => {
      const { agent } = await signIn(issuer, rp)
      const answer = await sendRaw(issuer.url, {
        target: logout,
        headers: { ...headers, cookie: cookieOf(agent) },
      })
      assert.equal(answer.status, 403)
      assert.equal(answer.headers['cache-control'], 'no-store')
      assert.deepEqual([answer.headers.location, answer.headers['set-cookie']], [undefined, undefined])
      assert.equal(await isSignedIn(agent), true)
    })
  }

  for (const [what, headers] of Object.entries(opened)) {
    test(`B17: is done for ${what}`, async () => {
      const { agent } = await signIn(issuer, rp)
      const answer = await sendRaw(issuer.url, {
        target: logout,
        headers: { ...headers, cookie: cookieOf(agent) },
      })
      assert.deepEqual([answer.status, answer.headers.location], [303, logoutUri])
      assert.equal(await isSignedIn(agent), false)
    })
  }
})

describe('B17: the authorization endpoint', async () => {
  const { agent } = await signIn(issuer, rp)
  for (const [what, headers] of Object.entries(notOpened)) {
    test(`B17: gives no code for ${what}`, async () => {
      const target = await silent()
      const answer = await sendRaw(issuer.url, { target, headers: { ...headers, cookie: cookieOf(agent) } })
      assert.deepEqual([answer.status, answer.headers.location], [403, undefined])
    })
  }

  for (const [what, headers] of Object.entries({
    ...opened,
    'a silent sign-in in a frame': { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' },
  })) {
    test(`B17: gives a code for ${what}`, async () => {
      const target = await silent()
      const answer = await sendRaw(issuer.url, { target, headers: { ...headers, cookie: cookieOf(agent) } })
      assert.ok(new URL(answer.headers.location ?? '').searchParams.has('code'))
    })
  }
})

test('B17: a page of a sign-in is left alone by a prefetch', async () => {
  const { agent } = await signIn(issuer, rp)
  const { url } = await authorizationRequest(rp, { params: { prompt: 'login' } })
  const page = await agent.get(url.href)
  const target = new URL(page.url, issuer.url).pathname
  const cookie = cookieOf(agent)
  const prefetched = await sendRaw(issuer.url, { target, headers: { cookie, 'sec-purpose': 'prefetch' } })
  assert.equal(prefetched.status, 403)
  assert.equal((await sendRaw(issuer.url, { target, headers: { cookie } })).status, 200)
})
