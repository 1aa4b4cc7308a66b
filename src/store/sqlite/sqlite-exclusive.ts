// A SQLite database that this process has for itself: SQLite's exclusive lock keeps every other connection out until it is closed.
import type { DatabaseSync } from 'node:sqlite'
import type { ExclusiveDatabase } from '../exclusive-database.ts'
import type { SealedColumn } from '../sql/sealed-columns.ts'
import { openingFailed } from '../store-error.ts'
import { sqliteError } from './sqlite-error.ts'
import { lockAlone } from './sqlite-restore-target.ts'

/** Throws ConfigError `database_in_use`, StoreError `store_unavailable`. */
export function openSqliteExclusively(file: string): ExclusiveDatabase {
  const description = `sqlite ${file}`
  const connection = lockAlone(file, description)
  if (!connection) throw openingFailed(new Error('The file is damaged.'), description)
  try {
    connection.exec('pragma synchronous = full; begin immediate')
    const rows = connection.prepare('select id from schema_migrations order by id').all()
    return exclusive(connection, { description, migrations: rows.map(({ id }) => Number(id)) })
  } catch (error) {
    connection.close()
    throw openingFailed(sqliteError(error), description)
  }
}

function exclusive(
  connection: DatabaseSync,
  facts: Pick<ExclusiveDatabase, 'description' | 'migrations'>,
): ExclusiveDatabase {
  return {
    ...facts,
    async rows({ table, key, column }) {
      const sql = `select "${key}" as "key", "${column}" as "value" from "${table}" where "${column}" is not null`
      return connection
        .prepare(sql)
        .all()
        .map((row) => ({ key: String(row['key']), value: String(row['value']) }))
    },
    async replace({ table, key, column }: SealedColumn, row, value) {
      connection.prepare(`update "${table}" set "${column}" = ? where "${key}" = ?`).run(value, row)
    },
    async commit() {
      try {
        connection.exec('commit')
      } catch (error) {
        throw sqliteError(error)
      }
    },
    async close() {
      connection.close()
    },
  }
}
