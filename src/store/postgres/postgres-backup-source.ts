// One moment of a Postgres database for a backup: a repeatable-read transaction, read by cursors.
import type { BackupRow, BackupSource } from '../backup/backup-port.ts'
import { backupTables, type BackupTable } from '../backup/backup-tables.ts'
import { migrations } from '../migrations/index.ts'
import { assertAllKnown, type AppliedMigration } from '../migrations/plan.ts'
import type { SqlValue } from '../sql/database.ts'
import { unavailable } from '../store-error.ts'
import { connectForBackup, opening, type BackupConnection } from './backup-connection.ts'
import { postgresColumnTypes } from './open-postgres.ts'
import { postgresError } from './postgres-error.ts'

const rowsAtATime = 500

/** Throws StoreError `store_unavailable`, ConfigError `schema_mismatch`. */
export async function openPostgresSource(url: string): Promise<BackupSource> {
  const connection = await connectForBackup(url, 'begin isolation level repeatable read, read only')
  try {
    return await sourceOn(connection)
  } catch (error) {
    await connection.close()
    throw opening(error, connection.description)
  }
}

async function sourceOn(connection: BackupConnection): Promise<BackupSource> {
  const { client } = connection
  const there = await tablesOf(client)
  if (!there.has('schema_migrations')) throw unavailable('The database holds nothing of Mintage.')
  const { rows: applied } = await client.query<AppliedMigration>(
    'select id, name, hash from schema_migrations order by id',
  )
  assertAllKnown(applied, migrations, postgresColumnTypes)
  return {
    kind: 'postgres',
    migrations: applied.map(({ id, name }) => ({ id, name })),
    tables: backupTables.filter((table) => there.has(table)),
    async columns(table) {
      const { fields } = await client.query(`select * from "${table}" limit 0`)
      return fields.map(({ name }) => name)
    },
    rows: (table) => rowsOf(client, table),
    close: () => connection.close(),
  }
}

export async function tablesOf(client: BackupConnection['client']): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    `select table_name::text as name from information_schema.tables where table_schema = current_schema()`,
  )
  return new Set(rows.map(({ name }) => name))
}

async function* rowsOf(
  client: BackupConnection['client'],
  table: BackupTable,
): AsyncGenerator<readonly BackupRow[]> {
  try {
    await client.query(`declare backup no scroll cursor for select * from "${table}"`)
    for (;;) {
      const { rows } = await client.query<SqlValue[]>({
        text: `fetch ${String(rowsAtATime)} from backup`,
        rowMode: 'array',
      })
      if (rows.length === 0) return
      yield rows
    }
  } catch (error) {
    throw postgresError(error)
  } finally {
    // Also for a reader that has seen enough. After an error the transaction takes no more statements, and needs none.
    await client.query('close backup').catch(() => {})
  }
}
