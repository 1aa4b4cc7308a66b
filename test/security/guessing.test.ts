// Guessing passwords and names at the pages (assurance BF-01 to BF-03, EN-01).
import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { describe, test, type TestContext } from 'node:test'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { startIssuer, type IssuerGiven, type TestIssuer } from '../harness/issuer.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, signIn } from '../harness/visitor.ts'

/** No wait ever ends: a test is not the place to sit one out. */
const stoppedAtMs = Date.now()
const stoppedClock = { nowMs: () => stoppedAtMs, proxies: ['127.0.0.1'] }

async function opened(t: TestContext, given: Partial<IssuerGiven> = {}): Promise<TestIssuer> {
  return startIssuer(t, { directory: await directoryFixture(), ...given })
}

/** A browser at an address of its own, when the proxy in front of the issuer is believed. */
function browserAt({ url }: TestIssuer, address: number): UserAgent {
  return userAgent(url, { 'x-forwarded-for': `198.51.${String(address >> 8)}.${String(address & 255)}` })
}

async function tryPassword(
  issuer: TestIssuer,
  agent: UserAgent,
  password: string,
  identifier: string = ada.email,
) {
  const page = await agent.get(authorizationUrl(issuer.url))
  return agent.submit(page, '/sign-in', { identifier, password })
}

test('BF-01 an account is closed to guesses long before the 100th, from wherever they come; a known device stays welcome', async (t) => {
  const issuer = await opened(t, stoppedClock)
  const known = browserAt(issuer, 0)
  await signIn(known, authorizationUrl(issuer.url))

  const statuses: number[] = []
  for (let address = 1; address <= 101; address += 1)
    statuses.push((await tryPassword(issuer, browserAt(issuer, address), 'wrong password')).status)

  assert.deepEqual(
    statuses.slice(0, 10),
    Array.from({ length: 10 }, () => 400),
  )
  assert.deepEqual(
    statuses.slice(10),
    Array.from({ length: 91 }, () => 429),
  )
  const closed = await tryPassword(issuer, browserAt(issuer, 200), ada.password)
  assert.equal(closed.status, 429)
  assert.match(closed.headers.get('retry-after') ?? '', /^\d+$/)
  callbackOf(
    await known.submit(await known.get(authorizationUrl(issuer.url, { prompt: 'login' })), '/sign-in', {
      identifier: ada.email,
      password: ada.password,
    }),
  )
})

test('BF-02 an address that tries many accounts is stopped, and what it says of itself is not believed', async (t) => {
  const issuer = await opened(t)
  const statuses: number[] = []
  for (let account = 0; account < 52; account += 1) {
    const answer = await tryPassword(
      issuer,
      browserAt(issuer, account),
      'summer 2026',
      `user${String(account)}@example.com`,
    )
    statuses.push(answer.status)
  }
  assert.deepEqual(
    statuses.slice(0, 50),
    Array.from({ length: 50 }, () => 400),
  )
  assert.equal(statuses.at(-1), 429)
})

test('BF-03 a closed account is closed at every page that takes its password', async (t) => {
  const issuer = await opened(t, stoppedClock)
  const session = browserAt(issuer, 0)
  await signIn(session, authorizationUrl(issuer.url))
  for (let address = 1; address <= 12; address += 1)
    await tryPassword(issuer, browserAt(issuer, address), 'wrong password')

  const agent = browserAt(issuer, 50)
  const page = await agent.get(authorizationUrl(issuer.url))
  const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? ''
  const temporary = await agent.post(`${page.url}/temporary-password`, {
    csrf,
    identifier: ada.email,
    current_password: ada.password,
    new_password: 'another one altogether',
  })
  assert.match(temporary.text, /too many attempts/)
  const change = await session.submit(await session.get('/account/password'), '/account/password', {
    current_password: ada.password,
    new_password: 'another one altogether',
  })
  assert.match(change.text, /too many attempts/)
  assert.equal((await tryPassword(issuer, browserAt(issuer, 51), ada.password)).status, 429)
})

/** What is left when everything that is of this one request is taken out. */
function comparable({ status, text, headers }: PageShown, identifier: string) {
  const ownHeaders = [...headers].filter(([name]) => !['date', 'set-cookie', 'content-length'].includes(name))
  const cookies = headers.getSetCookie().map((line) => line.replace(/=[^;]*/, '='))
  const body = text
    .replaceAll(identifier, 'IDENTIFIER')
    .replaceAll(/interaction\/[\w-]+/g, 'interaction/UID')
    .replaceAll(/value="[\w-]{43}"/g, 'value="TOKEN"')
  return { status, body, headers: ownHeaders, cookies }
}

describe('EN-01 nobody learns who has an account', () => {
  const addresses = [ada.email, 'nobody@example.com'] as const
  const flows: Readonly<
    Record<string, (issuer: TestIssuer, agent: UserAgent, email: string) => Promise<PageShown>>
  > = {
    'by signing in': (issuer, agent, email) => tryPassword(issuer, agent, 'wrong password', email),
    'by a forgotten password': async (_, agent, email) =>
      agent.submit(await agent.get('/forgotten-password'), '/forgotten-password', { email }),
    'by a forgotten password within a sign-in': async ({ url }, agent, email) => {
      const entrance = await agent.get(authorizationUrl(url))
      const page = await agent.get(`${entrance.url}?view=forgotten-password`)
      return agent.submit(page, '/forgotten-password', { email })
    },
    'by signing up': async ({ url }, agent, email) => {
      const page = await agent.get(authorizationUrl(url, { prompt: 'create' }))
      return agent.submit(page, '/sign-up', {
        given_name: 'Grace',
        family_name: 'Hopper',
        email,
        password: 'nanoseconds in a wire',
      })
    },
  }

  for (const [name, flow] of Object.entries(flows)) {
    test(`${name}: status, headers, cookies and text are the same`, async (t) => {
      const issuer = await opened(t, { isEmailProofRequired: true })
      const [known, unknown] = await Promise.all(
        addresses.map(async (email) => comparable(await flow(issuer, userAgent(issuer.url), email), email)),
      )
      assert.deepEqual(known, unknown)
    })
  }

  test('by the time that it takes: an unknown address costs a password check, too', async (t) => {
    const issuer = await opened(t, { isEmailProofRequired: true })
    const tries = addresses.map((email) => ({
      email,
      agent: userAgent(issuer.url),
      times: new Array<number>(),
    }))
    for (let round = 0; round < 7; round += 1) {
      for (const { email, agent, times } of tries) {
        const page = await agent.get(authorizationUrl(issuer.url))
        const began = performance.now()
        await agent.submit(page, '/sign-in', { identifier: email, password: 'wrong password' })
        times.push(performance.now() - began)
      }
    }
    const [known = 0, unknown = 0] = tries.map(({ times }) => times.toSorted((a, b) => a - b)[3])
    // Without the check, an unknown address would be answered in a tenth of the time.
    assert.ok(unknown > known / 3, `${String(unknown)} ms for nobody, ${String(known)} ms for somebody`)
    assert.ok(known > unknown / 3, `${String(unknown)} ms for nobody, ${String(known)} ms for somebody`)
  })
})
