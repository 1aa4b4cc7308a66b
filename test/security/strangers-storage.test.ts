// C10: what people who are not signed in may have stored: sign-ins that they begin and leave, pushed requests, device codes.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import {
  deviceClient,
  directoryFixture,
  redirectUri,
  spaClient,
  webClient,
} from '../harness/directory-fixture.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'
import { passThrough, shownText, signIn } from '../harness/visitor.ts'

/** Of a limit of one MiB, in records of 8 KiB. */
const room = 128

async function opened(t: TestContext, nowMs = () => Date.now()) {
  return startIssuer(t, {
    directory: await directoryFixture(),
    proxies: ['127.0.0.1'],
    pendingSignIns: { megabytesPerAddress: 1, megabytes: 2 },
    nowMs,
  })
}

function browserAt({ url }: TestIssuer, ip: string): UserAgent {
  return userAgent(url, { 'x-forwarded-for': ip, accept: 'text/html' })
}

/** Begins sign-ins at an address and leaves them; resolves to the statuses. */
async function beginSignIns(issuer: TestIssuer, ip: string, count: number): Promise<number[]> {
  const statuses: number[] = []
  for (let begun = 0; begun < count; begun += 1)
    statuses.push((await browserAt(issuer, ip).get(authorizationUrl(issuer.url))).status)
  return statuses
}

async function post(
  { url }: TestIssuer,
  path: string,
  fields: Readonly<Record<string, string>>,
  ip = '198.51.100.9',
): Promise<Response> {
  const headers = { 'x-forwarded-for': ip }
  return fetch(`${url}${path}`, { method: 'POST', headers, body: new URLSearchParams({ ...fields }) })
}

const refusal = z.strictObject({ error: z.literal('temporarily_unavailable'), error_description: z.string() })

test('C10: answers 429 to an address that begins sign-ins and leaves them, and serves the others', async (t) => {
  const clock = { nowMs: Date.UTC(2026, 10, 28, 10, 30) }
  const issuer = await opened(t, () => clock.nowMs)
  const person = browserAt(issuer, '198.51.100.1')
  await signIn(person, authorizationUrl(issuer.url))

  const statuses = await beginSignIns(issuer, '198.51.100.1', room + 3)

  assert.deepEqual(
    [statuses.indexOf(429) >= room - 2, statuses.slice(-3)],
    [true, [429, 429, 429]],
    statuses.join(' '),
  )
  const page = await browserAt(issuer, '198.51.100.1').get(authorizationUrl(issuer.url))
  assert.equal(page.headers.get('retry-after'), '1800')
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(shownText(page.text), /too many/i)
  const program = await fetch(authorizationUrl(issuer.url), {
    headers: { 'x-forwarded-for': '198.51.100.1', accept: 'application/json' },
    redirect: 'manual',
  })
  assert.equal(program.status, 429)
  refusal.parse(await program.json())

  // A user who is signed in goes on at that address, and everybody at another one.
  await passThrough(person, authorizationUrl(issuer.url))
  await signIn(browserAt(issuer, '198.51.100.2'), authorizationUrl(issuer.url))
  clock.nowMs += 1_800_000
  assert.deepEqual(await beginSignIns(issuer, '198.51.100.1', 1), [200])
})

test('C10: does not count sign-ins that were finished, however many come from one office', async (t) => {
  const issuer = await opened(t)
  for (let count = 0; count < room / 2; count += 1)
    await signIn(browserAt(issuer, '198.51.100.1'), authorizationUrl(issuer.url))
  const statuses = await beginSignIns(issuer, '198.51.100.1', room - 4)
  assert.deepEqual(new Set(statuses), new Set([200]))
})

test('C10: counts sign-ins that are cancelled, with the answers to their forms', async (t) => {
  const issuer = await opened(t)
  const cancel = async () => {
    const agent = browserAt(issuer, '198.51.100.1')
    const page = await agent.get(authorizationUrl(issuer.url))
    return page.status === 200 ? agent.submit(page, '/cancel') : page
  }
  let cancelled = 0
  while ((await cancel()).status !== 429) cancelled += 1
  assert.ok(cancelled >= 30 && cancelled <= room / 2, String(cancelled))
})

test('C10: counts pushed requests of public applications by their size, and none of an application that authenticates', async (t) => {
  const issuer = await opened(t)
  const large = {
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 's'.repeat(40_000),
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }
  const statuses: number[] = []
  for (let count = 0; count < 30; count += 1)
    statuses.push((await post(issuer, '/oauth2/par', { ...large, client_id: spaClient.id })).status)
  assert.equal(statuses[0], 201)
  const refused = await post(issuer, '/oauth2/par', { ...large, client_id: spaClient.id })
  assert.equal(refused.status, 429)
  assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
  refusal.parse(await refused.json())

  const ofServer = { ...large, client_id: webClient.id, client_secret: webClient.secret }
  for (let count = 0; count < 40; count += 1)
    assert.equal((await post(issuer, '/oauth2/par', ofServer)).status, 201)
})

test('C10: counts device codes, which anyone can ask for who knows a client_id', async (t) => {
  const issuer = await opened(t)
  const ask = () => post(issuer, '/oauth2/device/auth', { client_id: deviceClient.id, scope: 'openid' })
  for (let count = 0; count < room; count += 1) assert.equal((await ask()).status, 200)
  const refused = await ask()
  assert.equal(refused.status, 429)
  refusal.parse(await refused.json())
})

test('C10: keeps a small share for everyone when many addresses have used up the total', async (t) => {
  const issuer = await opened(t)
  for (const ip of ['198.51.100.1', '198.51.100.2']) await beginSignIns(issuer, ip, room)
  const statuses = await beginSignIns(issuer, '198.51.100.3', 9)
  assert.deepEqual(statuses.slice(0, 4), [200, 200, 200, 200])
  assert.equal(statuses.at(-1), 429)
})
