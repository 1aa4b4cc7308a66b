// Rotation of the master key: every sealed value of the database is sealed under another key, in one transaction that no server can
// take part in. Until it is committed the old key opens the database, and after that the new one does.
// docs/decisions/0057-the-master-key-rotates.md has the reasons.
import { ConfigError, StoreError } from '../errors/index.ts'
import type { ExclusiveDatabase } from './exclusive-database.ts'
import { migrations } from './migrations/index.ts'
import { SealedBox } from './sealed-box.ts'
import { isSealedUnder, masterKeyCheckName, masterKeyWrong } from './sql/master-key-check.ts'
import { reseal, sealedColumns } from './sql/sealed-columns.ts'
import type { StoreOptions } from './store.ts'

export interface ResealOptions {
  readonly location: StoreOptions['location']
  readonly from: Uint8Array
  readonly to: Uint8Array
  readonly nowMs: number
}

export interface Resealed {
  readonly description: string
  /** How many values were sealed anew; 0 when the database is under the new key already. */
  readonly values: number
  /** Values that the old key does not open, by table and row. They are left as they are. */
  readonly unreadable: readonly string[]
}

/**
 * Throws ConfigError `master_key_wrong` when neither key opens the database, `database_in_use`, `schema_mismatch`, StoreError
 * `store_unavailable`.
 */
export async function resealDatabase({ location, from, to, nowMs }: ResealOptions): Promise<Resealed> {
  const boxes = { from: new SealedBox(from), to: new SealedBox(to) }
  const database = await openExclusively(location, nowMs)
  const { description } = database
  try {
    assertSchema(database)
    const check = await masterKeyCheckOf(database)
    if (isSealedUnder(boxes.to, check)) return { description, values: 0, unreadable: [] }
    if (!isSealedUnder(boxes.from, check)) throw masterKeyWrong(description)
    let values = 0
    const unreadable: string[] = []
    for (const column of sealedColumns) {
      // oxlint-disable-next-line no-await-in-loop -- one transaction
      for (const { key, value } of await database.rows(column)) {
        if (column.only !== undefined && column.only !== key) continue
        try {
          const anew = reseal(value, column, key, boxes)
          if (anew === undefined) continue
          // oxlint-disable-next-line no-await-in-loop
          await database.replace(column, key, anew)
          values += 1
        } catch (error) {
          if (!(error instanceof StoreError) || error.code !== 'store_corrupt') throw error
          unreadable.push(`${column.table} ${key}`)
        }
      }
    }
    await database.commit()
    return { description, values, unreadable }
  } finally {
    await database.close()
  }
}

async function openExclusively(
  location: StoreOptions['location'],
  nowMs: number,
): Promise<ExclusiveDatabase> {
  if (location.kind === 'sqlite') {
    const { openSqliteExclusively } = await import('./sqlite/sqlite-exclusive.ts')
    return openSqliteExclusively(location.file)
  }
  const { openPostgresExclusively } = await import('./postgres/postgres-exclusive.ts')
  return openPostgresExclusively(location.url, nowMs)
}

/** A database of another version may have sealed columns that this one does not know, or lack some. */
function assertSchema({ description, migrations: applied }: ExclusiveDatabase): void {
  if (applied.length === migrations.length && applied.at(-1) === migrations.at(-1)?.id) return
  throw new ConfigError('schema_mismatch', `${description} has the schema of another version of Mintage.`, {
    hint: 'Start this version on it once, or use the version that ran on it last. Nothing was changed.',
  })
}

async function masterKeyCheckOf(database: ExclusiveDatabase): Promise<string> {
  const column = sealedColumns.find(({ only }) => only === masterKeyCheckName)
  const rows = column ? await database.rows(column) : []
  return rows.find(({ key }) => key === masterKeyCheckName)?.value ?? ''
}
