// The port on pg. The statements of a commit go out together and are answered together (pipelining), so a commit takes two round
// trips however long it is. Every write waits for the disk of the database server, `lazy` ones too: it costs this process
// nothing. Whoever switches synchronous_commit off on the server gives up durability.
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Pool, PoolClient, QueryResult } from 'pg'
import type { CommitOutcome, Database, Statement, Write, WriteResult } from '../sql/database.ts'
import type { Tables } from '../sql/tables.ts'
import { isRetryable, postgresError } from './postgres-error.ts'

/** Builds SQL in Postgres' dialect; it has no connection. */
export const postgresBuilder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** Half of what the catalog's contract allows, so that a slow answer still keeps it. */
const recheckAfterMs = 500

const maxAttempts = 5

type Queryable = Pick<Pool, 'query'> | Pick<PoolClient, 'query'>

export class PostgresDatabase implements Database {
  readonly description: string
  readonly builder = postgresBuilder
  readonly jsonArrayFrom = jsonArrayFrom
  readonly #pool: Pool
  /** Names of prepared statements, by their SQL. */
  readonly #names = new Map<string, string>()
  #checkedAtMs = -Infinity

  constructor(pool: Pool, description: string) {
    this.#pool = pool
    this.description = description
  }

  async all<Row>(statement: Statement<Row>): Promise<readonly Row[]> {
    const { rows } = await this.write(statement)
    return rows
  }

  async write<Row>(statement: Statement<Row>): Promise<WriteResult<Row>> {
    const { rowCount, rows } = await withRetries(() => this.#query(this.#pool, statement))
    // The builder typed the row from tables.ts, and the columns have these types.
    return { changes: rowCount ?? 0, rows: rows as Row[] }
  }

  async commit(writes: readonly Write[]): Promise<CommitOutcome> {
    const [only] = writes
    if (only === undefined) return { kind: 'committed' }
    if (writes.length > 1) return withRetries(() => this.#transaction(writes))
    // A single statement is a transaction of its own.
    const { changes } = await this.write(only.statement)
    return only.mustChange && changes === 0 ? { kind: 'undone', index: 0 } : { kind: 'committed' }
  }

  check(): Promise<{ readonly isSuspect: boolean }> {
    // The write that follows says it all.
    return Promise.resolve({ isSuspect: false })
  }

  settled(): Promise<void> {
    // Readers see a commit only after it is on the disk.
    return Promise.resolve()
  }

  mayHaveChangedElsewhere(): boolean {
    const nowMs = performance.now()
    if (nowMs - this.#checkedAtMs < recheckAfterMs) return false
    this.#checkedAtMs = nowMs
    return true
  }

  foreignVersion(): undefined {
    return undefined
  }

  close(): Promise<void> {
    return this.#pool.end()
  }

  async #transaction(writes: readonly Write[]): Promise<CommitOutcome> {
    const client = await this.#pool.connect()
    let failure: unknown
    try {
      const results = await this.#sendAll(client, writes)
      const index = writes.findIndex(({ mustChange }, at) => mustChange && results[at]?.rowCount === 0)
      await client.query(index === -1 ? 'commit' : 'rollback')
      return index === -1 ? { kind: 'committed' } : { kind: 'undone', index }
    } catch (error) {
      failure = error
      throw error
    } finally {
      // After an error the connection is in an unknown state: closing it rolls back whatever is open.
      client.release(failure !== undefined)
    }
  }

  /** Rejects with the first error, which is the cause of those after it; all have been answered by then. */
  async #sendAll(client: PoolClient, writes: readonly Write[]): Promise<QueryResult[]> {
    const begin = client.query('begin')
    const settled = await Promise.allSettled([
      begin,
      ...writes.map(({ statement }) => this.#query(client, statement)),
    ])
    const results = settled.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
    return results.slice(1)
  }

  #query(on: Queryable, { sql, parameters }: Statement): Promise<QueryResult> {
    return on.query({ name: this.#nameOf(sql), text: sql, values: [...parameters] })
  }

  /** By content, so that a connection pooler between may share prepared statements among processes. */
  #nameOf(sql: string): string {
    let name = this.#names.get(sql)
    if (name === undefined) {
      name = createHash('sha256').update(sql).digest('hex').slice(0, 32)
      this.#names.set(sql, name)
    }
    return name
  }
}

/** Bounded, and for those errors alone that say that nothing was done. */
async function withRetries<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next attempt depends on this one
      return await work()
    } catch (error) {
      if (!isRetryable(error) || attempt === maxAttempts) throw postgresError(error)
    }
    // Random, so that the two do not meet again.
    await setTimeout(Math.random() * 10 * 2 ** attempt)
  }
}
