// data/catalog.json of an export of Mintage, brought into a database: each record with its id. What exists under the same id, or under the same key,
// stays as it is, and what refers to it is rewritten to its id here.
import { z } from 'zod'
import { newApplication, type RandomBytes } from '../directory/index.ts'
import { clientIdForm, clientSecretForm, isJsonObject, type JsonObject } from '../oauth/index.ts'
import {
  catalogDocuments,
  type ApiRecord,
  type ApplicationRecord,
  type Catalog,
  type Change,
  type ConnectionRecord,
  type EnvironmentVariableRecord,
  type WebhookRecord,
} from '../store/index.ts'
import { declaredReference } from './export/secret-lines.ts'
import type { Remark } from './import-report.ts'
import { takenAddresses } from './taken-addresses.ts'

const list = <Schema extends z.ZodType>(schema: Schema) => z.array(schema)

export const ownCatalogSchema = z.object({
  permissions: list(catalogDocuments.permissions.schema),
  apis: list(catalogDocuments.apis.schema),
  roles: list(catalogDocuments.roles.schema),
  featureFlags: list(catalogDocuments.featureFlags.schema),
  propertyCategories: list(catalogDocuments.propertyCategories.schema),
  properties: list(catalogDocuments.properties.schema),
  applications: list(
    catalogDocuments.applications.schema.extend({ clientId: z.string().regex(clientIdForm) }),
  ),
  connections: list(catalogDocuments.connections.schema.extend({ options: z.string().optional() })),
  environmentVariables: list(catalogDocuments.environmentVariables.schema),
  environmentSettings: list(catalogDocuments.environmentSettings.schema),
  billingPlans: list(catalogDocuments.billingPlans.schema),
  webhooks: list(catalogDocuments.webhooks.schema),
})
export type OwnCatalog = z.output<typeof ownCatalogSchema>

/** Ids of the export, by which a record here is known; an id that is not in it stays. */
export type OwnIds = (id: string) => string

export interface BroughtOwn {
  readonly changes: readonly Change[]
  /** As it is once they are made. */
  readonly catalog: Catalog
  readonly ids: OwnIds
  readonly remarks: readonly Remark[]
}

interface OwnDeps {
  /** Of the server that was exported, unless this database knows its own. */
  readonly issuer: string
  /** The value behind `${env:NAME}`. */
  readonly secret: (name: string) => string | undefined
  readonly random: RandomBytes
  readonly now: () => number
}

type Row = { readonly id: string }

/** Webhooks are left for the end: they would be sent the events of the import. */
export function ownCatalogWith(own: OwnCatalog, catalog: Catalog, deps: OwnDeps): BroughtOwn {
  const known = new Map<string, string>()
  const ids: OwnIds = (id) => known.get(id) ?? id
  const remarks: Remark[] = []
  /** Those that are new; the others are known by the id that they have here. */
  const added = <Record extends Row>(
    given: readonly Record[],
    current: readonly Record[],
    isSame: (a: Record, b: Record) => boolean,
  ): Record[] =>
    given.filter((record) => {
      const found = current.find(({ id }) => id === record.id) ?? current.find((one) => isSame(one, record))
      if (found !== undefined) known.set(record.id, found.id)
      return found === undefined
    })
  const byKey = (a: { readonly key: string }, b: { readonly key: string }) => a.key === b.key

  const permissions = added(own.permissions, catalog.permissions, byKey)
  const apis = newApis(own.apis, catalog, known, deps)
  const roles = added(own.roles, catalog.roles, byKey).map((role) => ({
    ...role,
    permissionIds: role.permissionIds.map(ids),
    scopeIds: role.scopeIds.map(ids),
    assignmentPermissionId: role.assignmentPermissionId === null ? null : ids(role.assignmentPermissionId),
  }))
  const featureFlags = added(own.featureFlags, catalog.featureFlags, byKey)
  const propertyCategories = added(
    own.propertyCategories,
    catalog.propertyCategories,
    (a, b) => a.name === b.name && a.context === b.context,
  )
  const properties = added(
    own.properties,
    catalog.properties,
    (a, b) => a.key === b.key && a.context === b.context,
  ).map((property) => ({
    ...property,
    categoryId: property.categoryId === null ? null : ids(property.categoryId),
  }))
  const connections = added(
    own.connections,
    catalog.connections,
    (a, b) => a.kind === 'password' && a.strategy === b.strategy,
  ).map((connection) => connectionWith(connection, deps, remarks))
  const applications = own.applications
    .filter(({ clientId }) => !catalog.applications.some((one) => one.clientId === clientId))
    .map((application) => applicationWith(application, ids, deps, remarks))
  const environmentVariables = added(own.environmentVariables, catalog.environmentVariables, byKey).flatMap(
    (variable) => variableWith(variable, deps, remarks),
  )
  const billingPlans = added(own.billingPlans, catalog.billingPlans, (a, b) => a.code === b.code)
  const environmentSettings = catalog.environmentSettings.length > 0 ? [] : own.environmentSettings
  const changes: Change[] = [
    ...permissions.map((permission) => ({ kind: 'put-permission', permission }) as const),
    ...apis.map((api) => ({ kind: 'put-api', api }) as const),
    ...roles.map((role) => ({ kind: 'put-role', role }) as const),
    ...featureFlags.map((flag) => ({ kind: 'put-feature-flag', flag }) as const),
    ...propertyCategories.map((category) => ({ kind: 'put-property-category', category }) as const),
    ...properties.map((property) => ({ kind: 'put-property', property }) as const),
    ...connections.map((connection) => ({ kind: 'put-connection', ...connection }) as const),
    ...applications.map((application) => ({ kind: 'put-application', application }) as const),
    ...environmentVariables.map((variable) => ({ kind: 'put-environment-variable', variable }) as const),
    ...billingPlans.map((plan) => ({ kind: 'put-billing-plan', plan }) as const),
    ...environmentSettings.map((settings) => ({ kind: 'put-environment-settings', settings }) as const),
  ]
  return {
    changes: changes.length === 0 ? [] : [{ kind: 'expect-catalog', version: catalog.version }, ...changes],
    catalog: {
      ...catalog,
      permissions: [...catalog.permissions, ...permissions],
      apis: [...catalog.apis, ...apis],
      roles: [...catalog.roles, ...roles],
      featureFlags: [...catalog.featureFlags, ...featureFlags],
      propertyCategories: [...catalog.propertyCategories, ...propertyCategories],
      properties: [...catalog.properties, ...properties],
      connections: [...catalog.connections, ...connections.map(({ connection }) => connection)],
      applications: [...catalog.applications, ...applications],
    },
    ids,
    remarks,
  }
}

/** The management API is one, whatever the address; scopes are known by their keys. */
function newApis(
  given: readonly ApiRecord[],
  { apis }: Catalog,
  known: Map<string, string>,
  deps: OwnDeps,
): ApiRecord[] {
  return given.flatMap((written) => {
    const api = { ...written, audience: addressed(written.audience, deps) }
    const found =
      apis.find(({ id }) => id === api.id) ??
      apis.find((one) => (api.isManagementApi ? one.isManagementApi : one.audience === api.audience))
    if (found === undefined) return [api]
    known.set(api.id, found.id)
    for (const scope of api.scopes) {
      const same = found.scopes.find(({ key }) => key === scope.key)
      if (same !== undefined) known.set(scope.id, same.id)
    }
    return []
  })
}

function applicationWith(
  application: ApplicationRecord,
  ids: OwnIds,
  deps: OwnDeps,
  remarks: Remark[],
): ApplicationRecord {
  const { name, clientId, type, previousClientSecret: previous } = application
  const uri = (text: string | null) => (text === null ? null : addressed(text, deps))
  const secretOf = (text: string | null | undefined) => {
    const value = deps.secret(declaredReference(text) ?? '')
    return value !== undefined && clientSecretForm.test(value) ? value : undefined
  }
  const secret = secretOf(application.clientSecret)
  if (application.clientSecret !== null && secret === undefined) {
    const variable = declaredReference(application.clientSecret) ?? 'its variable'
    const reason = `its client secret, in place of which it has a new one: ${variable} is not set, or is not 40 to 60 letters and digits`
    remarks.push({ kind: 'leftOut', at: `application ${name}`, reason })
  }
  const kept = secretOf(previous)
  const { previousClientSecret: _, previousSecretUntilMs, ...rest } = application
  return {
    ...rest,
    clientSecret:
      application.clientSecret === null
        ? null
        : (secret ??
          newApplication({ clientId, name, type: type === 'm2m' ? type : 'reg' }, deps).clientSecret),
    ...(kept !== undefined && { previousClientSecret: kept, previousSecretUntilMs }),
    ...(previous === null && { previousClientSecret: null, previousSecretUntilMs }),
    // An earlier version may have registered what this one refuses.
    ...takenAddresses(
      name,
      {
        redirectUris: application.redirectUris.map((text) => addressed(text, deps)),
        logoutUris: application.logoutUris.map((text) => addressed(text, deps)),
        corsOrigins: application.corsOrigins.map((text) => addressed(text, deps)),
        homepageUri: uri(application.homepageUri),
        loginUri: uri(application.loginUri),
      },
      remarks,
    ),
    backchannelLogoutUri: uri(application.backchannelLogoutUri),
    apis: application.apis.map(({ apiId, scopeIds }) => ({ apiId: ids(apiId), scopeIds: scopeIds.map(ids) })),
    ...(application.accessRoleIds && { accessRoleIds: application.accessRoleIds.map(ids) }),
  }
}

/** Undefined when its address is not known here. */
export function webhookWith(
  webhook: WebhookRecord,
  deps: Pick<OwnDeps, 'issuer' | 'secret'>,
  note: (remark: Remark) => void,
): WebhookRecord | undefined {
  const name = declaredReference(webhook.endpoint)
  if (name === undefined) return { ...webhook, endpoint: addressed(webhook.endpoint, deps) }
  const endpoint = deps.secret(name)
  if (endpoint !== undefined) return { ...webhook, endpoint }
  note({ kind: 'skipped', at: `webhook ${webhook.name}`, reason: `its address: ${name} is not set` })
  return undefined
}

function connectionWith(
  { options: written, ...connection }: ConnectionRecord & { readonly options?: string | undefined },
  deps: OwnDeps,
  remarks: Remark[],
): { readonly connection: ConnectionRecord; readonly options?: JsonObject } {
  if (written === undefined) return { connection }
  const name = declaredReference(written) ?? ''
  const options = jsonObject(deps.secret(name))
  if (options !== undefined) return { connection, options }
  const reason = `its options: ${name} is not set, or is not a JSON object`
  remarks.push({ kind: 'leftOut', at: `connection ${connection.name}`, reason })
  return { connection }
}

function variableWith(
  variable: EnvironmentVariableRecord,
  deps: OwnDeps,
  remarks: Remark[],
): EnvironmentVariableRecord[] {
  if (!variable.isSecret) return [variable]
  const name = declaredReference(variable.value) ?? ''
  const value = deps.secret(name)
  if (value !== undefined) return [{ ...variable, value }]
  remarks.push({ kind: 'skipped', at: `environment variable ${variable.key}`, reason: `${name} is not set` })
  return []
}

function jsonObject(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const issuerPlaceholder = '${issuer}'

function addressed(text: string, { issuer }: Pick<OwnDeps, 'issuer'>): string {
  return text.startsWith(issuerPlaceholder) ? issuer + text.slice(issuerPlaceholder.length) : text
}

/** As the last server that was started on this database is called; undefined before the first start. */
export function issuerOf(apis: readonly ApiRecord[]): string | undefined {
  return apis.find(({ isManagementApi }) => isManagementApi)?.audience.replace(/\/api$/, '')
}
