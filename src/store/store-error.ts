// The three ways in which the database refuses: something unique is taken, it cannot be reached or written, a row cannot be
// read. Texts name tables, columns and keys of rows, never a value: they end in logs.
import { StoreError } from '../errors/index.ts'

/** `store_conflict`, with the place for whoever words it for a person. */
export class ConflictError extends StoreError {
  readonly table: string
  /** The columns that are unique together. */
  readonly fields: readonly string[]

  constructor(table: string, fields: readonly string[]) {
    super('store_conflict', `The ${fields.join(' and ')} of a row of ${table} is taken by another one.`)
    this.table = table
    this.fields = fields
  }
}

export function missingReference(): StoreError {
  return new StoreError('store_conflict', 'A record that the change refers to does not exist.')
}

export function unavailable(message: string, cause?: unknown): StoreError {
  return new StoreError('store_unavailable', message, cause === undefined ? {} : { cause })
}

/** What went wrong while a database was opened, with which one: nobody else has said so yet. */
export function openingFailed(error: Error, description: string): Error {
  if (!(error instanceof StoreError) || error.code !== 'store_unavailable') return error
  return unavailable(`${error.message} (${description})`, error.cause)
}

export function corrupt(table: string, row: string, column: string): StoreError {
  return new StoreError('store_corrupt', `The ${column} of ${table} ${row} cannot be read.`)
}
