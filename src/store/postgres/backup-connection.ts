// One connection for a backup or a restore, in a transaction. Its statements may take long, and so may the pauses between them, which
// those of a server may not.
import { openingFailed } from '../store-error.ts'
import { DatabaseClock } from './database-clock.ts'
import type { Lease } from './host-pool.ts'
import { parsePostgresAddress } from './postgres-address.ts'
import { PostgresConnections, type ConnectionsDeps } from './postgres-connections.ts'
import { postgresError } from './postgres-error.ts'

const queryTimeoutMs = 3_600_000
/** Servers are known by their name. */
const applicationName = 'mintage backup'
/** The command ends with its error and has no log. */
const quiet: ConnectionsDeps = {
  clock: new DatabaseClock({ onSkew() {} }),
  log: { tell() {}, count() {}, close() {} },
}

export interface BackupConnection {
  readonly client: Lease['client']
  readonly description: string
  /** Ends the connection, and undoes what was not committed. */
  close(): Promise<void>
}

/** `begin`: the statement that begins the transaction. Throws StoreError `store_unavailable`. */
export async function connectForBackup(url: string, begin: string): Promise<BackupConnection> {
  const address = parsePostgresAddress(url)
  const connections = new PostgresConnections({ ...address, queryTimeoutMs, applicationName }, quiet)
  const { description } = address
  try {
    const lease = await connections.connect()
    const { client } = lease
    await client.query(begin)
    await client.query('set local idle_in_transaction_session_timeout = 0')
    await client.query('set local statement_timeout = 0')
    return {
      client,
      description,
      async close() {
        lease.release(new Error('the transaction is over'))
        await connections.close()
      },
    }
  } catch (error) {
    await connections.close()
    throw opening(error, description)
  }
}

/** Any error of it as ours. */
export function opening(error: unknown, description: string): Error {
  return openingFailed(postgresError(error), description)
}
