// One moment of a SQLite database for a backup: a read transaction of a process of its own, beside a server that goes on writing.
import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../errors/index.ts'
import type { BackupRow, BackupSource } from '../backup/backup-port.ts'
import { backupTables, type BackupTable } from '../backup/backup-tables.ts'
import { migrations } from '../migrations/index.ts'
import { assertAllKnown, type AppliedMigration } from '../migrations/plan.ts'
import { openingFailed } from '../store-error.ts'
import { sqliteColumnTypes } from './open-sqlite.ts'
import { sqliteError } from './sqlite-error.ts'

const rowsAtATime = 500

/** Throws StoreError `store_unavailable`, `store_corrupt`, ConfigError `schema_mismatch`. */
export function openSqliteSource(file: string): BackupSource {
  const description = `sqlite ${file}`
  if (!existsSync(file)) throw openingFailed(sqliteError(new Error('no such file')), description)
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
    connection.exec('begin')
    return sourceOn(connection, description)
  } catch (error) {
    connection?.close()
    throw openingFailed(sqliteError(error), description)
  }
}

function sourceOn(connection: DatabaseSync, description: string): BackupSource {
  const applied = connection
    .prepare('select id, name, hash from schema_migrations order by id')
    .all() as unknown as AppliedMigration[]
  assertAllKnown(applied, migrations, sqliteColumnTypes)
  assertWhole(connection, description)
  const names = connection.prepare(`select name from sqlite_schema where type = 'table'`).all()
  const there = new Set(names.map(({ name }) => String(name)))
  return {
    kind: 'sqlite',
    migrations: applied.map(({ id, name }) => ({ id, name })),
    tables: backupTables.filter((table) => there.has(table)),
    async columns(table) {
      return connection
        .prepare(`select * from "${table}"`)
        .columns()
        .map(({ name }) => name)
    },
    rows: (table) => rowsOf(connection, table),
    async close() {
      connection.close()
    },
  }
}

/** A copy of damage would only be found when it is needed. */
function assertWhole(connection: DatabaseSync, description: string): void {
  const [found] = connection.prepare('pragma integrity_check(1)').all()
  if (found?.['integrity_check'] === 'ok') return
  throw new StoreError('store_corrupt', `The database file is damaged (${description}).`, {
    hint: 'Restore the last good backup. Its rows may still be read by `sqlite3 FILE .recover`.',
  })
}

async function* rowsOf(connection: DatabaseSync, table: BackupTable): AsyncGenerator<readonly BackupRow[]> {
  let batch: BackupRow[] = []
  for (const row of connection.prepare(`select * from "${table}"`).iterate()) {
    // STRICT tables hold texts and numbers, and NULL.
    batch.push(Object.values(row) as BackupRow)
    if (batch.length < rowsAtATime) continue
    yield batch
    batch = []
    // Signals and the terminal get their turn.
    await setImmediate()
  }
  yield batch
}
