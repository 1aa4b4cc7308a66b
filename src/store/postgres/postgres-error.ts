// Postgres' SQLSTATE codes (postgresql.org/docs/current/errcodes-appendix.html) as our errors. Of an error that Postgres sent only
// the code is kept: its message, detail and context may quote values of the row.
import { DatabaseError } from 'pg'
import { ConflictError, missingReference, unavailable } from '../store-error.ts'

const uniqueViolation = '23505'
const foreignKeyViolation = '23503'

const texts: Readonly<Record<string, string>> = {
  '25006': 'The database is read-only.',
  '28000': 'The database refuses this user.',
  '28P01': 'The database refuses this user or password.',
  '3D000': 'The database does not exist.',
  '42501': 'The user may not do this in the database.',
  '53100': 'The disk of the database is full.',
  '53300': 'The database takes no more connections.',
  '57014': 'The database took too long for a statement.',
  '57P01': 'The database is shutting down.',
  '57P03': 'The database is starting.',
}

export function postgresError(error: unknown): Error {
  if (!(error instanceof DatabaseError)) return unavailable('The database cannot be reached.', error)
  const { code = '', table = '', detail = '' } = error
  if (code === uniqueViolation) return new ConflictError(table, conflictingFields(detail))
  if (code === foreignKeyViolation) return missingReference()
  const text = texts[code] ?? 'The database refused a statement.'
  return unavailable(`${text} (SQLSTATE ${code})`)
}

/** Two transactions stood in each other's way and one was undone as a whole: it may be tried again (assurance FI-07). */
export function isRetryable(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01')
}

/** `Key (type, normalized)=(…) already exists.`, whatever the language around it. */
function conflictingFields(detail: string): string[] {
  const columns = /\(([^()]+)\)=/.exec(detail)?.[1] ?? ''
  return columns.split(',').map((column) => column.trim().replaceAll('"', ''))
}
