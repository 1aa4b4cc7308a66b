// Postgres when the network, the server or another transaction does not play along (FI-06, FI-07), and what an error
// may tell.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { Client } from 'pg'
import { startPostgres } from '../../../test/harness/postgres.ts'
import { startTcpProxy, throughProxy } from '../../../test/harness/tcp-proxy.ts'
import { anInvocation } from '../contract/samples.ts'
import { openStore } from '../open-store.ts'
import type { Database, Write } from '../sql/database.ts'
import { prepare } from '../sql/statement.ts'
import { foldedLog } from '../folded-log.ts'
import { DatabaseClock } from './database-clock.ts'
import { parsePostgresAddress } from './postgres-address.ts'
import { PostgresConnections } from './postgres-connections.ts'
import { PostgresDatabase, postgresBuilder } from './postgres-database.ts'

const masterKey = new Uint8Array(32)
// Deadlocks are looked for at once.
const server = await startPostgres({ after }, ['deadlock_timeout=20ms'])

function open(url: string) {
  return openStore({ location: { kind: 'postgres', url }, masterKey })
}

async function openBare(
  t: { after(cleanUp: () => Promise<void>): void },
  parameters = {},
): Promise<Database> {
  const address = parsePostgresAddress(await server.createDatabase(parameters))
  const clock = new DatabaseClock({ onSkew: () => {} })
  const connections = new PostgresConnections(address, { clock, log: foldedLog(() => {}) })
  const database = new PostgresDatabase({ connections, clock, description: 'postgres' })
  t.after(() => database.close())
  const run = (sql: string) => database.write({ sql, parameters: [] })
  await run('create table throttles (throttle_key text primary key, failures int, last_at_ms int)')
  await run(`insert into throttles values ('a', 0, 0), ('b', 0, 0)`)
  return database
}

const raise = prepare((slot: { key: string }) =>
  postgresBuilder
    .updateTable('throttles')
    .set(({ eb }) => ({ failures: eb('failures', '+', 1) }))
    .where('throttle_key', '=', slot.key),
)
const failures = prepare(() =>
  postgresBuilder.selectFrom('throttles').select('failures').orderBy('throttle_key'),
)
const pause: Write = { statement: { sql: 'select pg_sleep(0.1)', parameters: [] } }

describe('Postgres', () => {
  test('FI-07: a deadlock is undone and tried again, and nothing happens twice', async (t) => {
    const database = await openBare(t)
    const raiseInOrder = (...keys: string[]): Write[] =>
      keys.flatMap((key) => [{ statement: raise({ key }) }, pause])
    const outcomes = await Promise.all([
      database.commit(raiseInOrder('a', 'b'), 'durable'),
      database.commit(raiseInOrder('b', 'a'), 'durable'),
    ])
    assert.deepEqual(outcomes, [{ kind: 'committed' }, { kind: 'committed' }])
    assert.deepEqual(await database.all(failures({})), [{ failures: 2 }, { failures: 2 }])
  })

  test('F2: bounds the time of each part of a large commit, not of the whole', async (t) => {
    const database = await openBare(t, { query_timeout: '3000' })
    const slow: Write = { statement: { sql: 'select pg_sleep(0.005)', parameters: [] } }
    const writes = [{ statement: raise({ key: 'a' }) }, ...Array.from({ length: 800 }, () => slow)]
    assert.deepEqual(await database.commit(writes, 'durable'), { kind: 'committed' })
    assert.deepEqual(await database.all(failures({})), [{ failures: 1 }, { failures: 0 }])
  })

  test('FI-05: a commit that is undone or fails leaves no transaction open', async (t) => {
    const database = await openBare(t)
    const lost: Write = { statement: raise({ key: 'nobody' }), mustChange: true }
    const failing: Write = { statement: { sql: 'select 1 / 0', parameters: [] } }
    const raised: Write = { statement: raise({ key: 'a' }) }
    assert.deepEqual(await database.commit([raised, lost], 'durable'), { kind: 'undone', index: 1 })
    await assert.rejects(database.commit([raised, failing], 'durable'), {
      code: 'store_unavailable',
      message: 'The database refused a statement. (SQLSTATE 22012)',
    })
    assert.deepEqual(await database.all(failures({})), [{ failures: 0 }, { failures: 0 }])
    const sql = `select state from pg_stat_activity where state like 'idle in transaction%'`
    assert.deepEqual(await database.all({ sql, parameters: [] }), [])
  })

  test('FI-06: connections that the server closed are replaced', async (t) => {
    const url = await server.createDatabase()
    const store = await open(url)
    t.after(() => store.close())
    await Promise.all(Array.from({ length: 5 }, () => store.directory.user('kp_1')))
    const admin = new Client({ connectionString: url })
    await admin.connect()
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    await admin.end()
    // A read is tried again on another connection.
    await Promise.all(Array.from({ length: 5 }, () => store.directory.user('kp_1')))
    const policy = { freeTries: 1, hardLimit: 1, forgetAfterMs: 1 }
    assert.equal((await store.throttles.admit('k', policy, 1)).isAdmitted, true)
  })

  test('counts the invocations that it gives up while the database is away, and those that are left when it closes', async (t) => {
    const proxy = await startTcpProxy(t, server.port)
    const told: Record<string, number> = {}
    const store = await openStore({
      location: { kind: 'postgres', url: throughProxy(await server.createDatabase(), proxy) },
      masterKey,
      log: (event, { count }) => void (told[event] = (told[event] ?? 0) + Number(count)),
    })
    t.after(() => store.close())
    const { invocations } = store
    let appended = 0
    const append = (count: number) => {
      for (const last = appended + count; appended < last; appended += 1)
        invocations.append(anInvocation(`inv_${String(appended)}`))
    }
    const goAway = () => {
      proxy.mode = 'refusing'
      proxy.cut()
    }
    append(1)
    await invocations.flush()
    assert.deepEqual(invocations.stats(), { lostInvocations: 0, failedBatches: 0 })

    goAway()
    append(2_005)
    await assert.rejects(invocations.flush(), { code: 'store_unavailable' })
    const { lostInvocations, failedBatches } = invocations.stats()
    assert.equal(lostInvocations, 5)
    assert.ok(failedBatches > 0)
    proxy.mode = 'open'
    await invocations.flush()
    const kept = await invocations.list({ limit: 10_000 })
    assert.deepEqual([kept.length, kept.at(-2)?.id, kept[0]?.id], [2_001, 'inv_6', 'inv_2005'])

    goAway()
    append(3)
    await store.close()
    assert.equal(invocations.stats().lostInvocations, 8)
    assert.equal(told['invocations_lost'], 8)
  })

  test('LG-01: no error tells the password, whatever is wrong with the address', async () => {
    const url = new URL(await server.createDatabase())
    const { password } = url
    const wrong = (change: (one: URL) => void) => {
      const other = new URL(url)
      change(other)
      return other.href
    }
    const cases: [string, RegExp][] = [
      [wrong((one) => (one.password = 'canary-password')), /^The database refuses this user or password\./],
      [wrong((one) => (one.pathname = '/nowhere')), /^The database does not exist\./],
      [wrong((one) => (one.port = '1')), /^The database cannot be reached\./],
      [`postgres://user:canary-password@[bad/db`, /^The address of the database is not a URL/],
    ]
    for (const [address, message] of cases) {
      await assert.rejects(open(address), (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error)
        assert.equal(error.code, 'store_unavailable')
        assert.match(error.message, message)
        const told = `${error.stack} ${String(error.cause)} ${JSON.stringify(error)}`
        assert.ok(!told.includes('canary-password') && !told.includes(password))
        return true
      })
    }
  })
})
