// Postgres' SQLSTATE codes (postgresql.org/docs/current/errcodes-appendix.html) as our errors. Of an error that Postgres sent only
// the code is kept: its message, detail and context may quote values of the row.
import { DatabaseError } from 'pg'
import { AppError } from '../../errors/index.ts'
import { ConflictError, missingReference, unavailable } from '../store-error.ts'

const uniqueViolation = '23505'
const foreignKeyViolation = '23503'
const readOnly = '25006'
const tooManyConnections = '53300'

const texts: Readonly<Record<string, string>> = {
  [readOnly]: 'The database is read-only.',
  '25P03': 'The database closed a transaction that stood still.',
  '28000': 'The database refuses this user.',
  '28P01': 'The database refuses this user or password.',
  '3D000': 'The database does not exist.',
  '42501': 'The user may not do this in the database.',
  '53100': 'The disk of the database is full.',
  [tooManyConnections]: 'The database takes no more connections.',
  '57014': 'The database took too long for a statement.',
  '57P01': 'The database is shutting down.',
  '57P02': 'The database crashed and is starting again.',
  '57P03': 'The database is starting.',
}

/** Of what the driver says itself: its whole vocabulary for "in time". */
const queryTimedOut = 'Query read timeout'
const checkoutTimedOut = 'timeout exceeded when trying to connect'

export function postgresError(error: unknown): Error {
  if (error instanceof AppError) return error
  if (!(error instanceof DatabaseError)) return unavailable(connectionText(error), error)
  const { code = '', table = '', detail = '' } = error
  if (code === uniqueViolation) return new ConflictError(table, conflictingFields(detail))
  if (code === foreignKeyViolation) return missingReference()
  const text = texts[code] ?? 'The database refused a statement.'
  return unavailable(`${text} (SQLSTATE ${code})`)
}

function connectionText(error: unknown): string {
  if (isSilence(error)) return 'The database does not answer.'
  if (isMessage(error, checkoutTimedOut)) return 'No connection to the database became free in time.'
  return 'The database cannot be reached.'
}

/** Two transactions stood in each other's way and one was undone as a whole: it may be tried again (FI-07). */
export function isConflictOfTransactions(error: unknown): boolean {
  return hasCode(error, /^40(?:001|P01)$/)
}

/**
 * The connection is lost, or leads to a server that is going away, is not there yet, or takes no writes (08: connection exceptions,
 * 57P0x: shutdown, crash, starting; 25P03: closed by a time-out; 25006: now a standby). A statement that was answered so was undone.
 */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof DatabaseError
    ? hasCode(error, /^(?:08...|57P0.|25P03|25006)$/)
    : !(error instanceof AppError) && !isMessage(error, checkoutTimedOut)
}

/** The connection took a statement and answered nothing in time: what stands behind it may be gone. */
export function isSilence(error: unknown): boolean {
  return isMessage(error, queryTimedOut)
}

/** Another connection has to end before one can begin. */
export function isTooManyConnections(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === tooManyConnections
}

/** As Postgres says it to a statement that writes. */
export function readOnlyHost(): DatabaseError {
  return Object.assign(new DatabaseError('read-only', 0, 'error'), { code: readOnly })
}

export function isReadOnly(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === readOnly
}

function hasCode(error: unknown, pattern: RegExp): boolean {
  return error instanceof DatabaseError && pattern.test(error.code ?? '')
}

function isMessage(error: unknown, message: string): boolean {
  return error instanceof Error && !(error instanceof DatabaseError) && error.message === message
}

/** `Key (type, normalized)=(…) already exists.`, whatever the language around it. */
function conflictingFields(detail: string): string[] {
  const columns = /\(([^()]+)\)=/.exec(detail)?.[1] ?? ''
  return columns.split(',').map((column) => column.trim().replaceAll('"', ''))
}
