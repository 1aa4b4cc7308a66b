// Which migrations a database lacks. One that was applied and is unknown here, or reads differently here, ends the start: this
// version of Mintage would misread such a database, and there is no way back but a newer version or a backup.
import { createHash } from 'node:crypto'
import { ConfigError } from '../../errors/index.ts'
import type { ColumnTypes, Migration } from './migration.ts'

export interface AppliedMigration {
  readonly id: number
  readonly name: string
  readonly hash: string
}

export interface PendingMigration extends AppliedMigration {
  readonly statements: readonly string[]
}

/** Makes the table in which applied migrations are kept; outside of the history because that is kept in it. */
export function historyTable(types: ColumnTypes): string {
  return `create table if not exists schema_migrations (
    id ${types.integer} not null primary key,
    name ${types.text} not null,
    hash ${types.text} not null,
    applied_at_ms ${types.integer} not null
  )${types.table}`
}

/** Throws ConfigError `schema_mismatch`. `applied` comes in the order of ids. */
export function pendingMigrations(
  applied: readonly AppliedMigration[],
  known: readonly Migration[],
  types: ColumnTypes,
): readonly PendingMigration[] {
  const all = known.map((migration): PendingMigration => {
    const statements = migration.statements(types)
    return { id: migration.id, name: migration.name, hash: hashOf(statements), statements }
  })
  for (const [index, row] of applied.entries()) checkApplied(row, all[index])
  return all.slice(applied.length)
}

function checkApplied(row: AppliedMigration, own: PendingMigration | undefined): void {
  if (own === undefined) {
    throw mismatch(
      `The database holds migration ${row.id} (${row.name}), which this version of Mintage does not know.`,
      'Start the version that made it, or a newer one.',
    )
  }
  if (row.id !== own.id || row.hash !== own.hash) {
    throw mismatch(
      `Migration ${row.id} (${row.name}) was applied to the database in another form than this version has.`,
      'Start the version that made this database, or restore a backup.',
    )
  }
}

function mismatch(message: string, hint: string): ConfigError {
  return new ConfigError('schema_mismatch', message, { hint })
}

function hashOf(statements: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(statements)).digest('hex')
}
