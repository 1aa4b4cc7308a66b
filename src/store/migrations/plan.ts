// Which migrations a database lacks, and whether this program may serve on a database that a newer one has migrated
// (docs/decisions/0052). A migration that was applied and reads differently here ends the start: this version of Mintage would misread
// such a database, and the only ways back are the version that made it and a backup.
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

/** Throws ConfigError `schema_mismatch`. `applied` comes in the order of ids; what follows the known ones is assertServes()'s. */
export function pendingMigrations(
  applied: readonly AppliedMigration[],
  known: readonly Migration[],
  types: ColumnTypes,
): readonly PendingMigration[] {
  const all = known.map((migration): PendingMigration => {
    const statements = migration.statements(types)
    return { id: migration.id, name: migration.name, hash: hashOf(statements), statements }
  })
  for (const [index, own] of all.entries()) checkApplied(applied[index], own)
  return all.slice(applied.length)
}

/** The row of `meta` with oldestServing() of the program that migrated last. */
export const oldestServingName = 'oldest-serving-migration'

/** The migration that a program has to know to serve on a database that holds all of these. */
export function oldestServing(migrations: readonly Migration[]): number {
  return Math.max(1, ...migrations.map(({ servesFrom }) => servesFrom ?? 1))
}

/**
 * Whether this program may serve on a database that holds migrations which it does not know: those that only add do not prevent it. Throws
 * ConfigError `schema_mismatch`. `oldest`: what `meta` has under oldestServingName; undefined when it has nothing.
 */
export function assertServes(
  applied: readonly AppliedMigration[],
  known: readonly Migration[],
  oldest: string | undefined,
): void {
  const newest = applied.at(-1)
  if (newest === undefined || applied.length <= known.length) return
  const needed = oldest === undefined ? newest.id : Number(oldest)
  if ((known.at(-1)?.id ?? 0) >= needed) return
  throw mismatch(
    `The database holds migration ${newest.id} (${newest.name}), after which no version of Mintage serves that does not know migration ${needed}.`,
    'Start the version that made it, or a newer one.',
  )
}

/** For what has to know every table and column, such as a backup. Throws ConfigError `schema_mismatch`. */
export function assertAllKnown(
  applied: readonly AppliedMigration[],
  known: readonly Migration[],
  types: ColumnTypes,
): void {
  pendingMigrations(applied, known, types)
  const unknown = applied[known.length]
  if (unknown === undefined) return
  throw mismatch(
    `The database holds migration ${unknown.id} (${unknown.name}), which this version of Mintage does not know.`,
    'Use the version that made it, or a newer one.',
  )
}

function checkApplied(row: AppliedMigration | undefined, own: PendingMigration): void {
  if (row === undefined || (row.id === own.id && row.hash === own.hash)) return
  throw mismatch(
    `Migration ${row.id} (${row.name}) was applied to the database in another form than this version has.`,
    'Start the version that made this database, or restore a backup.',
  )
}

function mismatch(message: string, hint: string): ConfigError {
  return new ConfigError('schema_mismatch', message, { hint })
}

function hashOf(statements: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(statements)).digest('hex')
}
