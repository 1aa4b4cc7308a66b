// What counts and what works once: throttles, links by mail, secrets of the installation.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isCommitted } from '../while-unchanged.ts'
import type { NewDatabase } from './contract-database.ts'

export function counterContract(newDatabase: NewDatabase): void {
  describe('throttles', () => {
    const policy = { freeTries: 12, hardLimit: 14, forgetAfterMs: 10_000_000 }

    test('C9: admit of many tries at once as many as are left, over all processes and restarts (BF-04)', async (t) => {
      const database = await newDatabase(t)
      const [one, two] = [await database.open(), await database.open()]
      const admissions = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 === 0 ? one : two).throttles.admit('account:ada', policy, 1_000),
        ),
      )
      const counts = admissions.filter(({ isAdmitted }) => isAdmitted).map(({ count }) => count)
      assert.deepEqual(
        counts.toSorted((a, b) => a - b),
        Array.from({ length: 12 }, (_, index) => index + 1),
      )
      await Promise.all([one.close(), two.close()])
      const { throttles, commit } = await database.open()
      assert.deepEqual(await throttles.tries('account:ada'), { count: 12, lastAtMs: 1_000 })
      await commit([{ kind: 'clear-tries', key: 'account:ada' }])
      assert.deepEqual(await throttles.tries('account:ada'), { count: 0, lastAtMs: 0 })
    })

    test('C9: make each try beyond the free ones wait twice as long, up to the limit', async (t) => {
      const { throttles } = await (await newDatabase(t)).open()
      const admits = async (nowMs: number) => (await throttles.admit('k', policy, nowMs)).isAdmitted
      for (let count = 0; count < 12; count += 1) assert.equal(await admits(1_000), true)
      assert.deepEqual([await admits(1_999), await admits(2_000)], [false, true])
      assert.deepEqual([await admits(3_999), await admits(4_000)], [false, true])
      assert.equal(await admits(4_000_000), false)
      assert.deepEqual(await throttles.tries('k'), { count: 14, lastAtMs: 4_000 })
      assert.equal(await admits(10_004_001), true)
    })

    test('wait no longer than a quarter of an hour before the limit', async (t) => {
      const { throttles } = await (await newDatabase(t)).open()
      const patient = { freeTries: 1, hardLimit: 100, forgetAfterMs: 1_000_000_000 }
      const admits = async (nowMs: number) => (await throttles.admit('k', patient, nowMs)).isAdmitted
      let nowMs = 0
      for (let count = 0; count < 13; count += 1) assert.equal(await admits((nowMs += 15 * 60_000)), true)
      assert.deepEqual(
        [await admits(nowMs + 15 * 60_000 - 1), await admits(nowMs + 15 * 60_000)],
        [false, true],
      )
    })

    test('C9: give back a try that was right or was not judged, and never more', async (t) => {
      const { throttles, commit } = await (await newDatabase(t)).open()
      const refund = (key: string) => commit([{ kind: 'refund-try', key }])
      await throttles.admit('k', policy, 1)
      for (let count = 0; count < 3; count += 1) await refund('k')
      assert.equal((await throttles.tries('k')).count, 0)
      await refund('unknown')
    })

    test('start at one again when the last try is long ago, and are pruned by age', async (t) => {
      const { throttles } = await (await newDatabase(t)).open()
      const short = { ...policy, forgetAfterMs: 500 }
      await throttles.admit('k', short, 1_000)
      assert.equal((await throttles.admit('k', short, 1_500)).count, 2)
      assert.equal((await throttles.admit('k', short, 2_001)).count, 1)
      assert.equal(await throttles.prune(2_001), 0)
      assert.equal(await throttles.prune(2_002), 1)
    })
  })

  describe('one-time tokens', () => {
    const token = {
      idHash: 'hash-1',
      kind: 'password-reset',
      userId: 'kp_1',
      details: { email: 'ada@example.com' },
      expiresAtMs: 1_000,
    } as const

    const taking = (tokenKind: 'password-reset' | 'email-verification', nowMs: number) =>
      ({ kind: 'take-one-time-token', tokenKind, idHash: 'hash-1', nowMs }) as const

    test('of 50 who take one at once, one gets it (BR-11)', async (t) => {
      const database = await newDatabase(t)
      const [one, two] = [await database.open(), await database.open()]
      await one.commit([{ kind: 'add-one-time-token', token }])
      const taken = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          isCommitted((index % 2 === 0 ? one : two).commit([taking('password-reset', 1)])),
        ),
      )
      assert.deepEqual(taken.filter(Boolean), [true])
      assert.equal(await one.oneTimeTokens.peek('password-reset', 'hash-1', 1), undefined)
    })

    test('are there for looking until they are used, expired or of another kind', async (t) => {
      const { oneTimeTokens, commit } = await (await newDatabase(t)).open()
      await commit([{ kind: 'add-one-time-token', token }])
      assert.deepEqual(await oneTimeTokens.peek('password-reset', 'hash-1', 999), token)
      assert.equal(await oneTimeTokens.peek('password-reset', 'hash-1', 1_000), undefined)
      assert.equal(await isCommitted(commit([taking('email-verification', 1)])), false)
      assert.equal(await isCommitted(commit([taking('password-reset', 1_000)])), false)
      assert.equal(await oneTimeTokens.prune(999), 0)
      assert.equal(await oneTimeTokens.prune(1_000), 1)
    })
  })

  test('secrets of the installation are made once, also when two processes start at the same time', async (t) => {
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
