// The catalog from its documents. A sealed value is opened when it is asked for: one that does not open fails what needs it, and
// not everybody's sign-in (FI-17). A document that cannot be read is left out, for the same reason, and reported.
import type { z } from 'zod'
import type { JsonValue } from '../../oauth/index.ts'
import type { ApplicationRecord } from '../application.ts'
import type { Catalog, EnvironmentVariableRecord, RoleRecord } from '../catalog.ts'
import type { SealedBox, SealedPlace } from '../sealed-box.ts'
import { catalogDocuments } from './catalog-documents.ts'
import { deepFreeze } from './deep-freeze.ts'
import { unknownMembers } from './unknown-members.ts'

export interface CatalogRow {
  readonly source: string
  readonly id: string
  readonly document: string
}

export function clientSecretPlace(clientId: string): SealedPlace {
  return { table: 'applications', row: clientId, column: 'client secret' }
}

export function previousSecretPlace(clientId: string): SealedPlace {
  return { table: 'applications', row: clientId, column: 'previous client secret' }
}

export function variablePlace(id: string): SealedPlace {
  return { table: 'environment_variables', row: id, column: 'value' }
}

export function connectionOptionsPlace(id: string): SealedPlace {
  return { table: 'connections', row: id, column: 'sealed_options' }
}

export interface ReadCatalog {
  /** Frozen to the bottom: everything in the process shares it. */
  readonly catalog: Catalog
  /** What this version does not know of a document, by documentKey(). */
  readonly unknown: ReadonlyMap<string, JsonValue>
  /** Documents that were left out. */
  readonly unreadable: readonly UnreadableDocument[]
}

export interface UnreadableDocument {
  readonly table: string
  readonly row: string
  /** The first member that is wrong, as `lifetimes.session`; empty when the string is not a JSON object. */
  readonly member: string
}

export function documentKey(table: string, id: string): string {
  return `${table} ${id}`
}

export function catalogFromRows(rows: readonly CatalogRow[], box: SealedBox, version: number): ReadCatalog {
  const { applications, apis, roles, permissions, environmentVariables, ...others } = catalogDocuments
  const reading: Reading = { rows, unknown: new Map(), unreadable: [] }
  const apiRecords = recordsOf(reading, apis)
  const permissionRecords = recordsOf(reading, permissions)
  const apiIds = new Set(apiRecords.map(({ id }) => id))
  const permissionIds = new Set(permissionRecords.map(({ id }) => id))
  const scopeIds = new Set(apiRecords.flatMap(({ scopes }) => scopes.map(({ id }) => id)))
  const catalog = deepFreeze({
    version,
    applications: recordsOf(reading, applications).map((record) => application(record, apiIds, box)),
    apis: apiRecords,
    roles: recordsOf(reading, roles).map((record) => role(record, permissionIds, scopeIds)),
    permissions: permissionRecords,
    featureFlags: recordsOf(reading, others.featureFlags),
    properties: recordsOf(reading, others.properties),
    propertyCategories: recordsOf(reading, others.propertyCategories),
    environmentSettings: recordsOf(reading, others.environmentSettings),
    connections: recordsOf(reading, others.connections),
    environmentVariables: recordsOf(reading, environmentVariables).map((record) => variable(record, box)),
    deploymentRoles: recordsOf(reading, others.deploymentRoles),
    deploymentPreviews: recordsOf(reading, others.deploymentPreviews),
    webhooks: recordsOf(reading, others.webhooks),
    billingPlans: recordsOf(reading, others.billingPlans),
  })
  return { catalog, unknown: reading.unknown, unreadable: reading.unreadable }
}

interface Reading {
  readonly rows: readonly CatalogRow[]
  readonly unknown: Map<string, JsonValue>
  readonly unreadable: UnreadableDocument[]
}

function recordsOf<One>(
  { rows, unknown, unreadable }: Reading,
  { table, schema }: { readonly table: string; readonly schema: z.ZodType<One> },
): One[] {
  return rows
    .filter(({ source }) => source === table)
    .flatMap(({ id, document }) => {
      const stored = parsedDocument(document)
      const parsed = schema.safeParse(stored)
      if (!parsed.success) {
        unreadable.push({ table, row: id, member: parsed.error.issues[0]?.path.join('.') ?? '' })
        return []
      }
      const rest = stored === undefined ? undefined : unknownMembers(stored, parsed.data)
      if (rest !== undefined) unknown.set(documentKey(table, id), rest)
      return [parsed.data]
    })
}

function parsedDocument(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** A document may name an API that was deleted since. */
function application(
  record: ApplicationRecord,
  apiIds: ReadonlySet<string>,
  box: SealedBox,
): ApplicationRecord {
  const { clientSecret: sealed, previousClientSecret: before, ...rest } = record
  const secret = once(() => (sealed === null ? null : box.open(sealed, clientSecretPlace(rest.clientId))))
  const previous = once(() =>
    before === null || before === undefined ? before : box.open(before, previousSecretPlace(rest.clientId)),
  )
  return {
    ...rest,
    ...(before !== undefined && {
      get previousClientSecret() {
        return previous()
      },
    }),
    apis: rest.apis.filter(({ apiId }) => apiIds.has(apiId)),
    get clientSecret() {
      return secret()
    },
  }
}

/**
 * A document may name a permission or a scope that was deleted since. The permission that assigning the role needs stays: without it no
 * member may assign the role.
 */
function role(
  record: RoleRecord,
  permissionIds: ReadonlySet<string>,
  scopeIds: ReadonlySet<string>,
): RoleRecord {
  return {
    ...record,
    permissionIds: record.permissionIds.filter((id) => permissionIds.has(id)),
    scopeIds: record.scopeIds.filter((id) => scopeIds.has(id)),
  }
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
