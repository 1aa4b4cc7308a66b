import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { makeProject } from '../../test/harness/temp-project.ts'
import { openJobs } from '../jobs/index.ts'
import { anInvocation } from '../store/contract/samples.ts'
import { openStore, type AuditEvent } from '../store/index.ts'
import { openLogger } from '../telemetry/index.ts'
import { housekeeping } from './housekeeping.ts'

const dayMs = 86_400_000
const log = openLogger({ level: 'debug', format: 'json', write: (line) => assert.fail(line) })

test('C10: records of runs and of the audit log go by age and by count, counters of failures not before they are forgotten (BF-01)', async (t) => {
  const folder = await makeProject(t, {})
  const store = await openStore({
    location: { kind: 'sqlite', file: join(folder, 'mintage.db') },
    masterKey: randomBytes(32),
  })
  t.after(() => store.close())
  for (const [id, daysAgo] of [
    ['aged', 8],
    ['third', 3],
    ['second', 2],
    ['newest', 1],
  ] as const)
    store.invocations.append(anInvocation(id, { startedAtMs: Date.now() - daysAgo * dayMs }))
  await store.invocations.flush()
  const policy = { freeTries: 1, hardLimit: 1, forgetAfterMs: 90 * dayMs }
  await store.throttles.admit('of last month', policy, Date.now() - 31 * dayMs)
  await store.throttles.admit('of last week', policy, Date.now() - 7 * dayMs)

  const audited = (event: AuditEvent, daysAgo: number) =>
    store.commit([
      {
        kind: 'append-audit',
        record: {
          atMs: Date.now() - daysAgo * dayMs,
          event,
          userId: null,
          clientId: null,
          ip: null,
          details: {},
        },
      },
    ])
  await audited('user.signed_in', 9)
  await audited('user.sign_in_failed', 5)
  await audited('user.signed_in', 4)
  await audited('user.sign_in_failed', 3)
  await audited('user.signed_in', 2)

  const retention = {
    invocations: { keepDays: 7, keepCount: 2 },
    recordings: { isKept: true, keepDays: 5, keepCount: 100, kilobytes: 256 },
    audit: { keepDays: 8, keepRefusedSignIns: 2 },
    events: { keepDays: 8, keepCount: 100 },
    deployments: { keepCount: 100 },
  }
  const jobs = openJobs({ store, log, kinds: { housekeeping: housekeeping(store, retention, 1) } })
  const kept = async () =>
    (await store.invocations.list({ order: 'oldest-first', limit: 10 })).map(({ id }) => id)
  const isForgotten = async () => (await store.throttles.tries('of last month')).count === 0
  // Throttles are the last of a run.
  while (!(await isForgotten())) await setImmediate()
  await jobs.close(0)
  assert.deepEqual(await kept(), ['second', 'newest'])
  const audit = await store.audit.list({ limit: 10 })
  assert.deepEqual(
    audit.map(({ event, sequence }) => [event, sequence]),
    [
      ['user.signed_in', 5],
      ['user.sign_in_failed', 4],
      ['user.signed_in', 3],
    ],
  )
  assert.equal((await store.throttles.tries('of last week')).count, 1)
})
