// Why a restore is refused before it changes anything.
import { AppError, ConfigError } from '../../errors/index.ts'

export function databaseNotEmpty(description: string): ConfigError {
  return new ConfigError('database_not_empty', `There is a database already (${description}).`, {
    hint: 'Back it up, and give --overwrite to replace it; or name another place.',
  })
}

export function databaseInUse(description: string): ConfigError {
  return new ConfigError('database_in_use', `A running Mintage uses the database (${description}).`, {
    hint: 'Stop every server on this database and every mintage logs: what they write would be lost.',
  })
}

/** Undefined when the table has all of them. */
export function unknownColumns(
  table: string,
  columns: readonly string[],
  known: readonly string[],
): ConfigError | undefined {
  const isKnown = columns.every((name) => known.includes(name)) && new Set(columns).size === columns.length
  if (isKnown) return undefined
  return new ConfigError(
    'backup_invalid',
    `The backup has columns of ${table} that the table does not have.`,
    {
      hint: 'Nothing was changed. Use another backup.',
    },
  )
}

/** Rows that do not fit together are the file's fault: its checksum was made for them. */
export function rowsRefused(error: Error): Error {
  if (!(error instanceof AppError) || error.code !== 'store_conflict') return error
  return new ConfigError('backup_invalid', `The rows of the backup do not fit together. ${error.message}`, {
    hint: 'Nothing was changed. Use another backup.',
  })
}
