// The catalog from its documents. A sealed value is opened when it is asked for: one that does not open fails what needs it, and
// not everybody's sign-in (assurance FI-17).
import type { ApplicationRecord } from '../application.ts'
import type { Catalog, EnvironmentVariableRecord, RoleRecord } from '../catalog.ts'
import type { Place, SealedBox } from '../sealed-box.ts'
import { parseJsonObject } from './json-column.ts'

/** The tables of the catalog, by its fields. */
export const catalogTables = {
  applications: 'applications',
  apis: 'apis',
  roles: 'roles',
  permissions: 'permissions',
  featureFlags: 'feature_flags',
  properties: 'properties',
  connections: 'connections',
  environmentVariables: 'environment_variables',
} as const satisfies Record<keyof Catalog, string>

export interface CatalogRow {
  readonly source: string
  readonly id: string
  readonly document: string
}

export function clientSecretPlace(clientId: string): Place {
  return { table: 'applications', row: clientId, column: 'client secret' }
}

export function variablePlace(id: string): Place {
  return { table: 'environment_variables', row: id, column: 'value' }
}

/** Frozen to the bottom: everybody in the process shares it. */
export function catalogFromRows(rows: readonly CatalogRow[], box: SealedBox): Catalog {
  const records = <Field extends keyof Catalog>(field: Field): Catalog[Field] =>
    rows
      .filter(({ source }) => source === catalogTables[field])
      .map(({ id, document }) =>
        parseJsonObject(document, { table: catalogTables[field], row: id, column: 'document' }),
      ) as unknown as Catalog[Field]
  const permissionIds = new Set(records('permissions').map(({ id }) => id))
  const apiIds = new Set(records('apis').map(({ id }) => id))
  return deepFreeze({
    applications: records('applications').map((record) => application(record, apiIds, box)),
    apis: records('apis'),
    roles: records('roles').map((record) => role(record, permissionIds)),
    permissions: records('permissions'),
    featureFlags: records('featureFlags'),
    properties: records('properties'),
    connections: records('connections'),
    environmentVariables: records('environmentVariables').map((record) => variable(record, box)),
  })
}

/** A document may name an API that was deleted since. */
function application(
  record: ApplicationRecord,
  apiIds: ReadonlySet<string>,
  box: SealedBox,
): ApplicationRecord {
  const { clientSecret: sealed, ...rest } = record
  return {
    ...rest,
    apis: rest.apis.filter(({ apiId }) => apiIds.has(apiId)),
    get clientSecret() {
      return sealed === null ? null : box.open(sealed, clientSecretPlace(rest.clientId))
    },
  }
}

/** A document may name a permission that was deleted since. */
function role(record: RoleRecord, permissionIds: ReadonlySet<string>): RoleRecord {
  return { ...record, permissionIds: record.permissionIds.filter((id) => permissionIds.has(id)) }
}

function variable(record: EnvironmentVariableRecord, box: SealedBox): EnvironmentVariableRecord {
  if (!record.isSecret) return record
  const { value: sealed, ...rest } = record
  return {
    ...rest,
    get value() {
      return box.open(sealed, variablePlace(rest.id))
    },
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const { value: inner } of Object.values(Object.getOwnPropertyDescriptors(value))) deepFreeze(inner)
  return Object.freeze(value)
}
