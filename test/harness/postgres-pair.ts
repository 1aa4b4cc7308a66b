// A Postgres with a standby that follows it commit by commit, as a managed database is run; and what happens when the primary is lost.
import { chmod, chown, cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import type { Lifetime } from './http-server.ts'
import { freePort } from './free-port.ts'
import { embeddedPostgres, startPostgres, type PostgresServer } from './postgres.ts'

export interface PostgresPair {
  readonly primary: PostgresServer
  readonly standbyPort: number
  /** An empty database, at the address of the primary. */
  createDatabase(): Promise<string>
  /** The standby takes writes from here on. */
  promote(): Promise<void>
}

export async function startPostgresPair(lifetime: Lifetime): Promise<PostgresPair> {
  const primary = await startPostgres(lifetime)
  const folder = await mkdtemp(join(tmpdir(), 'mintage-standby-'))
  await chmod(folder, 0o755)
  const dataFolder = join(folder, 'data')
  await primary.stop('SIGINT')
  await cp(primary.dataFolder, dataFolder, { recursive: true, preserveTimestamps: true })
  const { password } = primary
  const source = `host=127.0.0.1 port=${String(primary.port)} user=postgres password=${password}`
  await writeFile(join(dataFolder, 'standby.signal'), '')
  await giveAway(dataFolder, primary.dataFolder)
  await primary.start()

  const standbyPort = await freePort('127.0.0.1')
  const standby = embeddedPostgres({
    dataFolder,
    port: standbyPort,
    password,
    settings: [`primary_conninfo=${source}`, 'hot_standby=on'],
    output: [],
  })
  lifetime.after(async () => {
    await standby.stop()
    await rm(folder, { recursive: true, force: true })
  })
  // It resolves when the server takes writes, which a standby does not; and rejects when it ends.
  standby.start().catch(() => {})
  await untilAnswered(standbyPort, password, 'select 1')
  // An acknowledged commit is on both from here on, and can be read on both.
  await untilAnswered(primary.port, password, 'alter system set synchronous_commit = remote_apply')
  await untilAnswered(primary.port, password, `alter system set synchronous_standby_names = '*'`)
  await untilAnswered(primary.port, password, 'select pg_reload_conf()')
  return {
    primary,
    standbyPort,
    createDatabase: () => primary.createDatabase(),
    promote: () => untilAnswered(standbyPort, password, 'select pg_promote()'),
  }
}

/** Postgres refuses files of another user. */
async function giveAway(to: string, from: string): Promise<void> {
  const { uid, gid } = await stat(from)
  await chmod(to, 0o700)
  const entries = await readdir(to, { recursive: true })
  await Promise.all([to, ...entries.map((entry) => join(to, entry))].map((path) => chown(path, uid, gid)))
}

async function untilAnswered(port: number, password: string, sql: string): Promise<void> {
  for (;;) {
    const client = new Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query(sql)
      return
    } catch {
      await setTimeout(50)
    } finally {
      await client.end()
    }
  }
}
