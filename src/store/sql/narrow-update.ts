// Updates of the columns that a change names, and of no others. Compiled for each call: the columns differ, and a directory changes seldom.
import { sql, type RawBuilder } from 'kysely'
import type { Database, SqlValue, Write } from './database.ts'
import type { Tables } from './tables.ts'

type Columns<Row> = { readonly [Column in keyof Row]?: SqlValue }

/** Of rows: to find one, to set in it, and what it must hold for that. Setting nothing locks the row until the end of the commit. */
export interface NarrowUpdate<Row> {
  readonly key: Columns<Row>
  readonly set: Columns<Row>
  readonly expected?: Columns<Row>
}

/** A row that is gone, or does not hold what is expected, undoes the commit. */
export function narrowUpdate<Table extends keyof Tables>(
  { builder }: Database,
  table: Table,
): (update: NarrowUpdate<Tables[Table]>) => Write {
  return ({ key, set, expected = {} }) => {
    const assignments = pairs(set).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
    const unchanged = pairs(key).map(([column]) => sql`${sql.ref(column)} = ${sql.ref(column)}`)
    const holds = pairs({ ...key, ...expected }).map(
      // Unlike `=`, it is true of two nulls.
      ([column, value]): RawBuilder<unknown> => sql`${sql.ref(column)} is not distinct from ${value}`,
    )
    const query = sql`update ${sql.table(table)}
      set ${sql.join(assignments.length === 0 ? unchanged : assignments)}
      where ${sql.join(holds, sql` and `)}`
    const { sql: text, parameters } = query.compile(builder)
    // They are the values above.
    return { statement: { sql: text, parameters: parameters as SqlValue[] }, mustChange: true }
  }
}

function pairs<Row>(columns: Columns<Row>): [string, SqlValue][] {
  return Object.entries<SqlValue | undefined>(columns).flatMap(([column, value]) =>
    value === undefined ? [] : [[column, value]],
  )
}
