// A SQLite database that is restored: made whole and checked in a file of its own, which then takes the place of the one that was there.
// A server that has that one open would go on with a file without a name, so the place is taken only under SQLite's exclusive lock.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError } from '../../errors/index.ts'
import { makeFolder } from '../../files/index.ts'
import type { RestoreOptions, RestoreTarget, RowBatch } from '../backup/backup-port.ts'
import type { BackupTable } from '../backup/backup-tables.ts'
import { databaseInUse, databaseNotEmpty, rowsRefused, unknownColumns } from '../backup/restore-error.ts'
import { syncFolder } from '../backup/write-backup.ts'
import { migrations } from '../migrations/index.ts'
import { releaseJobs } from '../sql/job-statements.ts'
import { openingFailed } from '../store-error.ts'
import { applyMigrations, createFile } from './open-sqlite.ts'
import { isBusy } from './lock-wait.ts'
import { isDamage, sqliteError } from './sqlite-error.ts'

/** Throws ConfigError `database_not_empty`, `database_in_use`, StoreError `store_unavailable`. */
export async function openSqliteTarget(file: string, options: RestoreOptions): Promise<RestoreTarget> {
  const description = `sqlite ${file}`
  const isThere = existsSync(file)
  if (isThere && !options.overwrite) throw databaseNotEmpty(description)
  await makeFolder(dirname(file), 0o700)
  const lock = isThere ? lockAlone(file, description) : undefined
  const draft = `${file}.restoring-${randomBytes(4).toString('hex')}`
  try {
    await createFile(draft)
    return new SqliteTarget({ file, draft, lock, connection: newDatabase(draft, options) })
  } catch (error) {
    lock?.close()
    await rm(draft, { force: true })
    throw openingFailed(sqliteError(error), description)
  }
}

/** A connection that keeps every other one out, or nothing when the file is too damaged to be opened. */
export function lockAlone(file: string, description: string): DatabaseSync | undefined {
  const connection = new DatabaseSync(file, { timeout: 1_000 })
  try {
    connection.exec('pragma locking_mode = exclusive')
    connection.exec('begin exclusive')
    connection.exec('commit')
    return connection
  } catch (error) {
    connection.close()
    if (isBusy(error)) throw databaseInUse(description)
    if (isDamage(error)) return undefined
    throw sqliteError(error)
  }
}

/** Only this process sees the draft, and after a crash it is deleted, so it needs no journal. */
function newDatabase(draft: string, { migrationCount, nowMs }: RestoreOptions): DatabaseSync {
  const connection = new DatabaseSync(draft)
  connection.exec('pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off; begin')
  applyMigrations(connection, migrations.slice(0, migrationCount), nowMs)
  return connection
}

interface Parts {
  readonly file: string
  readonly draft: string
  readonly lock: DatabaseSync | undefined
  readonly connection: DatabaseSync
}

class SqliteTarget implements RestoreTarget {
  readonly #parts: Parts
  readonly #begun = new Set<BackupTable>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async insert(table: BackupTable, { columns, rows }: RowBatch): Promise<void> {
    const { connection } = this.#parts
    try {
      if (!this.#begun.has(table)) this.#begin(table, columns)
      const names = columns.map((name) => `"${name}"`).join(', ')
      const slots = columns.map(() => '?').join(', ')
      const insert = connection.prepare(`insert into "${table}" (${names}) values (${slots})`)
      for (const row of rows) insert.run(...row)
    } catch (error) {
      throw rowsRefused(sqliteError(error))
    }
  }

  /** Names of columns come from the file and are compared with the table's own before they get into SQL. */
  #begin(table: BackupTable, columns: readonly string[]): void {
    const { connection } = this.#parts
    const known = connection.prepare('select name from pragma_table_info(?)').all(table)
    const unknown = unknownColumns(
      table,
      columns,
      known.map(({ name }) => String(name)),
    )
    if (unknown) throw unknown
    // Migrations put a few rows into new tables.
    connection.exec(`delete from "${table}"`)
    this.#begun.add(table)
  }

  async commit(): Promise<void> {
    const { connection, draft, file, lock } = this.#parts
    try {
      if (this.#begun.has('jobs')) connection.exec(releaseJobs)
      connection.exec('commit')
      this.#check()
      connection.close()
      await syncFile(draft)
      // The log of the old file must be gone before a new one has its name: SQLite would replay it into that.
      if (lock) leaveLog(lock)
      for (const suffix of ['-wal', '-shm']) await rm(`${file}${suffix}`, { force: true })
      await rename(draft, file)
      await syncFolder(dirname(file))
    } catch (error) {
      throw sqliteError(error)
    }
  }

  #check(): void {
    const { connection } = this.#parts
    const broken = connection.prepare('pragma foreign_key_check').all()
    const [integrity] = connection.prepare('pragma integrity_check(1)').all()
    if (broken.length > 0 || integrity?.['integrity_check'] !== 'ok')
      throw new ConfigError(
        'backup_invalid',
        'The backup holds records that refer to others which it lacks.',
        {
          hint: 'Nothing was changed. Use another backup.',
        },
      )
  }

  async close(): Promise<void> {
    const { connection, draft, lock } = this.#parts
    if (connection.isOpen) connection.close()
    await rm(draft, { force: true })
    if (lock?.isOpen) lock.close()
  }
}

/** Fails on a damaged file, which loses nothing by it. */
function leaveLog(lock: DatabaseSync): void {
  try {
    lock.exec('pragma journal_mode = delete')
  } catch (error) {
    if (!isDamage(error)) throw error
    lock.close()
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
