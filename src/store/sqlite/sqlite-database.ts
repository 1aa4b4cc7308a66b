// The port on node:sqlite. Every commit begins and ends in one turn of the event loop, so nothing in this process can come between
// its statements; other processes are kept out by SQLite's own lock. Only the wait for the disk is asynchronous (wal-sync.ts).
import { performance } from 'node:perf_hooks'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/sqlite'
import type { CommitOutcome, Database, Durability, Statement, Write, WriteResult } from '../sql/database.ts'
import type { Tables } from '../sql/tables.ts'
import { sqliteError } from './sqlite-error.ts'
import type { WalSync } from './wal-sync.ts'

/** Builds SQL in SQLite's dialect; it has no connection. */
export const sqliteBuilder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRows: boolean
}

const lookEveryMs = 100

export class SqliteDatabase implements Database {
  readonly description: string
  readonly builder = sqliteBuilder
  readonly jsonArrayFrom = jsonArrayFrom
  readonly #connection: DatabaseSync
  readonly #walSync: WalSync
  readonly #prepared = new Map<string, Prepared>()
  #dataVersion: unknown
  #lookedAtMs = Number.NEGATIVE_INFINITY

  constructor(file: string, connection: DatabaseSync, walSync: WalSync) {
    this.description = `sqlite ${file}`
    this.#connection = connection
    this.#walSync = walSync
  }

  all<Row>(statement: Statement<Row>): Promise<readonly Row[]> {
    return this.#attempt(() => this.#rows(statement))
  }

  async write<Row>(statement: Statement<Row>, durability: Durability): Promise<WriteResult<Row>> {
    const result = await this.#attempt(() => {
      this.#walSync.assertUsable()
      return this.#run(statement)
    })
    if (durability === 'durable') await this.#walSync.flush()
    return result
  }

  async commit(writes: readonly Write[], durability: Durability): Promise<CommitOutcome> {
    const outcome = await this.#attempt(() => this.#transaction(writes))
    if (durability === 'durable' && outcome.kind === 'committed') await this.#walSync.flush()
    return outcome
  }

  settled(): Promise<void> {
    return this.#walSync.settled()
  }

  mayHaveChangedElsewhere(): boolean {
    // A request asks several times, and asking costs as much as a query: other processes are looked for ten times a second.
    const nowMs = performance.now()
    if (nowMs - this.#lookedAtMs < lookEveryMs) return false
    this.#lookedAtMs = nowMs
    const version = this.foreignVersion()
    if (version === this.#dataVersion) return false
    this.#dataVersion = version
    return true
  }

  /** Changes when another connection has committed, not when this one has (sqlite.org/pragma.html#pragma_data_version). */
  foreignVersion(): unknown {
    return this.#prepare('pragma data_version').statement.get()?.['data_version']
  }

  async close(): Promise<void> {
    await this.#walSync.close()
    this.#connection.close()
  }

  #transaction(writes: readonly Write[]): CommitOutcome {
    this.#walSync.assertUsable()
    this.#run({ sql: 'begin immediate', parameters: [] })
    try {
      for (const [index, { statement, mustChange }] of writes.entries()) {
        const { changes } = this.#run(statement)
        if (mustChange && changes === 0) {
          this.#rollback()
          return { kind: 'undone', index }
        }
      }
      this.#run({ sql: 'commit', parameters: [] })
      return { kind: 'committed' }
    } catch (error) {
      this.#rollback()
      throw error
    }
  }

  #rollback(): void {
    // After a full disk or an I/O error SQLite may have rolled back by itself.
    if (this.#connection.isTransaction) this.#run({ sql: 'rollback', parameters: [] })
  }

  #run<Row>(statement: Statement<Row>): WriteResult<Row> {
    const prepared = this.#prepare(statement.sql)
    if (prepared.returnsRows) {
      const rows = this.#rows(statement)
      return { changes: rows.length, rows }
    }
    return { changes: Number(prepared.statement.run(...statement.parameters).changes), rows: [] }
  }

  #rows<Row>(statement: Statement<Row>): Row[] {
    // The builder typed the row from tables.ts, and STRICT tables hold nothing else.
    return this.#prepare(statement.sql).statement.all(...statement.parameters) as Row[]
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql)
    if (prepared === undefined) {
      const statement = this.#connection.prepare(sql)
      prepared = { statement, returnsRows: statement.columns().length > 0 }
      this.#prepared.set(sql, prepared)
    }
    return prepared
  }

  /** Runs now, in this turn; what it throws becomes a rejection of ours. */
  async #attempt<Result>(work: () => Result): Promise<Result> {
    try {
      return work()
    } catch (error) {
      throw sqliteError(error)
    }
  }
}
