// Connects to Postgres and brings its schema up to date under an advisory lock: of two processes that start at once, one migrates
// and the other finds it done.
import { Pool, types, type PoolClient } from 'pg'
import { AppError } from '../../errors/index.ts'
import { migrations } from '../migrations/index.ts'
import type { ColumnTypes } from '../migrations/migration.ts'
import { historyTable, pendingMigrations } from '../migrations/plan.ts'
import type { Database } from '../sql/database.ts'
import { openingFailed, unavailable } from '../store-error.ts'
import { PostgresDatabase, postgresBuilder } from './postgres-database.ts'
import { postgresError } from './postgres-error.ts'

const columnTypes: ColumnTypes = {
  text: 'text collate "C"',
  integer: 'bigint',
  real: 'double precision',
  sequence: 'bigint generated always as identity primary key',
  keyedTable: '',
  table: '',
}

const connectTimeoutMs = 5_000
const statementTimeoutMs = 10_000
/** A transaction of ours waits for nothing but the network. */
const idleInTransactionTimeoutMs = 10_000
const maxConnections = 10

/** Any number that other software in the same database is unlikely to lock. */
const migrationLock = 7_461_902_385

export async function openPostgres(url: string, nowMs: number): Promise<Database> {
  const description = describe(url)
  const pool = connect(url)
  try {
    const client = await pool.connect()
    try {
      await migrate(client, nowMs)
    } finally {
      client.release()
    }
    return new PostgresDatabase(pool, description)
  } catch (error) {
    await pool.end()
    throw openingFailed(error instanceof AppError ? error : postgresError(error), description)
  }
}

function connect(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'mintage',
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    pipeline: true,
    types: { getTypeParser },
  })
  // A connection that breaks while nobody uses it is replaced; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

/** Without user, password and parameters. */
function describe(url: string): string {
  const { host, pathname } = parseUrl(url)
  return `postgres ${host}${pathname}`
}

function parseUrl(url: string): URL {
  try {
    return new URL(url)
  } catch {
    // The parser's error quotes the URL, password and all.
    throw unavailable('The address of the database is not a URL: postgres://user:password@host:port/name.')
  }
}

/** Integers of 64 bits as numbers (ours are times and counts, below 2^53); JSON stays text, as on SQLite. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (oid === types.builtins.INT8) return Number
  if (oid === types.builtins.JSON) return String
  return types.getTypeParser(oid, format)
}

async function migrate(client: PoolClient, nowMs: number): Promise<void> {
  await client.query('begin')
  try {
    // A migration, or the wait for another process that runs it, may take its time.
    await client.query('set local statement_timeout = 0')
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
    await client.query(historyTable(columnTypes))
    const { sql } = postgresBuilder
      .selectFrom('schema_migrations')
      .select(['id', 'name', 'hash'])
      .orderBy('id')
      .compile()
    const { rows } = await client.query<{ id: number; name: string; hash: string }>(sql)
    for (const { statements, id, name, hash } of pendingMigrations(rows, migrations, columnTypes)) {
      for (const statement of statements) await client.query(statement)
      await client.query(
        'insert into schema_migrations (id, name, hash, applied_at_ms) values ($1, $2, $3, $4)',
        [id, name, hash, nowMs],
      )
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}
