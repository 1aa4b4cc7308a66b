// The port behind which the databases differ. Queries are built by Kysely and compiled once (statement.ts); only their text and
// parameters come here. There is no interactive transaction: whatever is written together is one list, so no caller can
// hold a transaction open while it waits for something else (FI-05).
import type { Kysely, RawBuilder } from 'kysely'
import type { jsonArrayFrom } from 'kysely/helpers/sqlite'
import type { Tables } from './tables.ts'

export type SqlValue = string | number | null

export interface Statement<Row = unknown> {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
  /** Never set: carries the type of a row from the builder to all() and write(). */
  readonly row?: Row
}

export interface Write {
  readonly statement: Statement
  /** When this changes no row, the whole commit is undone. */
  readonly mustChange?: true
}

/** `durable` survives power loss when it resolves; `lazy` survives a crash of this process only. */
export type Durability = 'durable' | 'lazy'

export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** Nothing was written: the statement at `index` had to change a row and did not. */
  | { readonly kind: 'undone'; readonly index: number }

export interface WriteResult<Row> {
  readonly changes: number
  /** What RETURNING gives. */
  readonly rows: readonly Row[]
}

export interface Database {
  readonly description: string
  /** Builds and compiles, never executes. */
  readonly builder: Kysely<Tables>
  /**
   * The rows of a subquery as one JSON text, so that what belongs together is read by one statement: one moment, one round
   * trip. Cast it to string: here nothing parses it.
   */
  readonly jsonArrayFrom: typeof jsonArrayFrom
  /** Whether the column's text is one of a JSON list of texts, given as one parameter: the same statement for any number. Uses an index. */
  readonly isIn: (column: string, jsonList: string) => RawBuilder<boolean>
  /** Columns of the objects of a JSON list, given as one parameter, as the table has them: rows for one INSERT, the same for any number. */
  readonly rowsOf: (table: keyof Tables, names: readonly string[], jsonList: string) => RawBuilder<unknown>
  all<Row>(statement: Statement<Row>): Promise<readonly Row[]>
  /** One statement, which is a transaction of its own. */
  write<Row>(statement: Statement<Row>, durability: Durability): Promise<WriteResult<Row>>
  /** One transaction. */
  commit(writes: readonly Write[], durability: Durability): Promise<CommitOutcome>
  /**
   * Rejects with StoreError when it is known that what is written could be lost, or that the files are damaged. Suspect is a disk
   * that refused the last write. Writes nothing.
   */
  check(): Promise<{ readonly isSuspect: boolean }>
  /** Resolves when all that a reader may have seen by now survives power loss. */
  settled(): Promise<void>
  /** Whether another process may have written since the last call. Costs no round trip. */
  mayHaveChangedElsewhere(): boolean
  /** Another value whenever another connection has committed; undefined where asking would be a round trip. */
  foreignVersion(): unknown
  close(): Promise<void>
}
