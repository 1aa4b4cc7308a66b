// `add` and `put` as SQL: inserts a row; `put` replaces the one with the same key.
import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'

/** `key`: finds the row. `replace`: taken from the new record. `keep`: stays as it is in a row that exists. */
export type ColumnRole = 'key' | 'replace' | 'keep'

/** A row with a column left out of `columns` does not compile. */
export function upsert<Row extends object>(
  { builder }: Database,
  table: keyof Tables,
  columns: Readonly<Record<keyof Row & string, ColumnRole>>,
): (row: Row) => Statement {
  const names = columnNames(columns)
  const key = names.filter((name) => columns[name] === 'key')
  const replaced = names.filter((name) => columns[name] === 'replace')
  const list = (of: readonly string[]) => sql.join(of.map((name) => sql.ref(name)))
  const action =
    replaced.length === 0
      ? sql`nothing`
      : sql`update set ${sql.join(replaced.map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`))}`
  return prepare((slots: Row) => {
    const values = sql.join(names.map((name) => slots[name]))
    const query = sql`insert into ${sql.table(table)} (${list(names)}) values (${values})
      on conflict (${list(key)}) do ${action}`
    return { compile: () => query.compile(builder) }
  })
}

/** A row with the same key is a conflict. */
export function insert<Row extends object>(
  { builder }: Database,
  table: keyof Tables,
  columns: Readonly<Record<keyof Row & string, unknown>>,
): (row: Row) => Statement {
  const names = columnNames(columns)
  return prepare((slots: Row) => {
    const values = sql.join(names.map((name) => slots[name]))
    const query = sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))}) values (${values})`
    return { compile: () => query.compile(builder) }
  })
}

export function columnNames<Name extends string>(columns: Readonly<Record<Name, unknown>>): Name[] {
  // Our own literal: it has the keys of its type and no others.
  return Object.keys(columns) as Name[]
}

/** JavaScript's booleans as both databases store them. */
export function flag(value: boolean): number {
  return value ? 1 : 0
}
