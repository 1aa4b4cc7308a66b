// The catalog from its documents. A sealed value is opened when it is asked for: one that does not open fails what needs it, and
// not everybody's sign-in (assurance FI-17).
import type { z } from 'zod'
import type { ApplicationRecord } from '../application.ts'
import type { Catalog, EnvironmentVariableRecord, RoleRecord } from '../catalog.ts'
import type { Place, SealedBox } from '../sealed-box.ts'
import { corrupt } from '../store-error.ts'
import { catalogDocuments } from './catalog-documents.ts'
import { deepFreeze } from './deep-freeze.ts'
import { parseJson } from './json-column.ts'

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
  const { applications, apis, roles, permissions, environmentVariables, ...others } = catalogDocuments
  const apiRecords = recordsOf(rows, apis)
  const permissionRecords = recordsOf(rows, permissions)
  const apiIds = new Set(apiRecords.map(({ id }) => id))
  const permissionIds = new Set(permissionRecords.map(({ id }) => id))
  return deepFreeze({
    applications: recordsOf(rows, applications).map((record) => application(record, apiIds, box)),
    apis: apiRecords,
    roles: recordsOf(rows, roles).map((record) => role(record, permissionIds)),
    permissions: permissionRecords,
    featureFlags: recordsOf(rows, others.featureFlags),
    properties: recordsOf(rows, others.properties),
    connections: recordsOf(rows, others.connections),
    environmentVariables: recordsOf(rows, environmentVariables).map((record) => variable(record, box)),
  })
}

function recordsOf<One>(
  rows: readonly CatalogRow[],
  { table, schema }: { readonly table: string; readonly schema: z.ZodType<One> },
): One[] {
  return rows
    .filter(({ source }) => source === table)
    .map(({ id, document }) => {
      const place = { table, row: id, column: 'document' }
      const parsed = schema.safeParse(parseJson(document, place))
      if (!parsed.success) throw corrupt(table, id, 'document')
      return parsed.data
    })
}

/** A document may name an API that was deleted since. */
function application(
  record: ApplicationRecord,
  apiIds: ReadonlySet<string>,
  box: SealedBox,
): ApplicationRecord {
  const { clientSecret: sealed, ...rest } = record
  const secret = once(() => (sealed === null ? null : box.open(sealed, clientSecretPlace(rest.clientId))))
  return {
    ...rest,
    apis: rest.apis.filter(({ apiId }) => apiIds.has(apiId)),
    get clientSecret() {
      return secret()
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
  const opened = once(() => box.open(sealed, variablePlace(rest.id)))
  return {
    ...rest,
    get value() {
      return opened()
    },
  }
}

/** Opening derives a key; a client's secret is asked for with every request of that client. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}
