// The ways in which the database refuses: a unique value is taken, a record changed since it was read, the database cannot be reached or
// written, a row cannot be read. Texts name tables, columns and keys of rows, never a value, because they end in logs.
import { StoreError } from '../errors/index.ts'
import type { Change } from './change.ts'

/** `store_conflict`, with the place, for the code that words it for a person. */
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

/** `changed_meanwhile`: nothing of the commit was made, because one of its changes lost its compare-and-set. */
export class ChangedMeanwhileError extends StoreError {
  readonly change: Change

  constructor(change: Change) {
    super('changed_meanwhile', `${recordOf(change)} changed, or is gone, since it was read (${change.kind}).`)
    this.change = change
  }
}

/** By its key. Changes that compare nothing are left out. */
function recordOf(change: Change): string {
  if ('organizationCode' in change) return `The membership of ${change.userId} in ${change.organizationCode}`
  if ('userId' in change) return `User ${change.userId}`
  if ('identityId' in change) return `Identity ${change.identityId}`
  if ('code' in change) return `Organization ${change.code}`
  if ('idHash' in change) return `The record ${change.idHash}`
  if ('owner' in change) return `The ${change.key} of ${change.owner.id}`
  if ('artifact' in change) return `The record ${change.artifact.idHash}`
  if ('password' in change) return `User ${change.password.userId}`
  if ('membership' in change)
    return `The membership of ${change.membership.userId} in ${change.membership.organizationCode}`
  if ('invitationId' in change) return `Invitation ${change.invitationId}`
  if ('kid' in change) return `Signing key ${change.kid}`
  if ('of' in change) return `The branding of the ${change.of.kind}`
  return change.kind === 'expect-catalog' ? 'The catalog' : 'A record'
}

export function missingReference(): StoreError {
  return new StoreError('store_conflict', 'A record that the change refers to does not exist.')
}

export function unavailable(message: string, cause?: unknown): StoreError {
  return new StoreError('store_unavailable', message, cause === undefined ? {} : { cause })
}

/** What went wrong while a database was opened, with which one, because nothing else has reported it yet. */
export function openingFailed(error: Error, description: string): Error {
  if (!(error instanceof StoreError) || error.code !== 'store_unavailable') return error
  return unavailable(`${error.message} (${description})`, error.cause)
}

export function corrupt(table: string, row: string, column: string): StoreError {
  return new StoreError('store_corrupt', `The ${column} of ${table} ${row} cannot be read.`)
}
