// FI-06 on a process as an operator runs it: `mintage start --production` on Postgres goes on when its connections are ended, says so
// once, ends when it is told to although the database is silent, and tells which records were lost.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Client as PgClient } from 'pg'
import { History } from '../harness/history.ts'
import { freePort } from '../harness/free-port.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { startTcpProxy, throughProxy, type TcpProxy } from '../harness/tcp-proxy.ts'
import { makeProject } from '../harness/temp-project.ts'
import { Client, codeOf, tokensOf, type Person } from './client.ts'
import { load, refresh, tryRefresh, type SessionOfClient } from './postgres-rig.ts'
import { projectFiles } from './project.ts'

const postgres = await startPostgres({ after })
const person: Person = { id: 'kp_1', email: 'person@example.com', password: 'correct horse battery staple' }

interface Replica {
  readonly command: ServingCommand
  readonly proxy: TcpProxy
  /** The database's own address. */
  readonly url: string
  readonly sessions: readonly SessionOfClient[]
  records(event: string): readonly { readonly count?: number }[]
}

async function startReplica(t: Parameters<typeof makeProject>[0], sessionCount: number): Promise<Replica> {
  const url = await postgres.createDatabase({ query_timeout: '1000' })
  const proxy = await startTcpProxy(t, postgres.port)
  const origin = `http://localhost:${String(await freePort('127.0.0.1'))}`
  const project = await makeProject(t, projectFiles([person]))
  const args = ['--project', '.', '--port', new URL(origin).port, '--issuer', origin]
  const command = startCommand(t, ['start', '--production', ...args], {
    cwd: project,
    env: {
      MINTAGE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      MINTAGE_DATABASE_URL: throughProxy(url, proxy),
    },
  })
  await command.until(/"event":"server_ready"/)
  const history = new History()
  const client = new Client({ name: 'browser', history, origin: () => origin })
  const codes = [codeOf(await client.signIn(person))]
  while (codes.length < sessionCount) codes.push(codeOf(await client.return(person)))
  const sessions = await Promise.all(
    codes.map(async (code) => ({ client, refreshToken: tokensOf(await client.redeem(code)).refreshToken })),
  )
  return {
    command,
    proxy,
    url,
    sessions,
    records: (event) =>
      command
        .output()
        .trimEnd()
        .split('\n')
        .map((line): { event: string; count?: number } => JSON.parse(line))
        .filter((record) => record.event === event),
  }
}

test('F1: keeps serving when its Postgres connections are ended during commits, and says so in few records', async (t) => {
  const replica = await startReplica(t, 8)
  const admin = new PgClient({ connectionString: replica.url })
  await admin.connect()
  t.after(() => admin.end())
  const underLoad = load(replica.sessions)
  for (let round = 0; round < 10; round += 1) {
    await underLoad.successes(4)
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    )
  }
  await underLoad.stop()
  for (const session of replica.sessions) await refresh(session)
  assert.equal(await replica.command.stop(), 0)
  const told = replica.records('database_connection_lost')
  assert.ok(told.length > 0 && told.length <= 20, `${String(told.length)} records`)
})

test('F2, E8: ends on SIGTERM although Postgres is silent, and counts the records that are lost', async (t) => {
  const { command, proxy, sessions, records } = await startReplica(t, 1)
  const [session] = sessions
  assert.ok(session)
  // The record of a run is written behind the refresh that it tells of.
  const cut = proxy.cutAt('refresh_token_request', 'before')
  const unwritten = cut.then(() => void (proxy.mode = 'silent'))
  await tryRefresh(session)
  await unwritten
  await command.until(/"event":"invocations_not_written"/)
  assert.equal(await command.stop(), 0)
  const [lost, ...others] = records('invocations_lost')
  assert.ok(lost?.count !== undefined && lost.count > 0)
  assert.deepEqual(others, [])
})
