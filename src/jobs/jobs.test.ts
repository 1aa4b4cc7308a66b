import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { makeProject } from '../../test/harness/temp-project.ts'
import { openStore, type Store } from '../store/index.ts'
import { openLogger } from '../telemetry/index.ts'
import { FinalJobError, openJobs, type JobKind, type RunningJob } from './index.ts'

interface World {
  readonly store: Store
  readonly records: () => readonly Readonly<Record<string, unknown>>[]
  /** Runs SQL behind the store's back. */
  execute(sql: string): void
  worker(kinds: Readonly<Record<string, JobKind>>, given?: { leaseMs?: number }): ReturnType<typeof openJobs>
  enqueue(kind: string): Promise<void>
}

async function openWorld(t: TestContext): Promise<World> {
  const file = join(await makeProject(t, {}), 'mintage.db')
  const store = await openStore({ location: { kind: 'sqlite', file }, masterKey: randomBytes(32) })
  t.after(() => store.close())
  const lines: string[] = []
  const log = openLogger({ level: 'debug', format: 'json', write: (line) => void lines.push(line) })
  return {
    store,
    records: () => lines.map((line): Readonly<Record<string, unknown>> => JSON.parse(line)),
    execute(sql) {
      const connection = new DatabaseSync(file)
      connection.exec(sql)
      connection.close()
    },
    worker(kinds, given = {}) {
      const jobs = openJobs({ store, log, kinds, pollMs: 5, ...given })
      t.after(() => jobs.close(0))
      return jobs
    },
    enqueue: (kind) =>
      store.commit([
        { kind: 'enqueue-job', job: { kind, payload: { for: 'ada' }, enqueuedAtMs: store.nowMs() } },
      ]),
  }
}

/** A promise with its two ends. */
function gate() {
  return Promise.withResolvers<void>()
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setImmediate()
}

describe('a worker', () => {
  test('runs a queued job once, with its payload, and forgets it', async (t) => {
    const { store, worker, enqueue } = await openWorld(t)
    const payloads: unknown[] = []
    const jobs = worker({
      note: { backoffMs: [], run: async ({ payload }) => void payloads.push(payload()) },
    })
    await enqueue('note')
    await jobs.settle()
    assert.deepEqual(payloads, [{ for: 'ada' }])
    assert.deepEqual(await store.jobs.list({ limit: 10 }), [])
    assert.equal(jobs.counts.completed, 1)
  })

  test('tries a failed job again after each pause of its kind, then reports it dead and keeps it in the list', async (t) => {
    const { store, worker, enqueue, records } = await openWorld(t)
    const attempts: number[] = []
    const jobs = worker({
      note: {
        backoffMs: [1, 1],
        async run({ attempt }) {
          attempts.push(attempt)
          throw new Error('the value of ada')
        },
      },
    })
    await enqueue('note')
    await until(() => jobs.counts.dead === 1)
    assert.deepEqual(attempts, [1, 2, 3])
    const [dead] = await store.jobs.list({ state: 'dead', limit: 10 })
    assert.deepEqual([dead?.kind, dead?.attempts, dead?.lastError], ['note', 3, 'Error'])
    const events = records().map(({ event }) => event)
    assert.deepEqual(events, ['job_failed', 'job_failed', 'job_dead'])
  })

  test('does not try again what cannot succeed', async (t) => {
    const { worker, enqueue } = await openWorld(t)
    const jobs = worker({
      note: {
        backoffMs: [1, 1],
        run: () => Promise.reject(new FinalJobError('no such mailbox')),
      },
    })
    await enqueue('note')
    await until(() => jobs.counts.dead === 1)
    assert.equal(jobs.counts.failed, 0)
  })

  test('leaves jobs of a kind that it does not know to others', async (t) => {
    const { store, worker, enqueue } = await openWorld(t)
    const jobs = worker({ note: { backoffMs: [], run: async () => {} } })
    await enqueue('of a later version')
    await enqueue('note')
    await jobs.settle()
    const left = await store.jobs.list({ limit: 10 })
    assert.deepEqual(
      left.map(({ kind, state, attempts }) => [kind, state, attempts]),
      [['of a later version', 'waiting', 0]],
    )
  })

  test('stops when its lease is taken away, and the work completes once', async (t) => {
    const { store, worker, enqueue, execute, records } = await openWorld(t)
    const effects: string[] = []
    const began = gate()
    const noticed = gate()
    const first = worker(
      {
        note: {
          backoffMs: [1],
          async run({ signal }: RunningJob) {
            began.resolve()
            await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }))
            noticed.resolve()
            signal.throwIfAborted()
            effects.push('first')
          },
        },
      },
      { leaseMs: 300 },
    )
    await enqueue('note')
    await began.promise
    // As if the process had been stopped for longer than its lease.
    execute(`update jobs set due_at_ms = 0`)
    const held = await store.jobs.claim({
      kind: 'note',
      limit: 1,
      nowMs: store.nowMs(),
      untilMs: store.nowMs() + 60_000,
    })
    assert.equal(held.length, 1)
    await noticed.promise
    await until(() => first.counts.lost === 1)
    assert.ok(records().some(({ event }) => event === 'job_lease_lost'))
    const [job] = held
    assert.ok(job && (await store.jobs.finish(job)))
    await first.settle()
    assert.deepEqual(effects, [])
    assert.deepEqual(await store.jobs.list({ limit: 10 }), [])
  })

  test('runs a job again whose process was lost, and gives up one that ends each process', async (t) => {
    const { store, worker, enqueue } = await openWorld(t)
    await enqueue('note')
    for (let attempt = 1; attempt <= 2; attempt += 1)
      await store.jobs.claim({ kind: 'note', limit: 1, nowMs: store.nowMs(), untilMs: 0 })
    const runs: number[] = []
    const jobs = worker({
      note: { backoffMs: [1, 1], run: async ({ attempt }) => void runs.push(attempt) },
      bomb: { backoffMs: [1], run: async () => assert.fail('It must not run again.') },
    })
    await jobs.settle()
    assert.deepEqual(runs, [3])
    await jobs.close(0)
    await enqueue('bomb')
    for (let attempt = 1; attempt <= 2; attempt += 1)
      await store.jobs.claim({ kind: 'bomb', limit: 1, nowMs: store.nowMs(), untilMs: 0 })
    const next = worker({ bomb: { backoffMs: [1], run: async () => assert.fail('It must not run again.') } })
    await until(() => next.counts.dead === 1)
  })

  test('gives back at its end what it could not finish, and the attempt does not count', async (t) => {
    const { store, worker, enqueue } = await openWorld(t)
    const began = gate()
    const jobs = worker({
      note: {
        backoffMs: [],
        async run({ signal }) {
          began.resolve()
          await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }))
          signal.throwIfAborted()
        },
      },
    })
    await enqueue('note')
    await began.promise
    await jobs.close(0)
    const [left] = await store.jobs.list({ limit: 10 })
    assert.deepEqual([left?.state, left?.attempts, left?.dueAtMs], ['waiting', 0, 0])
  })

  test('lets a job end when it stops', async (t) => {
    const { store, worker, enqueue } = await openWorld(t)
    const began = gate()
    const mayEnd = gate()
    const jobs = worker({
      note: {
        backoffMs: [],
        async run() {
          began.resolve()
          await mayEnd.promise
        },
      },
    })
    await enqueue('note')
    await began.promise
    const closed = jobs.close(60_000)
    mayEnd.resolve()
    await closed
    assert.deepEqual([jobs.counts.completed, await store.jobs.list({ limit: 10 })], [1, []])
  })

  test('runs a recurring job in one of two workers at a time, again and again, and reports a failing one ever less often', async (t) => {
    const { store, worker, records } = await openWorld(t)
    let atOnce = 0
    let most = 0
    let runs = 0
    const recurring: JobKind = {
      everyMs: 1,
      backoffMs: [],
      async run() {
        most = Math.max(most, (atOnce += 1))
        await setImmediate()
        atOnce -= 1
        runs += 1
        throw new Error('again')
      },
    }
    const workers = [worker({ recurring }), worker({ recurring })]
    await until(() => runs >= 20)
    await Promise.all(workers.map((one) => one.close(1_000)))
    assert.equal(most, 1)
    const reported = records().filter(({ event }) => event === 'job_failed')
    assert.deepEqual(
      reported.slice(0, 5).map(({ attempt }) => attempt),
      [1, 2, 4, 8, 16],
    )
    const [left] = await store.jobs.list({ limit: 10 })
    assert.equal(left?.state, 'waiting')
  })
})
