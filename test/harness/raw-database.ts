// An empty database of each kind, and a way to it behind the store's back.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import type { StoreOptions } from '../../src/store/index.ts'
import type { Lifetime } from './http-server.ts'
import type { PostgresServer } from './postgres.ts'

export interface RawDatabase {
  readonly location: StoreOptions['location']
  /** Runs one statement; resolves to its rows. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Every row of every table, as text. */
  dump(): Promise<string>
  /** From now on the audit log takes no record, until the function that it gives is called. */
  refuseAudit(): Promise<() => Promise<void>>
}

export async function rawSqlite(lifetime: Lifetime): Promise<RawDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-raw-'))
  lifetime.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, `${randomUUID()}.db`)
  const query = async (sql: string) => {
    const database = new DatabaseSync(file, { timeout: 5_000 })
    try {
      return database.prepare(sql).all()
    } finally {
      database.close()
    }
  }
  return {
    location: { kind: 'sqlite', file },
    query,
    async dump() {
      const rows: string[] = []
      for (const { name } of await query(`select name from sqlite_schema where type = 'table'`))
        for (const row of await query(`select * from ${String(name)}`))
          rows.push(`${String(name)} ${JSON.stringify(row)}`)
      return rows.toSorted().join('\n')
    },
    async refuseAudit() {
      await query(`create trigger no_audit before insert on audit begin select raise(abort, 'no audit'); end`)
      return async () => void (await query('drop trigger no_audit'))
    },
  }
}

export async function rawPostgres(lifetime: Lifetime, server: PostgresServer): Promise<RawDatabase> {
  const url = await server.createDatabase()
  const client = new Client({ connectionString: url })
  await client.connect()
  lifetime.after(() => client.end())
  const query = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows
  return {
    location: { kind: 'postgres', url },
    query,
    async dump() {
      const tables = await query(`select tablename as name from pg_tables where schemaname = 'public'`)
      const rows = tables.map(
        ({ name }) => `select '${String(name)} ' || row_to_json(one)::text as row from ${String(name)} one`,
      )
      return (await query(`${rows.join(' union all ')} order by 1`)).map(({ row }) => row).join('\n')
    },
    async refuseAudit() {
      await query(`create or replace function no_audit() returns trigger language plpgsql
        as $$ begin raise exception 'no audit'; end $$`)
      await query(`create trigger no_audit before insert on audit for each row execute function no_audit()`)
      return async () => void (await query('drop trigger no_audit on audit'))
    },
  }
}
