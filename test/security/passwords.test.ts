// Passwords at the pages: how they are kept, which are taken, and what a flood of them does (PW-01 to PW-06, BR-11).
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { importedHash, passwordHasher } from '../../src/directory/index.ts'
import { ada, directoryFixture, userChanges } from '../harness/directory-fixture.ts'
import { startIssuer, type IssuerGiven, type TestIssuer } from '../harness/issuer.ts'
import { authorizationUrl, refreshTokens, signedInTokens, tokensOf } from '../harness/signed-in-tokens.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, shownText, signIn } from '../harness/visitor.ts'

const owasp = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22,}\$[\w+/]{43}$/

async function opened(t: TestContext, given: Partial<IssuerGiven> = {}) {
  const issuer = await startIssuer(t, { directory: await directoryFixture(), ...given })
  return { issuer, agent: userAgent(issuer.url) }
}

async function signUp({ url }: TestIssuer, agent: UserAgent, email: string, password: string) {
  const page = await agent.get(authorizationUrl(url, { prompt: 'create' }))
  return agent.submit(page, '/sign-up', { given_name: 'Grace', family_name: 'Hopper', email, password })
}

test('PW-01 a password is kept as argon2id with OWASP parameters and 16 bytes of salt', async (t) => {
  const { issuer, agent } = await opened(t)
  callbackOf(await signUp(issuer, agent, 'grace@example.com', 'nanoseconds in a wire'))
  const identity = await issuer.store.directory.identity('email', 'grace@example.com')
  const stored = await issuer.store.directory.password(identity?.userId ?? '')
  assert.match(stored?.hash ?? '', owasp)
})

test('PW-02 a weak hash is replaced at the next sign-in', async (t) => {
  const { issuer, agent } = await opened(t)
  const weak = passwordHasher({
    random: randomBytes,
    parameters: { memoryKib: 8_192, passes: 1, lanes: 1 },
  })
  const hash = (await weak.hash(ada.password)) ?? ''
  assert.doesNotMatch(hash, owasp)
  await issuer.store.commit([{ kind: 'update-password', userId: ada.id, set: { hash } }])

  await signIn(agent, authorizationUrl(issuer.url))

  assert.match((await issuer.store.directory.password(ada.id))?.hash ?? '', owasp)
})

describe('PW-03 a password', () => {
  for (const [name, chosen, typed] of [
    ['of 64 characters', 'x1'.repeat(32), 'x1'.repeat(32)],
    ['in another Unicode form', 'Zu\u0308richsee im Fru\u0308hling', 'Z\u00fcrichsee im Fr\u00fchling'],
    ['with spaces at both ends', '  two spaces each  ', '  two spaces each  '],
    ['with a NUL in it', 'before\u0000and after', 'before\u0000and after'],
  ] as const) {
    test(`${name} is taken as it is, and lets in`, async (t) => {
      const { issuer, agent } = await opened(t)
      callbackOf(await signUp(issuer, agent, 'grace@example.com', chosen))
      const other = userAgent(issuer.url)
      await signIn(other, authorizationUrl(issuer.url), { email: 'grace@example.com', password: typed })
      const cut = { email: 'grace@example.com', password: typed.slice(0, -1) }
      await assert.rejects(signIn(userAgent(issuer.url), authorizationUrl(issuer.url), cut), /incorrect/)
    })
  }

  test('of more than 1,000 characters is refused and never cut', async (t) => {
    const { issuer, agent } = await opened(t)
    const page = await signUp(issuer, agent, 'grace@example.com', 'long words '.repeat(200))
    assert.equal(page.status, 400)
    assert.match(shownText(page.text), /Choose a shorter password/)
  })
})

describe('PW-04 a password', () => {
  for (const [name, password, said] of [
    ['that many people use', 'password123', /Many people use this password/],
    ['that is the address', 'grace@example.com', /Many people use this password/],
    ['of a single letter', 'aaaaaaaaaaaa', /Many people use this password/],
  ] as const) {
    test(`${name} is refused with the reason`, async (t) => {
      const { issuer, agent } = await opened(t)
      const page = await signUp(issuer, agent, 'grace@example.com', password)
      assert.equal(page.status, 400)
      assert.match(shownText(page.text), said)
    })
  }

  test('of plain words needs no digit and no sign', async (t) => {
    const { issuer, agent } = await opened(t)
    callbackOf(await signUp(issuer, agent, 'grace@example.com', 'nothing but words'))
  })
})

test('PW-05 of 200 sign-ins at once some are turned away, and a refresh beside them does not wait for them', async (t) => {
  const issuer = await startIssuer(t, { directory: await directoryFixture(), proxies: ['127.0.0.1'] })
  const { refreshToken } = await signedInTokens(issuer.url, userAgent(issuer.url))
  const entrances = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const agent = userAgent(issuer.url, { 'x-forwarded-for': `203.0.113.${String(index)}` })
      return { agent, page: await agent.get(authorizationUrl(issuer.url)) }
    }),
  )
  const order: string[] = []
  const flood = Promise.all(
    entrances.map(({ agent, page }) =>
      agent.submit(page, '/sign-in', { identifier: `${page.url}@example.com`, password: 'wrong password' }),
    ),
  ).then((answers) => {
    order.push('flood')
    return answers
  })
  const refreshed = refreshTokens(issuer.url, refreshToken).then((answer) => {
    order.push('refresh')
    return answer
  })

  const statuses = (await flood).map(({ status }) => status)

  tokensOf(await refreshed)
  assert.deepEqual(order, ['refresh', 'flood'])
  assert.deepEqual(
    [...new Set(statuses)].toSorted((a, b) => a - b),
    [400, 503],
  )
  await signIn(userAgent(issuer.url), authorizationUrl(issuer.url))
})

describe('PW-06 a hash of another system', () => {
  for (const [name, password, given] of [
    [
      'bcrypt',
      'U*U',
      { hash: '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', method: 'bcrypt' },
    ],
    [
      'scrypt',
      'user1password',
      {
        hash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
        method: 'firebase-scrypt',
        salt: '42xEC+ixf3L2lw==',
        saltSeparator: 'Bw==',
        signerKey: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
      },
    ],
  ] as const) {
    test(`of ${name} lets in the user who knows its password, and is replaced`, async (t) => {
      const { issuer } = await opened(t)
      const imported = importedHash(given)
      assert.ok(imported.kind === 'hash')
      await issuer.store.commit([{ kind: 'update-password', userId: ada.id, set: { hash: imported.hash } }])
      const enter = (typed: string) =>
        signIn(userAgent(issuer.url), authorizationUrl(issuer.url), { email: ada.email, password: typed })
      await assert.rejects(enter(ada.password), /incorrect/)

      await enter(password)

      assert.match((await issuer.store.directory.password(ada.id))?.hash ?? '', owasp)
      await enter(password)
    })
  }
})

describe('BR-11 the link of a forgotten password', () => {
  const next = 'another one altogether'

  async function resetLink(issuer: TestIssuer, agent: UserAgent, email: string = ada.email): Promise<string> {
    await agent.submit(await agent.get('/forgotten-password'), '/forgotten-password', { email })
    await issuer.settle()
    return `/reset-password?token=${issuer.mails.at(-1)?.token ?? ''}`
  }

  test('works once, of many at the same time too, and ends every session and grant', async (t) => {
    const { issuer, agent } = await opened(t)
    const { refreshToken } = await signedInTokens(issuer.url, agent)
    const stranger = userAgent(issuer.url)
    const link = await resetLink(issuer, stranger)
    // Eight pages: the form of one page that is sent again has the same answer again (docs/decisions/0036).
    const forms = await Promise.all(Array.from({ length: 8 }, () => stranger.get(link)))

    const answers = await Promise.all(
      forms.map((form) => stranger.submit(form, '/reset-password', { new_password: next })),
    )

    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 400, 400, 400, 400, 400, 400, 400],
    )
    assert.equal((await agent.get('/account')).url.endsWith('/account'), false)
    assert.equal((await refreshTokens(issuer.url, refreshToken)).body.error, 'invalid_grant')
  })

  test('sets the password of its own user alone', async (t) => {
    const bob = {
      id: 'kp_00000000000000000000000000000bob',
      email: 'bob@example.com',
      password: 'warp and weft forever',
    }
    const directory = await directoryFixture({ more: await userChanges(bob) })
    const { issuer, agent } = await opened(t, { directory })
    const form = await agent.get(await resetLink(issuer, agent, bob.email))
    await agent.submit(form, '/reset-password', {
      new_password: next,
      identifier: ada.email,
      user_id: ada.id,
    })
    await signIn(userAgent(issuer.url), authorizationUrl(issuer.url), ada)
    await signIn(userAgent(issuer.url), authorizationUrl(issuer.url), { ...bob, password: next })
  })

  test('works for thirty minutes', async (t) => {
    let nowMs = Date.now()
    const { issuer, agent } = await opened(t, { nowMs: () => nowMs })
    const link = await resetLink(issuer, agent)
    nowMs += 29 * 60_000
    const form = await agent.get(link)
    assert.equal(form.status, 200)
    nowMs += 2 * 60_000
    assert.equal((await agent.get(link)).status, 400)
    assert.equal((await agent.submit(form, '/reset-password', { new_password: next })).status, 400)
  })

  test('is nowhere in the database', async (t) => {
    const { issuer, agent } = await opened(t)
    const token = (await resetLink(issuer, agent)).split('=')[1] ?? ''
    assert.ok(token.length > 40)
    for (const file of (await readdir(issuer.folder)).filter((name) => name.startsWith('mintage.db'))) {
      assert.equal((await readFile(join(issuer.folder, file))).includes(token), false, file)
    }
  })
})
