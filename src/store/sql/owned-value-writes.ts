// Changes of property values and flag overrides.
import type { Owner } from '../directory-store.ts'
import type { Database, Statement } from './database.ts'
import type { WritesOf } from './directory-writes.ts'
import { ownedValueTables, type OwnedValueTable } from './owned-values.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { upsert } from './upsert.ts'

type SetValue = (owner: Owner, key: string, value: string | undefined) => readonly Statement[]

export function ownedValueWrites(database: Database): WritesOf<'set-flag' | 'set-property'> {
  const setProperty = setValueIn(database, ownedValueTables.properties)
  const setFlag = setValueIn(database, ownedValueTables.flags)
  return {
    'set-property': ({ owner, key, value }) => setProperty(owner, key, value ?? undefined),
    'set-flag': ({ owner, key, value }) =>
      setFlag(owner, key, value === undefined ? undefined : JSON.stringify(value)),
  }
}

function setValueIn(
  database: Database,
  tables: Readonly<Record<Owner['context'], OwnedValueTable>>,
): SetValue {
  const statements = {
    usr: tableStatements(database, tables.usr),
    org: tableStatements(database, tables.org),
  }
  return ({ context, id }, key, value) => {
    const { put, remove } = statements[context]
    return [value === undefined ? remove({ owner_id: id, key }) : put({ owner_id: id, key, value })]
  }
}

function tableStatements(database: Database, table: OwnedValueTable) {
  return {
    put: upsert<Tables[OwnedValueTable]>(database, table, { owner_id: 'key', key: 'key', value: 'replace' }),
    remove: prepare((slot: { owner_id: string; key: string }) =>
      database.builder.deleteFrom(table).where('owner_id', '=', slot.owner_id).where('key', '=', slot.key),
    ),
  }
}
