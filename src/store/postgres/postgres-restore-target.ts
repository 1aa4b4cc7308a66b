// A Postgres database that is restored in one transaction, under the lock that a start takes for its migrations: a server that starts
// meanwhile waits for it.
import type { RestoreOptions, RestoreTarget, RowBatch } from '../backup/backup-port.ts'
import { backupTables, derivedTables, type BackupTable } from '../backup/backup-tables.ts'
import { databaseInUse, databaseNotEmpty, rowsRefused, unknownColumns } from '../backup/restore-error.ts'
import { migrations } from '../migrations/index.ts'
import { assertAllKnown, type AppliedMigration } from '../migrations/plan.ts'
import { releaseJobs } from '../sql/job-statements.ts'
import { connectForBackup, opening, type BackupConnection } from './backup-connection.ts'
import { applyMigrations, migrationLock, postgresColumnTypes } from './open-postgres.ts'
import { tablesOf } from './postgres-backup-source.ts'
import { postgresError } from './postgres-error.ts'

/** Parameters of one statement; Postgres takes 65,535. */
const mostParameters = 30_000
/** A running server does its housekeeping every ten seconds, and one that stops makes it due since ever. */
const recentMs = 10_000

/** Throws ConfigError `database_not_empty`, `database_in_use`, `schema_mismatch`, StoreError `store_unavailable`. */
export async function openPostgresTarget(url: string, options: RestoreOptions): Promise<RestoreTarget> {
  const connection = await connectForBackup(url, 'begin')
  const { client, description } = connection
  try {
    // A reader of the tables blocks their removal.
    await client.query(`set local lock_timeout = '5s'`)
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
    const there = await tablesOf(client)
    if (there.has('schema_migrations')) {
      if (!options.overwrite) throw databaseNotEmpty(description)
      if (await isInUse(client, there, options.nowMs)) throw databaseInUse(description)
      await dropTables(client)
    }
    await applyMigrations(client, migrations.slice(0, options.migrationCount), options.nowMs)
    return new PostgresTarget(connection)
  } catch (error) {
    await connection.close()
    throw opening(error, description)
  }
}

/** By a running server. */
export async function isInUse(
  client: BackupConnection['client'],
  tables: ReadonlySet<string>,
  nowMs: number,
): Promise<boolean> {
  return (await isHousekept(client, tables, nowMs)) || (await isConnected(client))
}

async function isConnected(client: BackupConnection['client']): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from pg_stat_activity
      where datname = current_database() and application_name = 'mintage' and pid <> pg_backend_pid()`,
  )
  return rows.length > 0
}

/** Also finds a server behind a connection pooler, which shares its connections. */
async function isHousekept(
  client: BackupConnection['client'],
  tables: ReadonlySet<string>,
  nowMs: number,
): Promise<boolean> {
  // A database that an older version left has no jobs.
  if (!tables.has('jobs')) return false
  const { rows } = await client.query(`select 1 from jobs where kind = 'housekeeping' and due_at_ms > $1`, [
    nowMs - recentMs,
  ])
  return rows.length > 0
}

/** Of a schema that this version knows: what a newer one made may not be ours to remove. */
async function dropTables(client: BackupConnection['client']): Promise<void> {
  const { rows } = await client.query<AppliedMigration>(
    'select id, name, hash from schema_migrations order by id',
  )
  assertAllKnown(rows, migrations, postgresColumnTypes)
  const names = [...derivedTables, ...backupTables, 'schema_migrations'].map((name) => `"${name}"`)
  await client.query(`drop table if exists ${names.join(', ')}`)
}

class PostgresTarget implements RestoreTarget {
  readonly #connection: BackupConnection
  readonly #client: BackupConnection['client']
  readonly #begun = new Set<BackupTable>()

  constructor(connection: BackupConnection) {
    this.#connection = connection
    this.#client = connection.client
  }

  async insert(table: BackupTable, { columns, rows }: RowBatch): Promise<void> {
    try {
      if (!this.#begun.has(table)) await this.#begin(table, columns)
      const atATime = Math.floor(mostParameters / columns.length)
      for (let start = 0; start < rows.length; start += atATime)
        await this.#insertSome(table, { columns, rows: rows.slice(start, start + atATime) })
    } catch (error) {
      throw rowsRefused(postgresError(error))
    }
  }

  async #insertSome(table: BackupTable, { columns, rows }: RowBatch): Promise<void> {
    const names = columns.map((name) => `"${name}"`).join(', ')
    const values = rows.map(
      (_, row) =>
        `(${columns.map((__, column) => `$${String(row * columns.length + column + 1)}`).join(', ')})`,
    )
    // `overriding`: numbers that the database gave out are given back as they were.
    await this.#client.query(
      `insert into "${table}" (${names}) overriding system value values ${values.join(', ')}`,
      rows.flat(),
    )
  }

  /** Names of columns come from the file and are compared with the table's own before they get into SQL. */
  async #begin(table: BackupTable, columns: readonly string[]): Promise<void> {
    const { fields } = await this.#client.query(`select * from "${table}" limit 0`)
    const unknown = unknownColumns(
      table,
      columns,
      fields.map(({ name }) => name),
    )
    if (unknown) throw unknown
    // Migrations put a few rows into new tables.
    await this.#client.query(`delete from "${table}"`)
    this.#begun.add(table)
  }

  async commit(): Promise<void> {
    try {
      if (this.#begun.has('jobs')) await this.#client.query(releaseJobs)
      await this.#continueNumbering()
      await this.#client.query('commit')
    } catch (error) {
      throw rowsRefused(postgresError(error))
    }
  }

  async #continueNumbering(): Promise<void> {
    const { rows } = await this.#client.query<{ table: string; column: string }>(
      `select table_name::text as "table", column_name::text as "column"
        from information_schema.columns where table_schema = current_schema() and is_identity = 'YES'`,
    )
    for (const { table, column } of rows) {
      await this.#client.query(
        `select setval(pg_get_serial_sequence($1, $2), coalesce(max("${column}"), 0) + 1, false) from "${table}"`,
        [table, column],
      )
    }
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}
