// What counts and what works once: throttles, links by mail, secrets of the installation.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NewDatabase } from './contract-database.ts'

export function counterContract(newDatabase: NewDatabase): void {
  describe('throttles', () => {
    test('count every failure of many at once, over all processes and restarts (BF-04)', async (t) => {
      const database = await newDatabase(t)
      const [one, two] = [await database.open(), await database.open()]
      const counts = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? one : two).throttles.recordFailure('account:ada', 1_000 + index, 60_000),
        ),
      )
      const numbers = counts.map(({ count }) => count).sort((a, b) => a - b)
      assert.deepEqual(
        numbers,
        Array.from({ length: 20 }, (_, index) => index + 1),
      )
      await Promise.all([one.close(), two.close()])
      const { throttles } = await database.open()
      assert.equal((await throttles.failures('account:ada')).count, 20)
      await throttles.clear('account:ada')
      assert.deepEqual(await throttles.failures('account:ada'), { count: 0, lastAtMs: 0 })
    })

    test('start at one again when the last failure is long ago, and are pruned by age', async (t) => {
      const { throttles } = await (await newDatabase(t)).open()
      await throttles.recordFailure('k', 1_000, 500)
      assert.deepEqual(await throttles.recordFailure('k', 1_500, 500), { count: 2, lastAtMs: 1_500 })
      assert.deepEqual(await throttles.recordFailure('k', 2_001, 500), { count: 1, lastAtMs: 2_001 })
      assert.equal(await throttles.prune(2_001), 0)
      assert.equal(await throttles.prune(2_002), 1)
    })
  })

  test('E10: gives each turn to one of several processes, and recovers from a clock that was ahead', async (t) => {
    const database = await newDatabase(t)
    const [one, two] = [(await database.open()).turns, (await database.open()).turns]
    const taken = await Promise.all([one, two, one, two].map((turns) => turns.take('work', 1_000, 10_000)))
    assert.deepEqual(taken.filter(Boolean), [true])
    assert.equal(await two.take('work', 10_999, 10_000), false)
    assert.equal(await one.take('other work', 10_999, 10_000), true)
    assert.equal(await two.take('work', 11_000, 10_000), true)
    assert.equal(await one.take('work', 86_400_000, 10_000), true)
    assert.equal(await two.take('work', 22_000, 10_000), true)
  })

  describe('one-time tokens', () => {
    const token = {
      idHash: 'hash-1',
      kind: 'password-reset',
      userId: 'kp_1',
      details: { email: 'ada@example.com' },
      expiresAtMs: 1_000,
    } as const

    test('of 50 who take one at once, one gets it (BR-11)', async (t) => {
      const database = await newDatabase(t)
      const [one, two] = [await database.open(), await database.open()]
      await one.oneTimeTokens.put(token)
      const taken = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          (index % 2 === 0 ? one : two).oneTimeTokens.take('password-reset', 'hash-1', 1),
        ),
      )
      assert.deepEqual(
        taken.filter((got) => got !== undefined),
        [token],
      )
    })

    test('are there for looking until they are used, expired or of another kind', async (t) => {
      const { oneTimeTokens } = await (await newDatabase(t)).open()
      await oneTimeTokens.put(token)
      assert.deepEqual(await oneTimeTokens.peek('password-reset', 'hash-1', 999), token)
      assert.equal(await oneTimeTokens.peek('password-reset', 'hash-1', 1_000), undefined)
      assert.equal(await oneTimeTokens.take('email-verification', 'hash-1', 1), undefined)
      assert.equal(await oneTimeTokens.take('password-reset', 'hash-1', 1_000), undefined)
      assert.equal(await oneTimeTokens.prune(999), 0)
      assert.equal(await oneTimeTokens.prune(1_000), 1)
    })
  })

  test('secrets of the installation are made once, whoever starts at the same time', async (t) => {
    const database = await newDatabase(t)
    const [one, two] = [await database.open(), await database.open()]
    const secrets = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? one : two).secrets.getOrCreate('cookie', () => `secret ${index}`),
      ),
    )
    assert.equal(new Set(secrets).size, 1)
    assert.match(secrets[0] ?? '', /^secret \d$/)
    const reopened = await database.open()
    assert.equal(await reopened.secrets.getOrCreate('cookie', () => 'another'), secrets[0])
  })
}
