// What a backup reads from and a restore writes to: what the two databases do differently.
import type { SqlValue } from '../sql/database.ts'
import type { BackupTable } from './backup-tables.ts'

export type BackupRow = readonly SqlValue[]

export interface RowBatch {
  readonly columns: readonly string[]
  readonly rows: readonly BackupRow[]
}

export interface AppliedName {
  readonly id: number
  readonly name: string
}

/** One moment of a database, whatever is written meanwhile. */
export interface BackupSource {
  readonly kind: 'sqlite' | 'postgres'
  readonly migrations: readonly AppliedName[]
  /** Of those that there are, in the order of backupTables. */
  readonly tables: readonly BackupTable[]
  columns(table: BackupTable): Promise<readonly string[]>
  rows(table: BackupTable): AsyncIterable<readonly BackupRow[]>
  close(): Promise<void>
}

/** A database that is made anew in one transaction: nothing of it is there until `commit`. */
export interface RestoreTarget {
  insert(table: BackupTable, batch: RowBatch): Promise<void>
  /** Checks what was written, and lets it take the place of what was there. */
  commit(): Promise<void>
  /** Leaves everything as it was, unless it was committed. */
  close(): Promise<void>
}

export interface RestoreOptions {
  /** Replaces a database that is there. */
  readonly overwrite: boolean
  /** How many migrations the backup is of. */
  readonly migrationCount: number
  readonly nowMs: number
}
