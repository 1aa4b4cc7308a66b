// Guessing passwords and names at the pages (BF-01 to BF-03, EN-01).
import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { describe, test, type TestContext } from 'node:test'
import { z } from 'zod'
import { ada, deviceClient, directoryFixture } from '../harness/directory-fixture.ts'
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

test('C9: of 66 guesses at once from one address 50 are judged', async (t) => {
  const issuer = await opened(t, stoppedClock)
  const agents = await Promise.all(
    Array.from({ length: 66 }, async () => {
      const agent = browserAt(issuer, 7)
      return { agent, page: await agent.get(authorizationUrl(issuer.url)) }
    }),
  )
  const answers = await Promise.all(
    agents.map(({ agent, page }, index) =>
      agent.submit(page, '/sign-in', {
        identifier: `user${String(index)}@example.com`,
        password: 'summer 2026',
      }),
    ),
  )
  const statuses = answers.map(({ status }) => status)
  assert.ok(statuses.filter((status) => status === 400).length <= 50)
  assert.ok(statuses.filter((status) => status === 429).length >= 16)
})

test('C9: a device that is known by many cookies has ten guesses for each of four places, and none after a new password', async (t) => {
  const clock = { nowMs: Date.now() }
  const issuer = await opened(t, { ...stoppedClock, nowMs: () => clock.nowMs })
  const cookies = new Set<string>()
  for (let index = 0; index < 12; index += 1) {
    const agent = browserAt(issuer, 1_000 + index)
    await signIn(agent, authorizationUrl(issuer.url))
    cookies.add(agent.cookies.get('mintage_device') ?? '')
  }
  assert.ok(cookies.size <= 4, `${String(cookies.size)} devices`)

  const owner = browserAt(issuer, 2_000)
  await signIn(owner, authorizationUrl(issuer.url))
  const newPassword = 'another one altogether'
  await owner.submit(await owner.get('/account/password'), '/account/password', {
    current_password: ada.password,
    new_password: newPassword,
  })
  const statuses: number[] = []
  for (let index = 0; index < 14; index += 1) {
    const agent = browserAt(issuer, 3_000 + index)
    agent.plant(new Map([['mintage_device', [...cookies][index % cookies.size] ?? '']]))
    statuses.push((await tryPassword(issuer, agent, 'wrong password')).status)
  }
  // The counter of all browsers that are not known.
  assert.equal(statuses.filter((status) => status === 400).length, 10)
  const again = browserAt(issuer, 4_000)
  again.plant(new Map([['mintage_device', owner.cookies.get('mintage_device') ?? '']]))
  callbackOf(await tryPassword(issuer, again, newPassword))
})

test('C9: an address that tries codes of devices is stopped, and one that types its own is not', async (t) => {
  const issuer = await opened(t, stoppedClock)
  const started = await fetch(`${issuer.url}/oauth2/device/auth`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: deviceClient.id, scope: 'openid' }),
  })
  const { user_code: userCode } = z.looseObject({ user_code: z.string() }).parse(await started.json())
  const owner = browserAt(issuer, 1)
  const typed = async (agent: UserAgent, code: string) =>
    agent.submit(await agent.get('/device'), '/device', { user_code: code })
  for (let count = 0; count < 60; count += 1) assert.equal((await typed(owner, userCode)).status, 200)

  const stranger = browserAt(issuer, 2)
  const statuses: number[] = []
  for (let count = 0; count < 52; count += 1) statuses.push((await typed(stranger, 'BCDF-GHJK')).status)
  assert.deepEqual([statuses[49], statuses[50], statuses[51]], [400, 429, 429])
  const closed = await typed(stranger, userCode)
  assert.equal(closed.status, 429)
  assert.match(closed.headers.get('retry-after') ?? '', /^\d+$/)
  assert.equal((await typed(owner, userCode)).status, 200)
})

test('BF-03 a closed account is closed at every page that takes its password and knows no one yet', async (t) => {
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
  assert.equal((await tryPassword(issuer, browserAt(issuer, 51), ada.password)).status, 429)

  // C9: tries of strangers do not keep the owner from choosing another password in a session; tries in the session have their own end.
  const form = await session.get('/account/password')
  const typed = { new_password: 'another one altogether' }
  const statuses: string[] = []
  for (let count = 0; count < 6; count += 1) {
    const answer = await session.submit(form, '/account/password', {
      ...typed,
      current_password: 'wrong password',
    })
    statuses.push(/too many attempts/.test(answer.text) ? 'throttled' : 'wrong')
  }
  assert.deepEqual(statuses, ['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'throttled'])
})

/** What is left when everything that is of this one request is taken out. */
function comparable({ status, text, headers }: PageShown, identifier: string) {
  const ownHeaders = [...headers].filter(([name]) => !['date', 'set-cookie', 'content-length'].includes(name))
  const cookies = headers.getSetCookie().map((line) => line.replace(/=[^;]*/, '='))
  const body = text
    .replaceAll(identifier, 'IDENTIFIER')
    .replaceAll(/interaction\/[\w-]+/g, 'interaction/UID')
    .replaceAll(/value="[\w-]{16}\.[\w-]{43}"/g, 'value="TOKEN"')
  return { status, body, headers: ownHeaders, cookies }
}

describe('EN-01 an attacker does not learn who has an account', () => {
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
