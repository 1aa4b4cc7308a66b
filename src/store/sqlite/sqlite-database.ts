// The port on node:sqlite. Every commit begins and ends in one turn of the event loop, so nothing in this process can come between
// its statements; other processes are kept out by SQLite's own lock. The waits are asynchronous: for the disk (wal-sync.ts), and for
// another process that holds the lock (lock-wait.ts).
import { performance } from 'node:perf_hooks'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import {
  DummyDriver,
  Kysely,
  sql,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type RawBuilder,
} from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/sqlite'
import type { CommitOutcome, Database, Durability, Statement, Write, WriteResult } from '../sql/database.ts'
import type { Tables } from '../sql/tables.ts'
import { unavailable } from '../store-error.ts'
import { FileWatch } from './file-watch.ts'
import { lookAfresh } from './fresh-look.ts'
import { LockWait, type LockPatience } from './lock-wait.ts'
import { isDamage, isOfDiskOrFile, sqliteError } from './sqlite-error.ts'
import { WalSync } from './wal-sync.ts'

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
/** A look at the files takes two milliseconds of the event loop, and anyone may ask whether the server is ready. */
const lookAfreshEveryMs = 1_000

export interface SqliteParts {
  readonly file: string
  readonly connection: DatabaseSync
  readonly walSync: WalSync
  readonly files: FileWatch
  readonly patience?: LockPatience
}

export class SqliteDatabase implements Database {
  readonly description: string
  readonly builder = sqliteBuilder
  readonly jsonArrayFrom = jsonArrayFrom
  readonly isIn = isIn
  readonly rowsOf = rowsOf
  readonly #connection: DatabaseSync
  readonly #file: string
  readonly #walSync: WalSync
  readonly #files: FileWatch
  readonly #lock: LockWait
  readonly #prepared = new Map<string, Prepared>()
  #dataVersion: unknown
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #lookedAfreshAtMs = Number.NEGATIVE_INFINITY
  #isReplaced = false
  /** The last that SQLite said of the disk or the file, until a write works; of a damaged file, until the next start. */
  #complaint: unknown

  constructor({ file, connection, walSync, files, patience }: SqliteParts) {
    this.description = `sqlite ${file}`
    this.#file = file
    this.#connection = connection
    this.#walSync = walSync
    this.#files = files
    this.#lock = new LockWait(patience)
  }

  /** On a connection that is in WAL mode and has written. */
  static async on(file: string, connection: DatabaseSync, patience?: LockPatience): Promise<SqliteDatabase> {
    const walSync = await WalSync.open(file)
    const files = await FileWatch.open([file, `${file}-wal`])
    return new SqliteDatabase({ file, connection, walSync, files, ...(patience && { patience }) })
  }

  all<Row>(statement: Statement<Row>): Promise<readonly Row[]> {
    return this.#attempt(this.#lock.read(() => this.#rows(statement)))
  }

  async write<Row>(statement: Statement<Row>, durability: Durability): Promise<WriteResult<Row>> {
    const result = await this.#attempt(
      this.#lock.write(() => {
        this.#assertUsable()
        return this.#run(statement)
      }),
    )
    if (durability === 'durable') {
      this.#forgetComplaint()
      await this.#walSync.flush()
    }
    return result
  }

  async commit(writes: readonly Write[], durability: Durability): Promise<CommitOutcome> {
    const outcome = await this.#attempt(this.#lock.write(() => this.#transaction(writes)))
    if (durability === 'durable' && outcome.kind === 'committed') {
      this.#forgetComplaint()
      await this.#walSync.flush()
    }
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
    try {
      return this.#prepare('pragma data_version').statement.get()?.['data_version']
    } catch {
      // The read that follows says what is wrong.
      return undefined
    }
  }

  async check(): Promise<{ readonly isSuspect: boolean }> {
    this.#isReplaced = !(await this.#files.isUnchanged())
    this.#assertUsable()
    const nowMs = performance.now()
    if (nowMs - this.#lookedAfreshAtMs > lookAfreshEveryMs) {
      this.#lookedAfreshAtMs = nowMs
      await this.#attempt(this.#lock.read(() => lookAfresh(this.#file)))
    }
    if (this.#complaint !== undefined && isDamage(this.#complaint)) throw sqliteError(this.#complaint)
    return { isSuspect: this.#complaint !== undefined }
  }

  async close(): Promise<void> {
    await this.#walSync.close()
    this.#connection.close()
  }

  #transaction(writes: readonly Write[]): CommitOutcome {
    this.#assertUsable()
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

  /** Throws when what is written from now on could be lost without a sign. */
  #assertUsable(): void {
    this.#walSync.assertUsable()
    if (this.#isReplaced) {
      throw unavailable('The database file was replaced or deleted while the server had it open.')
    }
  }

  /** Turns what SQLite throws into a StoreError, and remembers what it says of the disk or the file. */
  async #attempt<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work
    } catch (error) {
      if (isOfDiskOrFile(error) && !(this.#complaint !== undefined && isDamage(this.#complaint)))
        this.#complaint = error
      throw sqliteError(error)
    }
  }

  /** To be called after durable writes: a lazy one may be so small that it finds room on a full disk. */
  #forgetComplaint(): void {
    // That one page of a damaged file can be written says nothing of the others.
    if (this.#complaint !== undefined && !isDamage(this.#complaint)) this.#complaint = undefined
  }
}

function isIn(column: string, jsonList: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} in (select value from json_each(${jsonList}))`
}

function rowsOf(_table: keyof Tables, names: readonly string[], jsonList: string): RawBuilder<unknown> {
  const columns = sql.join(names.map((name) => sql`value ->> ${sql.lit(`$.${name}`)}`))
  return sql`select ${columns} from json_each(${jsonList})`
}
