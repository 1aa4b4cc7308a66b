// Changes of property values and flag overrides.
import type { Owner } from '../catalog.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement, Write } from './database.ts'
import { narrowUpdate } from './narrow-update.ts'
import { ownedValueTables, type OwnedValueTable } from './owned-values.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { upsert } from './upsert.ts'

interface Setting {
  readonly owner: Owner
  readonly key: string
  /** Null takes the value away. */
  readonly value: string | null
  /** Null: there must be no value. Undefined: whatever there is. */
  readonly expected?: string | null
}

export function ownedValueWrites(database: Database): WritesOf<'set-flag' | 'set-property'> {
  const setProperty = setValueIn(database, ownedValueTables.properties)
  const setFlag = setValueIn(database, ownedValueTables.flags)
  return {
    'set-property': (change) => [setProperty(change)],
    'set-flag': ({ owner, key, value }) => [
      setFlag({ owner, key, value: value === undefined ? null : JSON.stringify(value) }),
    ],
  }
}

function setValueIn(
  database: Database,
  tables: Readonly<Record<Owner['context'], OwnedValueTable>>,
): (setting: Setting) => Statement | Write {
  const statements = {
    usr: tableStatements(database, tables.usr),
    org: tableStatements(database, tables.org),
  }
  return ({ owner: { context, id }, key, value, expected }) => {
    const { put, add, update, remove, removeExpected } = statements[context]
    const row = { owner_id: id, key }
    if (expected === undefined) return value === null ? remove(row) : put({ ...row, value })
    if (expected === null) {
      // Removes what must not exist. No row is added, so there is nothing to compare.
      return value === null ? remove(row) : { statement: add({ owner_id: id, key, value }), mustChange: true }
    }
    return value === null
      ? { statement: removeExpected({ ...row, expected }), mustChange: true }
      : update({ key: row, set: { value }, expected: { value: expected } })
  }
}

function tableStatements(database: Database, table: OwnedValueTable) {
  interface Key {
    readonly owner_id: string
    readonly key: string
  }
  const at = (slot: Key) =>
    database.builder.deleteFrom(table).where('owner_id', '=', slot.owner_id).where('key', '=', slot.key)
  return {
    put: upsert<Tables[OwnedValueTable]>(database, table, { owner_id: 'key', key: 'key', value: 'replace' }),
    /** Changes no row when there is one. */
    add: upsert<Tables[OwnedValueTable]>(database, table, { owner_id: 'key', key: 'key', value: 'keep' }),
    update: narrowUpdate(database, table),
    remove: prepare(at),
    removeExpected: prepare((slot: Key & { readonly expected: string }) =>
      at(slot).where('value', '=', slot.expected),
    ),
  }
}
