// The port on pg. The statements of a commit go out together and are answered together (pipelining), so a commit takes two round
// trips however long it is. Every write waits for the disk of the database server, `lazy` ones too: it costs this process
// nothing. An operator who switches synchronous_commit off gives up durability.
//
// When a connection is lost, work is done again only where nothing can have been written (docs/decisions/0026): reads, and
// transactions whose COMMIT was not sent. A write whose answer is lost may have happened, so it fails.
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type RawBuilder,
} from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { QueryResult } from 'pg'
import type { CommitOutcome, Database, Statement, Write, WriteResult } from '../sql/database.ts'
import type { Tables } from '../sql/tables.ts'
import { databaseTimeSql, type DatabaseClock } from './database-clock.ts'
import type { Lease } from './host-pool.ts'
import type { PostgresConnections } from './postgres-connections.ts'
import { isConflictOfTransactions, isConnectionLost, isSilence, postgresError } from './postgres-error.ts'

/** Builds SQL in Postgres' dialect; it has no connection. */
export const postgresBuilder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

interface AskedRead {
  readonly statement: Statement
  readonly answer: (result: QueryResult) => void
  readonly fail: (error: unknown) => void
}

/** Half of what the catalog's contract allows, so that a slow answer still keeps it. */
const recheckAfterMs = 500

const maxAttempts = 5

const clockReadEveryMs = 10_000

/**
 * Statements of one commit that are sent before the first answer is awaited. The driver's time-out of each begins when it is sent, so the
 * whole list of a large commit would have to fit into the time of one query.
 */
const statementsPerRoundTrip = 50

export interface PostgresDatabaseDeps {
  readonly connections: PostgresConnections
  readonly clock: DatabaseClock
  readonly description: string
}

export class PostgresDatabase implements Database {
  readonly description: string
  readonly builder = postgresBuilder
  readonly jsonArrayFrom = jsonArrayFrom
  readonly isIn = isIn
  readonly rowsOf = rowsOf
  readonly #connections: PostgresConnections
  /** Names of prepared statements, by their SQL. */
  readonly #names = new Map<string, string>()
  readonly #clock: DatabaseClock
  readonly #clockReading: NodeJS.Timeout
  readonly #asked: AskedRead[] = []
  #checkedAtMs = -Infinity

  constructor({ connections, clock, description }: PostgresDatabaseDeps) {
    this.#connections = connections
    this.#clock = clock
    this.description = description
    // New connections read the clock as well; under a steady load no connection is new. Requests that fail beside it tell of a failure.
    this.#clockReading = setInterval(() => void this.#readClock().catch(() => {}), clockReadEveryMs).unref()
  }

  all<Row>(statement: Statement<Row>): Promise<readonly Row[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>()
    this.#asked.push({
      statement,
      // The builder typed the row from tables.ts, and the columns have these types.
      answer: ({ rows }) => resolve(rows as Row[]),
      fail: reject,
    })
    if (this.#asked.length === 1) queueMicrotask(() => this.#readTogether(this.#asked.splice(0)))
    return promise
  }

  async write<Row>(statement: Statement<Row>): Promise<WriteResult<Row>> {
    const { rowCount, rows } = await this.#run(({ client }) => this.#query(client, statement), never)
    return { changes: rowCount ?? 0, rows: rows as Row[] }
  }

  async commit(writes: readonly Write[]): Promise<CommitOutcome> {
    const [only] = writes
    if (only === undefined) return { kind: 'committed' }
    if (writes.length > 1) return this.#transaction(writes)
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
    clearInterval(this.#clockReading)
    return this.#connections.close()
  }

  /** Reads that were asked for in one turn of the event loop share a connection and a round trip; each has its own answer. */
  #readTogether(asked: readonly AskedRead[]): void {
    const work = async ({ client }: Lease) => {
      const answers = await Promise.allSettled(asked.map(({ statement }) => this.#query(client, statement)))
      const lost = answers.find((one) => one.status === 'rejected' && isConnectionLost(one.reason))
      if (lost?.status === 'rejected') throw lost.reason
      return answers
    }
    this.#run(work, always).then(
      (answers) => {
        for (const [index, one] of answers.entries()) {
          if (one.status === 'fulfilled') asked[index]?.answer(one.value)
          else asked[index]?.fail(postgresError(one.reason))
        }
      },
      (error: unknown) => {
        for (const { fail } of asked) fail(error)
      },
    )
  }

  #transaction(writes: readonly Write[]): Promise<CommitOutcome> {
    let isCommitSent = false
    const work = async (lease: Lease): Promise<CommitOutcome> => {
      const results = await this.#sendAll(lease, writes)
      const index = writes.findIndex(({ mustChange }, at) => mustChange && results[at]?.rowCount === 0)
      if (index !== -1) {
        // Undone also when the connection ends first.
        await lease.client.query('rollback').catch(() => {})
        return { kind: 'undone', index }
      }
      isCommitSent = !lease.isBroken
      await lease.client.query('commit')
      return { kind: 'committed' }
    }
    return this.#run(work, () => !isCommitSent)
  }

  /** Rejects with the first error, which is the cause of those after it; all that were sent have been answered by then. */
  async #sendAll({ client }: Lease, writes: readonly Write[]): Promise<QueryResult[]> {
    const results: QueryResult[] = []
    for (let sent = 0; sent < writes.length; sent += statementsPerRoundTrip) {
      const portion = writes.slice(sent, sent + statementsPerRoundTrip)
      // oxlint-disable-next-line no-await-in-loop -- each portion has the time of one query
      const settled = await Promise.allSettled([
        ...(sent === 0 ? [client.query('begin')] : []),
        ...portion.map(({ statement }) => this.#query(client, statement)),
      ])
      const answers = settled.map((one) => {
        if (one.status === 'rejected') throw one.reason
        return one.value
      })
      results.push(...(sent === 0 ? answers.slice(1) : answers))
    }
    return results
  }

  #query(on: Lease['client'], { sql, parameters }: Statement): Promise<QueryResult> {
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

  /**
   * Does the work again, a bounded number of times, when certainly nothing came of it: two transactions stood in each other's way, or
   * the connection was lost and `isHarmless` says that the database received nothing that counts. Work that was answered nothing for
   * the whole of its time has waited long enough.
   */
  async #run<Result>(work: (lease: Lease) => Promise<Result>, isHarmless: () => boolean): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      // oxlint-disable-next-line no-await-in-loop -- the next attempt depends on this one
      const lease = await this.#connect()
      try {
        // oxlint-disable-next-line no-await-in-loop -- as above
        const result = await work(lease)
        lease.release()
        return result
      } catch (error) {
        lease.release(error)
        const isLost = isConnectionLost(error) && !isSilence(error)
        const mayRepeat = isConflictOfTransactions(error) || (isLost && isHarmless())
        if (attempt === maxAttempts || !mayRepeat) throw postgresError(error)
      }
      // Random, so that two transactions do not meet again.
      // oxlint-disable-next-line no-await-in-loop -- as above
      await setTimeout(Math.random() * 10 * 2 ** attempt)
    }
  }

  async #readClock(): Promise<void> {
    const askedMs = performance.now()
    const [row] = await this.all<{ now_ms: number }>({
      sql: `select ${databaseTimeSql} as now_ms`,
      parameters: [],
    })
    if (row) this.#clock.read({ databaseMs: row.now_ms, askedMs, answeredMs: performance.now() })
  }

  async #connect(): Promise<Lease> {
    try {
      return await this.#connections.connect()
    } catch (error) {
      throw postgresError(error)
    }
  }
}

const always = () => true
const never = () => false

/** `array(…)` is made once, before the index is looked into. */
function isIn(column: string, jsonList: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} = any (array(select json_array_elements_text(${jsonList}::json)))`
}

function rowsOf(table: keyof Tables, names: readonly string[], jsonList: string): RawBuilder<unknown> {
  const columns = sql.join(names.map((name) => sql.ref(name)))
  return sql`select ${columns} from json_populate_recordset(null::${sql.table(table)}, ${jsonList}::json)`
}
