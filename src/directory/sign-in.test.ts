// Signing in with a password, against a real database.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { adaYaml, openTestDirectory, quickHash, type TestDirectory } from './fixtures/test-directory.ts'
import { changePassword } from './change-password.ts'
import { passwordHasher } from './password-hasher.ts'
import { checkPassword, type SignInTry } from './sign-in.ts'

const right: SignInTry = { identifier: 'ada@example.com', password: 'sunflower-engine', ip: '192.0.2.1' }
const wrong: SignInTry = { ...right, password: 'not the password' }

async function fail(
  directory: TestDirectory,
  times: number,
  attempt: Partial<SignInTry> = {},
): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    assert.equal((await checkPassword({ ...wrong, ...attempt }, directory)).kind, 'wrong')
    directory.passSeconds(15 * 60)
  }
}

describe('a right password', () => {
  for (const identifier of ['ada@example.com', ' Ada@Example.COM', 'ada', 'ADA']) {
    test(`signs in by “${identifier}”, and says which identity and connection`, async (t) => {
      const directory = await openTestDirectory(t, adaYaml)
      const result = await checkPassword({ ...right, identifier }, directory)
      assert.ok(result.kind === 'signed-in')
      assert.equal(result.user.id, 'kp_ada')
      const type = identifier.includes('@') ? 'email' : 'username'
      assert.equal(result.identity.type, type)
      assert.equal(result.connection.strategy, `${type}:password`)
    })
  }

  test('is counted and recorded', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    await checkPassword({ ...right, clientId: 'client' }, directory)
    await checkPassword(wrong, directory)
    await directory.settle()

    const user = await directory.store.directory.user('kp_ada')
    assert.equal(user?.totalSignIns, 1)
    assert.equal(user.failedSignIns, 1)
    assert.equal(user.lastSignedInAtMs, directory.now())
    const events = await directory.store.audit.list({ limit: 2 })
    assert.deepEqual(
      events.map(({ event, userId, details }) => [event, userId, details]),
      [
        ['user.sign_in_failed', 'kp_ada', { reason: 'wrong' }],
        ['user.signed_in', 'kp_ada', {}],
      ],
    )
  })

  test('with a weak hash gets a stronger one, and the old one is gone (PW-02)', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const before = await weaken(directory)
    const stronger = { ...quickHash, passes: 2 }
    const hasher = passwordHasher({ random: directory.random, parameters: stronger })

    assert.equal((await checkPassword(wrong, { ...directory, hasher })).kind, 'wrong')
    assert.equal((await directory.store.directory.password('kp_ada'))?.hash, before)
    assert.equal((await checkPassword(right, { ...directory, hasher })).kind, 'signed-in')
    assert.match((await directory.store.directory.password('kp_ada'))?.hash ?? '', /t=2/)
    assert.equal((await checkPassword(right, { ...directory, hasher })).kind, 'signed-in')
  })

  test('that is temporary has to be replaced', async (t) => {
    const yaml = 'users: [{ email: ada@example.com, password: sunflower-engine, isTemporaryPassword: true }]'
    const directory = await openTestDirectory(t, yaml)
    assert.equal((await checkPassword(right, directory)).kind, 'temporary-password')
  })

  test('of a suspended user does not sign in', async (t) => {
    const yaml = 'users: [{ email: ada@example.com, password: sunflower-engine, isSuspended: true }]'
    const directory = await openTestDirectory(t, yaml)
    assert.equal((await checkPassword(right, directory)).kind, 'suspended')
    assert.equal((await checkPassword(wrong, directory)).kind, 'wrong')
  })

  test('does not sign in by a connection that is switched off', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    await directory.apply('connections: { "username:password": { isEnabled: false } }')
    assert.equal((await checkPassword({ ...right, identifier: 'ada' }, directory)).kind, 'wrong')
    assert.equal((await checkPassword(right, directory)).kind, 'signed-in')
  })
})

/** A hash that takes a fraction of the time, for the tests that need many tries. */
async function weaken({ store, random }: TestDirectory): Promise<string> {
  const weak = passwordHasher({ random, parameters: quickHash })
  const hash = (await weak.hash(right.password)) ?? ''
  await store.commit([{ kind: 'update-password', userId: 'kp_ada', set: { hash } }])
  return hash
}

describe('a user who does not exist (EN-01)', () => {
  for (const identifier of [
    'eve@example.com',
    'eve',
    '+447700900000',
    'not @ nything',
    '',
    'x'.repeat(100_000),
  ]) {
    test(`is answered like a wrong password: “${identifier.slice(0, 20)}”`, async (t) => {
      const directory = await openTestDirectory(t, adaYaml)
      assert.deepEqual(await checkPassword({ ...right, identifier }, directory), { kind: 'wrong' })
    })
  }

  test('is throttled like one who does', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const waits = async (identifier: string) => {
      await fail(directory, 10, { identifier })
      await checkPassword({ ...wrong, identifier }, directory)
      return checkPassword({ ...wrong, identifier }, directory)
    }
    assert.deepEqual(await waits('ada@example.com'), await waits('eve@example.com'))
  })

  test('costs as much hashing as one who does', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    let checks = 0
    const counting = {
      ...directory,
      hasher: {
        ...directory.hasher,
        verify: (...given: Parameters<typeof directory.hasher.verify>) => {
          checks += 1
          return directory.hasher.verify(...given)
        },
      },
    }
    await checkPassword(wrong, counting)
    await checkPassword({ ...wrong, identifier: 'eve@example.com' }, counting)
    assert.equal(checks, 2)
  })
})

describe('an account under attack (BF-01)', () => {
  test('waits after the tenth failure, also for the right password, and then lets it in', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    for (let count = 0; count < 10; count += 1) await checkPassword(wrong, directory)
    assert.deepEqual(await checkPassword(right, directory), { kind: 'throttled', retryAfterSeconds: 1 })
    directory.passSeconds(1)
    assert.equal((await checkPassword(right, directory)).kind, 'signed-in')
    assert.equal((await checkPassword(wrong, directory)).kind, 'wrong')
  })

  test('is closed after fifty failures, from however many addresses and by whichever name', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    await weaken(directory)
    for (let count = 0; count < 50; count += 1) {
      const identifier = count % 2 === 0 ? 'ada' : 'ada@example.com'
      await fail(directory, 1, { ip: `192.0.2.${count}`, identifier })
    }
    assert.equal((await checkPassword({ ...right, ip: '198.51.100.1' }, directory)).kind, 'throttled')
  })

  test('lets in a device on which the user has signed in before', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const before = await checkPassword(right, directory)
    assert.ok(before.kind === 'signed-in')
    const { deviceToken } = before
    for (let count = 0; count < 12; count += 1) await checkPassword(wrong, directory)
    assert.equal((await checkPassword(right, directory)).kind, 'throttled')
    assert.equal((await checkPassword({ ...right, deviceToken }, directory)).kind, 'signed-in')
  })

  test('C9: takes a hundred guesses at most of a stranger who signed in often and kept each device', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    await weaken(directory)
    const tokens = new Set<string>()
    for (let count = 0; count < 40; count += 1) {
      const result = await checkPassword(right, directory)
      assert.ok(result.kind === 'signed-in')
      tokens.add(result.deviceToken)
    }
    let guesses = 0
    for (const deviceToken of [...tokens, ...tokens, undefined]) {
      for (let count = 0; count < 60; count += 1) {
        directory.passSeconds(15 * 60)
        const ip = `192.0.2.${String(count)}`
        const attempt = { ...wrong, ip, ...(deviceToken !== undefined && { deviceToken }) }
        if ((await checkPassword(attempt, directory)).kind === 'wrong') guesses += 1
      }
    }
    assert.ok(guesses <= 90, `${String(guesses)} were judged`)
    assert.ok(tokens.size <= 4, `${String(tokens.size)} devices`)
  })

  test('C9: keeps the device of a browser that signs in again, and forgets all of them with a new password', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const first = await checkPassword(right, directory)
    assert.ok(first.kind === 'signed-in')
    const { deviceToken } = first
    const again = await checkPassword({ ...right, deviceToken }, directory)
    assert.ok(again.kind === 'signed-in')
    assert.equal(again.deviceToken, deviceToken)
    const form = {
      userId: 'kp_ada',
      currentPassword: right.password,
      newPassword: 'another engine',
      ip: right.ip,
    }
    const changed = await changePassword(form, directory)
    assert.ok(changed.kind === 'changed')

    for (let count = 0; count < 10; count += 1) await checkPassword(wrong, directory)
    const attempt = { ...right, password: 'another engine' }
    assert.equal((await checkPassword({ ...attempt, deviceToken }, directory)).kind, 'throttled')
    const known = { ...attempt, deviceToken: changed.deviceToken }
    assert.equal((await checkPassword(known, directory)).kind, 'signed-in')
  })

  test('is not opened by a token of another user’s device, or a forged one', async (t) => {
    const directory = await openTestDirectory(
      t,
      `${adaYaml}  - { email: eve@example.com, password: her-own-password }`,
    )
    const eve = await checkPassword(
      { ...right, identifier: 'eve@example.com', password: 'her-own-password' },
      directory,
    )
    assert.ok(eve.kind === 'signed-in')
    for (let count = 0; count < 12; count += 1) await checkPassword(wrong, directory)
    for (const deviceToken of [eve.deviceToken, `${'x'.repeat(22)}.${'y'.repeat(43)}`, 'nonsense']) {
      assert.equal((await checkPassword({ ...right, deviceToken }, directory)).kind, 'throttled')
    }
  })

  test('stays within its limit when 60 tries come at once', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        checkPassword({ ...wrong, ip: `192.0.2.${index}` }, directory),
      ),
    )
    const judged = results.filter(({ kind }) => kind === 'wrong').length
    assert.ok(judged <= 10, `${judged} were judged`)
  })
})

test('one address that tries one password on many accounts has to wait (BF-02)', async (t: TestContext) => {
  const directory = await openTestDirectory(t, adaYaml)
  for (let count = 0; count < 50; count += 1) {
    await checkPassword({ ...wrong, identifier: `user${count}@example.com` }, directory)
  }
  assert.equal((await checkPassword(right, directory)).kind, 'throttled')
  assert.equal((await checkPassword({ ...right, ip: '192.0.2.2' }, directory)).kind, 'signed-in')
})

test('C10: a flood of throttled sign-ins leaves one record in the audit log for a quarter of an hour', async (t) => {
  const directory = await openTestDirectory(t, adaYaml)
  const refused = async () =>
    (await directory.store.audit.list({ event: 'user.sign_in_failed', limit: 1_000 })).map(
      ({ details }) => details['reason'],
    )
  for (let count = 0; count < 10; count += 1) await checkPassword(wrong, directory)
  for (let count = 0; count < 35; count += 1)
    assert.equal(
      (await checkPassword({ ...wrong, ip: `192.0.2.${String(count)}` }, directory)).kind,
      'throttled',
    )
  assert.deepEqual(
    [(await refused()).length, (await refused()).filter((reason) => reason === 'throttled').length],
    [11, 1],
  )
  for (let count = 0; count < 60; count += 1)
    await checkPassword({ ...wrong, identifier: `user${String(count)}@example.com` }, directory)
  const before = (await refused()).length
  for (let count = 0; count < 100; count += 1)
    assert.equal((await checkPassword({ ...wrong, identifier: 'eve' }, directory)).kind, 'throttled')
  assert.equal((await refused()).length, before)
  directory.passSeconds(15 * 60 + 1)
  await checkPassword(wrong, directory)
  assert.equal((await refused()).length, before + 1)
})

test('C9: of 66 tries at once from one address 50 are judged, whatever the accounts (BF-02)', async (t) => {
  const directory = await openTestDirectory(t, adaYaml)
  const hasher = passwordHasher({ random: directory.random, parameters: quickHash, waiting: 100 })
  const results = await Promise.all(
    Array.from({ length: 66 }, (_, index) =>
      checkPassword({ ...wrong, identifier: `user${String(index)}@example.com` }, { ...directory, hasher }),
    ),
  )
  const kinds = results.map(({ kind }) => kind)
  assert.deepEqual(
    [kinds.filter((kind) => kind === 'wrong').length, kinds.filter((kind) => kind === 'throttled').length],
    [50, 16],
  )
})

test('C9: a right password does not count against the address, a wrong one still does (BF-02)', async (t) => {
  const directory = await openTestDirectory(t, adaYaml)
  await weaken(directory)
  for (let count = 0; count < 60; count += 1)
    assert.equal((await checkPassword(right, directory)).kind, 'signed-in')
  for (let count = 0; count < 50; count += 1)
    await checkPassword({ ...wrong, identifier: `user${String(count)}@example.com` }, directory)
  assert.equal((await checkPassword(right, directory)).kind, 'throttled')
})

test('counters outlive the process: another one on the same database goes on counting (BF-04)', async (t) => {
  const directory = await openTestDirectory(t, adaYaml)
  for (let count = 0; count < 10; count += 1) await checkPassword(wrong, directory)
  const another = {
    ...directory,
    hasher: passwordHasher({ random: directory.random, parameters: quickHash }),
  }
  assert.equal((await checkPassword(right, another)).kind, 'throttled')
})

test('a sign-in that there is no time to judge is not counted as a failure (PW-05)', async (t) => {
  const directory = await openTestDirectory(t, adaYaml)
  const hasher = passwordHasher({ random: directory.random, concurrent: 1, waiting: 0 })
  const holding = hasher.hash('keeps the only place')
  for (let count = 0; count < 20; count += 1) {
    assert.deepEqual(await checkPassword(right, { ...directory, hasher }), { kind: 'busy' })
  }
  await holding
  assert.equal((await checkPassword(right, directory)).kind, 'signed-in')
})
