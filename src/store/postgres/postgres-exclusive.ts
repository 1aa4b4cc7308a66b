// A Postgres database that this process has for itself: no server is connected, and one that starts waits for the lock that a start
// takes for its migrations.
import type { ExclusiveDatabase } from '../exclusive-database.ts'
import { connectForBackup, opening } from './backup-connection.ts'
import { migrationLock } from './open-postgres.ts'
import { tablesOf } from './postgres-backup-source.ts'
import { postgresError } from './postgres-error.ts'
import { isInUse } from './postgres-restore-target.ts'
import { databaseInUse } from '../backup/restore-error.ts'

/** Throws ConfigError `database_in_use`, StoreError `store_unavailable`. */
export async function openPostgresExclusively(url: string, nowMs: number): Promise<ExclusiveDatabase> {
  const connection = await connectForBackup(url, 'begin')
  const { client, description } = connection
  try {
    await client.query(`set local lock_timeout = '5s'`)
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
    if (await isInUse(client, await tablesOf(client), nowMs)) throw databaseInUse(description)
    const { rows } = await client.query<{ id: number }>('select id from schema_migrations order by id')
    return {
      description,
      migrations: rows.map(({ id }) => Number(id)),
      async rows({ table, key, column }) {
        const found = await client.query<{ key: string; value: string }>(
          `select "${key}" as "key", "${column}" as "value" from "${table}" where "${column}" is not null`,
        )
        return found.rows
      },
      async replace({ table, key, column }, row, value) {
        await client.query(`update "${table}" set "${column}" = $1 where "${key}" = $2`, [value, row])
      },
      async commit() {
        await client.query('commit').catch((error: unknown) => {
          throw postgresError(error)
        })
      },
      close: () => connection.close(),
    }
  } catch (error) {
    await connection.close()
    throw opening(error, description)
  }
}
