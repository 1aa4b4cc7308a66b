// Values of properties and overrides of flags, which users and organizations own: four tables of one shape. A property's value is
// text, a flag's is JSON.
import type { Owner } from '../catalog.ts'
import { parseJson } from './json-column.ts'
import type { Tables } from './tables.ts'

export const ownedValueTables = {
  properties: { usr: 'user_properties', org: 'organization_properties' },
  flags: { usr: 'user_flags', org: 'organization_flags' },
} as const satisfies Record<string, Record<Owner['context'], keyof Tables>>

type TablesByKind = typeof ownedValueTables
export type OwnedValueTable = TablesByKind[keyof TablesByKind][Owner['context']]

export interface OwnedValueRow {
  readonly key: string
  readonly value: string
}

export function propertyValues(rows: readonly OwnedValueRow[]): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]))
}

export function flagValues(
  table: OwnedValueTable,
  ownerId: string,
  rows: readonly OwnedValueRow[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    rows.map(({ key, value }) => [
      key,
      parseJson(value, { table, row: `${ownerId} ${key}`, column: 'value' }),
    ]),
  )
}
