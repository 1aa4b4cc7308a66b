// The connections to one host: the driver's pool, and what it leaves open. The `error` event of a connection must not end the process,
// idle or in use; a connection that answers nothing takes those beside it along; and closing does not depend on the far side.
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { Client, Pool, types, type ClientConfig, type PoolClient } from 'pg'
import { databaseTimeSql, type DatabaseClock } from './database-clock.ts'
import type { PostgresAddress } from './postgres-address.ts'
import { isConnectionLost, isSilence, isTooManyConnections, readOnlyHost } from './postgres-error.ts'

export interface HostPoolOptions extends Omit<PostgresAddress, 'urls' | 'description'> {
  readonly url: string
  /** By which others know its sessions; `mintage` is a server. */
  readonly applicationName?: string
  readonly clock: DatabaseClock
  /** Called with each connection that broke, idle or in use. */
  readonly onLost: (error: unknown) => void
}

/** A connection for one piece of work. */
export interface Lease {
  readonly client: Pick<PoolClient, 'query'>
  /** It is known to be lost: what is sent from here on reaches nothing. */
  readonly isBroken: boolean
  /** After a failure the connection is in an unknown state: ending it undoes whatever is open. */
  release(failure?: unknown): void
}

/** How long work waits for a connection that other work uses. */
export const checkoutTimeoutMs = 5_000
/** Our transactions wait for nothing but the network. */
const idleInTransactionTimeoutMs = 10_000
/** After so long without traffic the system asks every second whether the other end is there; ten questions are its limit. */
const keepAliveDelayMs = 5_000
/** How long the number of connections stays where Postgres refused another one. */
const fullForMs = 1_000
/** For a polite end of all connections; then their sockets are destroyed. */
const goodbyeMs = 1_000

export class HostPool {
  readonly #pool: Pool
  readonly #open = new Set<PoolClient>()
  readonly #leased = new Set<PoolClient>()
  readonly #maxConnections: number
  readonly #onLost: HostPoolOptions['onLost']
  #fullUntilMs = -Infinity

  constructor(options: HostPoolOptions) {
    const { url, maxConnections, connectTimeoutMs, queryTimeoutMs, onLost } = options
    const { applicationName = 'mintage' } = options
    this.#maxConnections = maxConnections
    this.#onLost = onLost
    class HostClient extends Client {
      constructor(config: ClientConfig = {}) {
        super({ ...config, connectionTimeoutMillis: connectTimeoutMs })
        // From the first moment to the last: the queries under way report it themselves.
        this.on('error', () => {})
      }
    }
    this.#pool = new Pool({
      connectionString: url,
      application_name: applicationName,
      Client: HostClient,
      // One stays, so that a full server leaves no replica without any.
      min: 1,
      max: maxConnections,
      connectionTimeoutMillis: checkoutTimeoutMs,
      query_timeout: queryTimeoutMs,
      // The server gives up first, so that it can say so.
      statement_timeout: Math.floor(queryTimeoutMs * 0.8),
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveDelayMs,
      pipeline: true,
      types: { getTypeParser },
      verify: (client, done) => {
        examine(client, options).then(
          () => done(),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        )
      },
    })
    this.#pool.on('error', onLost)
    this.#pool.on('connect', (client) => {
      this.#open.add(client)
      client.on('end', () => void this.#open.delete(client))
    })
  }

  async connect(): Promise<Lease> {
    if (performance.now() > this.#fullUntilMs) this.#pool.options.max = this.#maxConnections
    try {
      return this.#lease(await this.#pool.connect())
    } catch (error) {
      if (isTooManyConnections(error)) this.#stayAsItIs()
      throw error
    }
  }

  async close(): Promise<void> {
    await Promise.race([this.#pool.end(), setTimeout(goodbyeMs, undefined, { ref: false })])
    // A socket whose other end is silent would stay, and the process with it.
    for (const client of this.#open) destroy(client)
  }

  #lease(client: PoolClient): Lease {
    let isBroken = false
    const onError = () => void (isBroken = true)
    client.on('error', onError)
    this.#leased.add(client)
    return {
      client,
      get isBroken() {
        return isBroken
      },
      release: (failure) => {
        this.#leased.delete(client)
        client.release(failure !== undefined)
        client.off('error', onError)
        if (failure !== undefined && isConnectionLost(failure)) this.#onLost(failure)
        if (isSilence(failure)) this.#dropIdle()
      },
    }
  }

  /** Where one is silent the others are as well; each would cost its next user a whole time-out. */
  #dropIdle(): void {
    for (const client of this.#open) if (!this.#leased.has(client)) destroy(client)
  }

  /** Work waits for a connection that there is, instead of asking a full server again and again. */
  #stayAsItIs(): void {
    this.#fullUntilMs = performance.now() + fullForMs
    this.#pool.options.max = Math.max(1, this.#pool.totalCount)
  }
}

function destroy(client: PoolClient): void {
  client.connection.stream.destroy()
}

/**
 * What a new connection is asked: the time, and whether it leads to a server that takes writes. From a standby, or a primary that was
 * switched to read-only, another host may be the one to go to.
 */
async function examine(
  client: PoolClient,
  { clock, isWritableRequired }: Pick<HostPoolOptions, 'clock' | 'isWritableRequired'>,
): Promise<void> {
  const askedMs = performance.now()
  const { rows } = await client.query<{ now_ms: number; read_only: string }>(
    `select ${databaseTimeSql} as now_ms, current_setting('transaction_read_only') as read_only`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('the database did not say what time it is')
  clock.read({ databaseMs: row.now_ms, askedMs, answeredMs: performance.now() })
  if (isWritableRequired && row.read_only === 'on') throw readOnlyHost()
}

/** Integers of 64 bits as numbers (ours are times and counts, below 2^53); JSON stays text, as on SQLite. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (oid === types.builtins.INT8) return Number
  if (oid === types.builtins.JSON) return String
  return types.getTypeParser(oid, format)
}
