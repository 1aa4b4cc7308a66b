// SQLite's result codes (sqlite.org/rescode.html) as our errors. Its messages on constraints name tables and columns, never a
// value, so they may be parsed and kept.
import { AppError } from '../../errors/index.ts'
import { ConflictError, missingReference, unavailable } from '../store-error.ts'

const uniqueCodes: ReadonlySet<number> = new Set([1555, 2067]) // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE
const foreignKeyCode = 787 // SQLITE_CONSTRAINT_FOREIGNKEY

/** By primary result code: the lowest byte of an extended one. */
const texts: Readonly<Record<number, string>> = {
  5: 'Another process holds the database for too long.',
  8: 'The database file cannot be written: it is read-only.',
  10: 'The disk of the database reports an error.',
  11: 'The database file is damaged.',
  13: 'The disk of the database is full.',
  14: 'The database file cannot be opened.',
  26: 'The file is not a database.',
}

const diskOrFileCodes: ReadonlySet<number> = new Set([8, 10, 11, 13, 14, 26])
const damageCodes: ReadonlySet<number> = new Set([11, 26])

/** Read-only, I/O error, damaged, full, cannot be opened, not a database. */
export function isOfDiskOrFile(error: unknown): boolean {
  return diskOrFileCodes.has(primaryCode(error) ?? 0)
}

/** The file is damaged, or not a database: no write repairs that. */
export function isDamage(error: unknown): boolean {
  return damageCodes.has(primaryCode(error) ?? 0)
}

function primaryCode(error: unknown): number | undefined {
  return hasCode(error) ? error.errcode & 0xff : undefined
}

function hasCode(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

/** Passes our own errors on. */
export function sqliteError(error: unknown): Error {
  if (error instanceof AppError) return error
  if (!hasCode(error)) return unavailable('The database could not be used.', error)
  if (uniqueCodes.has(error.errcode)) return conflict(error.message)
  if (error.errcode === foreignKeyCode) return missingReference()
  return unavailable(texts[error.errcode & 0xff] ?? 'The database refused a statement.', error)
}

/** `UNIQUE constraint failed: identities.type, identities.normalized` */
function conflict(message: string): ConflictError {
  const columns = message
    .slice(message.indexOf(':') + 1)
    .split(',')
    .map((column) => column.trim().split('.'))
  return new ConflictError(
    columns[0]?.[0] ?? '',
    columns.map(([, field]) => field ?? ''),
  )
}
