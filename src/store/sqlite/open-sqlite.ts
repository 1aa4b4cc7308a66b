// Opens the database file, created if it does not exist (readable only by its owner), and brings its schema up to date under SQLite's
// write lock: of two processes that start at once, one migrates and the other finds it done.
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../errors/index.ts'
import { makeFolder } from '../../files/index.ts'
import { migrations } from '../migrations/index.ts'
import type { ColumnTypes, Migration } from '../migrations/migration.ts'
import {
  assertServes,
  historyTable,
  oldestServing,
  oldestServingName,
  pendingMigrations,
  type AppliedMigration,
} from '../migrations/plan.ts'
import type { Database } from '../sql/database.ts'
import { SqliteDatabase, sqliteBuilder } from './sqlite-database.ts'
import { openingFailed } from '../store-error.ts'
import { sqliteError } from './sqlite-error.ts'

export const sqliteColumnTypes: ColumnTypes = {
  text: 'text',
  integer: 'integer',
  real: 'real',
  sequence: 'integer primary key autoincrement',
  keyedTable: ' strict, without rowid',
  table: ' strict',
  trigger: ({ name, after, statement }) => [
    `create trigger ${name} after ${after} for each row begin ${statement}; end`,
  ],
}

/** How long opening waits for another process that migrates. Nothing is served yet. */
const openingTimeoutMs = 5_000
/** How long SQLite waits by itself afterwards, because the event loop waits along; the rest is lock-wait.ts. */
const busyTimeoutMs = 2

/**
 * The cache (in KiB when negative) holds the upper levels of every index with a million users; SQLite walks its table at each commit,
 * so a larger one costs every commit (four times this: a fifth more). A checkpoint stops the event loop
 * for as long as the disk takes: at 16 MB of log, four times SQLite's default, it comes seldom and its pages are written once.
 * A reader that takes long, such as a backup, keeps the log from starting over, so that it grows; when it starts over it is cut to 32 MB.
 */
const settings = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma wal_autocheckpoint = 4000;
  pragma journal_size_limit = 33554432;
  pragma cache_size = -16384;
  pragma temp_store = memory;
  pragma trusted_schema = off;
`

export async function openSqlite(file: string, nowMs: number): Promise<Database> {
  try {
    await createFile(file)
    return await openOn(new DatabaseSync(file, { timeout: openingTimeoutMs }), file, nowMs)
  } catch (error) {
    throw openingFailed(error instanceof AppError ? error : sqliteError(error), `sqlite ${file}`)
  }
}

async function openOn(connection: DatabaseSync, file: string, nowMs: number): Promise<Database> {
  try {
    connection.exec(settings)
    migrate(connection, nowMs)
    connection.exec(`pragma busy_timeout = ${busyTimeoutMs}`)
    return await SqliteDatabase.on(file, connection)
  } catch (error) {
    connection.close()
    throw error
  }
}

/**
 * Touches the file only when it does not exist: opening and closing one that SQLite has open in this process would drop
 * SQLite's locks on it (POSIX advisory locks, sqlite.org/howtocorrupt.html §2.2).
 */
export async function createFile(file: string): Promise<void> {
  try {
    await makeFolder(dirname(file), 0o700)
    await (await open(file, 'wx', 0o600)).close()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

function migrate(connection: DatabaseSync, nowMs: number): void {
  connection.exec('begin immediate')
  try {
    applyMigrations(connection, migrations, nowMs)
    connection.exec('commit')
  } catch (error) {
    if (connection.isTransaction) connection.exec('rollback')
    throw error
  }
}

/** In the transaction that is open. */
export function applyMigrations(connection: DatabaseSync, known: readonly Migration[], nowMs: number): void {
  connection.exec(historyTable(sqliteColumnTypes))
  const { sql } = sqliteBuilder
    .selectFrom('schema_migrations')
    .select(['id', 'name', 'hash'])
    .orderBy('id')
    .compile()
  // Typed by tables.ts; a STRICT table holds nothing else.
  const applied = connection.prepare(sql).all() as unknown as AppliedMigration[]
  const pending = pendingMigrations(applied, known, sqliteColumnTypes)
  for (const { statements, ...migration } of pending) {
    for (const statement of statements) connection.exec(statement)
    connection
      .prepare('insert into schema_migrations (id, name, hash, applied_at_ms) values (?, ?, ?, ?)')
      .run(migration.id, migration.name, migration.hash, nowMs)
  }
  if (pending.length > 0) {
    connection
      .prepare(
        'insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
      )
      .run(oldestServingName, String(oldestServing(known)))
  }
  const oldest = connection.prepare('select value from meta where name = ?').get(oldestServingName)
  assertServes(applied, known, oldest === undefined ? undefined : String(oldest['value']))
}
