// Background work: who gets a job, for how long, and what is left of it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JobStore, NewJob } from '../job-store.ts'
import type { Store } from '../store.ts'
import type { NewDatabase } from './contract-database.ts'

const aJob: NewJob = { kind: 'mail', payload: { to: 'ada@example.com' }, enqueuedAtMs: 5 }

async function enqueue(store: Store, overrides: Partial<NewJob> = {}): Promise<void> {
  await store.commit([{ kind: 'enqueue-job', job: { ...aJob, ...overrides } }])
}

const claim = (jobs: JobStore, nowMs: number, limit = 10) =>
  jobs.claim({ kind: 'mail', limit, nowMs, untilMs: nowMs + 1_000 })

async function claimOne(jobs: JobStore, nowMs: number) {
  const [job] = await claim(jobs, nowMs, 1)
  assert.ok(job)
  return job
}

export function jobContract(newDatabase: NewDatabase): void {
  describe('jobs', () => {
    test('gives each job to one of many workers', async (t) => {
      const database = await newDatabase(t)
      const [one, two] = [await database.open(), await database.open()]
      for (let count = 0; count < 20; count += 1) await enqueue(one)
      const claimed: string[] = []
      while (claimed.length < 20) {
        const found = await Promise.all([one, two, one, two].map(({ jobs }) => claim(jobs, 10, 3)))
        claimed.push(...found.flat().map(({ id }) => id))
      }
      assert.equal(new Set(claimed).size, 20)
      assert.deepEqual(await claim(one.jobs, 10), [])
    })

    test('queues a job with its change or not at all', async (t) => {
      const store = await (await newDatabase(t)).open()
      let nudges = 0
      const stop = store.jobs.onEnqueued(() => (nudges += 1))
      const membership = {
        organizationCode: 'none',
        userId: 'none',
        roleIds: [],
        permissionIds: [],
        joinedAtMs: 1,
      }
      const changes = [
        { kind: 'enqueue-job', job: aJob },
        { kind: 'add-membership', membership },
      ] as const
      await assert.rejects(store.commit(changes), { code: 'store_conflict' })
      assert.deepEqual([await store.jobs.list({ limit: 10 }), nudges], [[], 0])
      await enqueue(store)
      assert.equal(nudges, 1)
      stop()
      await enqueue(store)
      assert.deepEqual([(await store.jobs.list({ limit: 10 })).length, nudges], [2, 1])
    })

    test('queues a job with a unique key once while one waits or runs', async (t) => {
      const store = await (await newDatabase(t)).open()
      const count = async () => (await store.jobs.list({ limit: 10 })).length
      for (let index = 0; index < 3; index += 1) await enqueue(store, { uniqueKey: 'reset ada' })
      assert.equal(await count(), 1)
      const held = await claimOne(store.jobs, 10)
      await enqueue(store, { uniqueKey: 'reset ada' })
      assert.equal(await count(), 1)
      await store.jobs.bury(held, { atMs: 20, error: 'x' })
      await enqueue(store, { uniqueKey: 'reset ada' })
      assert.equal(await count(), 2)
    })

    test('gives a job to another worker when its lease has ended, and takes nothing from the first one', async (t) => {
      const database = await newDatabase(t)
      const [one, two] = [(await database.open()).jobs, (await database.open()).jobs]
      await enqueue(await database.open())
      const first = await claimOne(one, 10)
      assert.equal(await one.renew(first, 2_000), true)
      assert.deepEqual(await claim(two, 1_999), [])
      const second = await claimOne(two, 2_000)
      assert.deepEqual([second.id, first.attempt, second.attempt], [first.id, 1, 2])
      const next = { dueAtMs: 1, attempts: 0, error: null }
      assert.equal(await one.renew(first, 9_000), false)
      assert.equal(await one.finish(first), false)
      assert.equal(await one.postpone(first, next), false)
      assert.equal(await one.bury(first, { atMs: 1, error: 'x' }), false)
      assert.equal(await two.finish(second), true)
      assert.deepEqual(await one.list({ limit: 10 }), [])
    })

    test('keeps the reason of a failure, and a dead job without its payload until it is pruned', async (t) => {
      const store = await (await newDatabase(t)).open()
      const { jobs } = store
      await enqueue(store)
      const first = await claimOne(jobs, 10)
      assert.deepEqual(first.payload(), aJob.payload)
      await jobs.postpone(first, { dueAtMs: 50, attempts: 1, error: 'mail_failed' })
      assert.deepEqual(await jobs.due('mail'), { firstAtMs: 50, lastAtMs: 50 })
      assert.deepEqual(await claim(jobs, 49), [])
      const second = await claimOne(jobs, 50)
      assert.deepEqual(
        (await jobs.list({ state: 'running', limit: 1 })).map(({ id }) => id),
        [second.id],
      )
      await jobs.bury(second, { atMs: 60, error: 'mail_failed again' })
      assert.equal(await jobs.due('mail'), undefined)
      const dead = await jobs.list({ kind: 'mail', state: 'dead', limit: 10 })
      const summary = {
        id: first.id,
        kind: 'mail',
        state: 'dead',
        attempts: 2,
        enqueuedAtMs: 5,
        dueAtMs: null,
      }
      assert.deepEqual(dead, [{ ...summary, lastError: 'mail_failed again' }])
      assert.equal(await jobs.prune(60), 0)
      assert.equal(await jobs.prune(61), 1)
    })

    test('E10: has one recurring job of a kind, and recovers from a clock that was ahead', async (t) => {
      const database = await newDatabase(t)
      const [one, two] = [(await database.open()).jobs, (await database.open()).jobs]
      const times = { nowMs: 1_000, dueAtMs: 86_400_000 }
      await Promise.all([one, two, one, two].map((jobs) => jobs.ensureRecurring('mail', times)))
      assert.equal((await one.list({ limit: 10 })).length, 1)
      assert.deepEqual(await claim(one, 11_000), [])
      await two.pullForward('mail', 86_400_000)
      assert.deepEqual(await claim(one, 11_000), [])
      await two.pullForward('mail', 50_000)
      assert.equal((await claim(one, 11_000)).length, 1)
    })

    test('fails a job with a damaged payload, and no other', async (t) => {
      const database = await newDatabase(t)
      const store = await database.open()
      await enqueue(store)
      await database.execute(`update jobs set sealed_payload = 'v1.AAAA'`)
      await enqueue(store)
      const [damaged, sound] = await claim(store.jobs, 10)
      assert.throws(() => damaged?.payload(), { code: 'store_corrupt' })
      assert.deepEqual(sound?.payload(), aJob.payload)
    })
  })
}
