// A database that one process has for itself, in one transaction: for work that must not meet a running server.
import type { SealedColumn } from './sql/sealed-columns.ts'

export interface ExclusiveDatabase {
  readonly description: string
  /** Ids of the migrations that were applied, in their order. */
  readonly migrations: readonly number[]
  /** The rows of a column whose value is not null, by key. */
  rows(column: SealedColumn): Promise<readonly { readonly key: string; readonly value: string }[]>
  replace(column: SealedColumn, key: string, value: string): Promise<void>
  /** Durable. */
  commit(): Promise<void>
  /** Undoes what was not committed. */
  close(): Promise<void>
}
