// FI-06, FI-12: connections to Postgres that are cut, refused, silent or too many, restarts, and a failover. No process ends, no
// session is lost, no commit is made twice, and the first request after the database is back is served.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { Client as PgClient } from 'pg'
import { startIssuer } from '../harness/issuer.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startPostgresPair, type PostgresPair } from '../harness/postgres-pair.ts'
import {
  isFailureOfServer,
  load,
  refresh,
  startRig,
  tryRefresh,
  workflow,
  type PostgresRig,
} from './postgres-rig.ts'
import { directoryFixture } from '../harness/directory-fixture.ts'
import { tally } from './client.ts'

const postgres = await startPostgres({ after })

describe('F1: a Postgres connection that is cut', () => {
  test('F1: before its commit was sent, the refresh is done again and the client sees nothing of it', async (t) => {
    const rig = await startRig(t, await postgres.createDatabase())
    const [session] = rig.sessions
    assert.ok(session)
    const cut = rig.proxy.cutAt('begin', 'before')
    await refresh(session)
    await cut
    await rig.assertNothingLost()
  })

  for (const moment of ['before', 'after'] as const) {
    test(`F1: ${moment} Postgres got the commit, the refresh fails, is not repeated, and works when it comes again`, async (t) => {
      const rig = await startRig(t, await postgres.createDatabase())
      const [session] = rig.sessions
      assert.ok(session)
      const cut = rig.proxy.cutAt('commit', moment)
      const lost = await tryRefresh(session)
      await cut
      assert.ok(isFailureOfServer(lost), JSON.stringify(lost))
      await rig.assertNothingLost()
    })
  }

  test('F1: while it is idle, or at a read, costs no request', async (t) => {
    const rig = await startRig(t, await postgres.createDatabase())
    rig.proxy.cut()
    // A new connection is told the text of each statement.
    const cut = rig.proxy.cutAt('select', 'after')
    await Promise.all(rig.sessions.map((session) => refresh(session)))
    await cut
    await rig.assertNothingLost()
  })

  test('F1: again and again during commits under load, ends no session', async (t) => {
    const url = await postgres.createDatabase()
    const rig = await startRig(t, url, { workflow })
    const admin = new PgClient({ connectionString: url })
    await admin.connect()
    t.after(() => admin.end())
    const underLoad = load(rig.sessions)
    for (let round = 0; round < 10; round += 1) {
      await underLoad.successes(5)
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      )
    }
    await underLoad.successes(5)
    await underLoad.stop()
    await rig.assertNothingLost()
  })
})

describe('F1: a database that is away', () => {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    test(`F1: restarted by ${signal} under load, it costs no session`, async (t) => {
      const rig = await startRig(t, await postgres.createDatabase(), { workflow })
      const underLoad = load(rig.sessions)
      await underLoad.successes(5)
      await postgres.stop(signal)
      await postgres.start()
      await underLoad.successes(10)
      await underLoad.stop()
      await rig.assertNothingLost()
    })
  }

  test('F1: is reported as store_unavailable, and the first request after its return is served', async (t) => {
    const rig = await startRig(t, await postgres.createDatabase())
    rig.proxy.mode = 'refusing'
    rig.proxy.cut()
    const underLoad = load(rig.sessions)
    // The patience with a restart is over: requests are answered at once.
    await underLoad.failures(20)
    await underLoad.stop()
    await assert.rejects(rig.node.plainStore.directory.user('kp_1'), { code: 'store_unavailable' })
    rig.proxy.mode = 'open'
    await Promise.all(rig.sessions.map((session) => refresh(session)))
    await rig.assertNothingLost()
  })
})

describe('F2: a Postgres that is silent', () => {
  // Long enough for each query of a busy machine.
  const parameters = { query_timeout: '3000' }

  test('F2: costs the requests under way and no more', async (t) => {
    const rig = await startRig(t, await postgres.createDatabase(), { parameters })
    rig.proxy.halfOpen()
    const lost = await Promise.all(rig.sessions.map((session) => tryRefresh(session)))
    assert.ok(lost.some(isFailureOfServer), JSON.stringify(tally(lost)))
    await Promise.all(rig.sessions.map((session) => refresh(session)))
    await rig.assertNothingLost()
  })

  test('F2: new connections too, is reported as store_unavailable until it answers', async (t) => {
    const rig = await startRig(t, await postgres.createDatabase(), {
      parameters: { ...parameters, connect_timeout: '1' },
    })
    rig.proxy.mode = 'silent'
    const { directory } = rig.node.plainStore
    await assert.rejects(directory.user('kp_1'), {
      code: 'store_unavailable',
      message: 'The database does not answer.',
    })
    await assert.rejects(directory.user('kp_1'), { code: 'store_unavailable' })
    rig.proxy.mode = 'open'
    await Promise.all(rig.sessions.map((session) => refresh(session)))
    await rig.assertNothingLost()
  })

  test('F2: keeps no store from closing', async (t) => {
    const rig = await startRig(t, await postgres.createDatabase(), { parameters })
    await Promise.all(rig.sessions.map((session) => refresh(session)))
    rig.proxy.mode = 'silent'
    await rig.node.plainStore.close()
  })
})

test('F2: more requests than Postgres has connections wait instead of failing', async (t) => {
  const small = await startPostgres(t, ['max_connections=8', 'superuser_reserved_connections=0'])
  const url = await small.createDatabase()
  const masterKey = Buffer.alloc(32, 7)
  const rig = await startRig(t, url, { masterKey, sessionCount: 0 })
  const other = await startIssuer(t, {
    directory: await directoryFixture(),
    location: { kind: 'postgres', url },
    issuer: rig.node.url,
    masterKey,
  })
  await rig.signIn(16)
  const half = rig.sessions.length / 2
  const loads = [load(rig.sessions.slice(0, half)), load(rig.sessions.slice(half), other.url)]
  await Promise.all(loads.map((one) => one.successes(50)))
  const results = (await Promise.all(loads.map((one) => one.stop()))).flat()
  assert.deepEqual(Object.keys(tally(results)), ['issued'])
  await rig.assertNothingLost()
})

describe('F2: several hosts in the address', () => {
  for (const { loss, lose } of [
    {
      loss: 'crashes',
      lose: ({ pair }: Lost) => pair.primary.stop('SIGQUIT'),
    },
    {
      // Its machine is gone: no connection ends, and nothing answers.
      loss: 'goes silent',
      lose: ({ rig }: Lost) => {
        rig.proxy.mode = 'silent'
        return Promise.resolve()
      },
    },
  ]) {
    test(`F2: the one that takes writes is used, and the other one when it ${loss}`, async (t) => {
      const pair = await startPostgresPair(t)
      const url = await pair.createDatabase()
      // The standby is named first: it answers, and is passed over.
      const rig = await startRig(t, url, {
        parameters: { target_session_attrs: 'read-write', query_timeout: '1000', connect_timeout: '1' },
        addressOf: (address) => address.replace('@', `@127.0.0.1:${String(pair.standbyPort)},`),
      })
      const underLoad = load(rig.sessions)
      await underLoad.successes(5)
      await lose({ pair, rig })
      await pair.promote()
      await underLoad.successes(5)
      await underLoad.stop()
      await rig.assertNothingLost()
    })
  }
})

interface Lost {
  readonly pair: PostgresPair
  readonly rig: PostgresRig
}

test('FI-12: far from Postgres, with 100 ms for each answer and connections that break, no session is lost', async (t) => {
  const rig = await startRig(t, await postgres.createDatabase(), { workflow })
  rig.proxy.delayMs = 100
  const underLoad = load(rig.sessions)
  for (let round = 0; round < 3; round += 1) {
    await underLoad.successes(2)
    rig.proxy.cut()
  }
  await underLoad.successes(4)
  await underLoad.stop()
  await rig.assertNothingLost()
})
