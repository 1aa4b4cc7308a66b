// Changes of the catalog. A record is stored as one document; what has to be unique has a column beside it.
import type { ApplicationRecord } from '../application.ts'
import type { EnvironmentVariableRecord } from '../catalog.ts'
import type { CatalogChange } from '../change.ts'
import type { JsonValue } from '../../oauth/index.ts'
import type { SealedBox } from '../sealed-box.ts'
import { artifactRemovals } from './artifact-removals.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database } from './database.ts'
import {
  clientSecretPlace,
  connectionOptionsPlace,
  previousSecretPlace,
  variablePlace,
} from './catalog-rows.ts'
import { narrowUpdate } from './narrow-update.ts'
import type { catalogDocuments } from './catalog-documents.ts'
import { queueStatements } from './sql-webhook-store.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { withUnknownMembers } from './unknown-members.ts'
import { upsert } from './upsert.ts'

type CatalogTable = (typeof catalogDocuments)[keyof typeof catalogDocuments]['table']

/** What is kept of a document that is replaced, though this version does not know it. */
export type UnknownMembers = (table: CatalogTable, id: string) => JsonValue | undefined

export function catalogWrites(
  database: Database,
  box: SealedBox,
  unknownMembers: UnknownMembers,
): WritesOf<CatalogChange['kind']> {
  const document = (table: CatalogTable, id: string, record: object) =>
    JSON.stringify(withUnknownMembers(record, unknownMembers(table, id)))
  const put = putStatements(database)
  const remove = deleteStatements(database)
  const removals = artifactRemovals(database)
  const expect = narrowUpdate(database, 'counters')
  const queues = queueStatements(database)
  return {
    'expect-catalog': ({ version }) => [
      expect({ key: { name: 'catalog' }, set: {}, expected: { value: version } }),
    ],
    'put-role': ({ role }) => [
      put.role({ id: role.id, key: role.key, document: document('roles', role.id, role) }),
    ],
    'delete-role': ({ roleId }) => [remove.role({ id: roleId })],
    'put-permission': ({ permission }) => [
      put.permission({
        id: permission.id,
        key: permission.key,
        document: document('permissions', permission.id, permission),
      }),
    ],
    'delete-permission': ({ permissionId }) => [remove.permission({ id: permissionId })],
    'put-feature-flag': ({ flag }) => [
      put.featureFlag({ id: flag.id, key: flag.key, document: document('feature_flags', flag.id, flag) }),
    ],
    'delete-feature-flag': ({ key }) => [
      remove.featureFlag({ key }),
      remove.userFlags({ key }),
      remove.organizationFlags({ key }),
    ],
    'put-property': ({ property }) => [
      put.property({
        id: property.id,
        key: property.key,
        context: property.context,
        document: document('properties', property.id, property),
      }),
    ],
    'delete-property': ({ key, context }) => [
      remove.property({ key, context }),
      ...(context === 'usr' ? [remove.userProperties({ key })] : []),
      ...(context === 'org' ? [remove.organizationProperties({ key })] : []),
    ],
    'put-property-category': ({ category }) => [
      put.propertyCategory({
        id: category.id,
        document: document('property_categories', category.id, category),
      }),
    ],
    'put-environment-settings': ({ settings }) => [
      put.environmentSettings({
        id: settings.id,
        document: document('environment_settings', settings.id, settings),
      }),
    ],
    'put-application': ({ application }) => [
      put.application({
        id: application.clientId,
        document: document('applications', application.clientId, sealedApplication(application, box)),
      }),
    ],
    'delete-application': ({ clientId }) => [
      remove.application({ id: clientId }),
      ...removals.ofApplication(clientId),
    ],
    'put-api': ({ api }) => [
      put.api({ id: api.id, audience: api.audience, document: document('apis', api.id, api) }),
    ],
    'delete-api': ({ apiId }) => [...removals.ofApi(apiId), remove.api({ id: apiId })],
    'end-api-tokens': ({ apiId, clientId, isMachinesOnly }) =>
      removals.ofApiAccess(apiId, clientId, isMachinesOnly),
    'put-connection': ({ connection, options }) => {
      const { id } = connection
      const row = { id, document: document('connections', id, connection) }
      if (options === undefined) return [put.connection(row)]
      const sealed = box.seal(JSON.stringify(options), connectionOptionsPlace(id))
      return [put.connectionWithOptions({ ...row, sealed_options: sealed })]
    },
    'delete-connection': ({ connectionId }) => [remove.connection({ id: connectionId })],
    'put-environment-variable': ({ variable }) => [
      put.variable({
        id: variable.id,
        key: variable.key,
        document: document('environment_variables', variable.id, sealedVariable(variable, box)),
      }),
    ],
    'delete-environment-variable': ({ variableId }) => [remove.variable({ id: variableId })],
    'put-deployment-role': ({ role }) => [
      put.deploymentRole({ id: role.id, document: document('deployment_roles', role.id, role) }),
    ],
    'delete-deployment-role': ({ role }) => [remove.deploymentRole({ id: role })],
    'put-deployment-preview': ({ preview }) => {
      const id = preview.deploymentId
      return [put.deploymentPreview({ id, document: document('deployment_previews', id, preview) })]
    },
    'delete-deployment-preview': ({ deploymentId }) => [remove.deploymentPreview({ id: deploymentId })],
    'put-billing-plan': ({ plan }) => [
      put.billingPlan({ id: plan.id, document: document('billing_plans', plan.id, plan) }),
    ],
    'delete-billing-plan': ({ planId }) => [remove.billingPlan({ id: planId })],
    'put-webhook': ({ webhook }) => [
      put.webhook({ id: webhook.id, document: document('webhooks', webhook.id, webhook) }),
      queues.begin({ webhook_id: webhook.id }),
    ],
    'delete-webhook': ({ webhookId: id }) => [
      remove.webhook({ id }),
      queues.endQueue({ webhook_id: id }),
      queues.endDeliveries({ webhook_id: id }),
    ],
  }
}

function sealedApplication(application: ApplicationRecord, box: SealedBox): object {
  const { clientId, clientSecret, previousClientSecret: previous } = application
  const sealed = clientSecret === null ? null : box.seal(clientSecret, clientSecretPlace(clientId))
  const before = typeof previous === 'string' ? box.seal(previous, previousSecretPlace(clientId)) : previous
  return {
    ...application,
    clientSecret: sealed,
    ...(before !== undefined && { previousClientSecret: before }),
  }
}

function sealedVariable(variable: EnvironmentVariableRecord, box: SealedBox): object {
  const { id, value, isSecret } = variable
  return { ...variable, value: isSecret ? box.seal(value, variablePlace(id)) : value }
}

function putStatements(database: Database) {
  const byKey = { id: 'key', key: 'replace', document: 'replace' } as const
  const plain = { id: 'key', document: 'replace' } as const
  return {
    role: upsert<Tables['roles']>(database, 'roles', byKey),
    permission: upsert<Tables['permissions']>(database, 'permissions', byKey),
    featureFlag: upsert<Tables['feature_flags']>(database, 'feature_flags', byKey),
    variable: upsert<Tables['environment_variables']>(database, 'environment_variables', byKey),
    property: upsert<Tables['properties']>(database, 'properties', { ...byKey, context: 'replace' }),
    application: upsert<Tables['applications']>(database, 'applications', plain),
    connection: upsert<Omit<Tables['connections'], 'sealed_options'>>(database, 'connections', plain),
    connectionWithOptions: upsert<Tables['connections']>(database, 'connections', {
      ...plain,
      sealed_options: 'replace',
    }),
    propertyCategory: upsert<Tables['property_categories']>(database, 'property_categories', plain),
    environmentSettings: upsert<Tables['environment_settings']>(database, 'environment_settings', plain),
    deploymentRole: upsert<Tables['deployment_roles']>(database, 'deployment_roles', plain),
    deploymentPreview: upsert<Tables['deployment_previews']>(database, 'deployment_previews', plain),
    webhook: upsert<Tables['webhooks']>(database, 'webhooks', plain),
    billingPlan: upsert<Tables['billing_plans']>(database, 'billing_plans', plain),
    api: upsert<Tables['apis']>(database, 'apis', { ...plain, audience: 'replace' }),
  }
}

function deleteStatements({ builder }: Database) {
  type ById =
    | 'roles'
    | 'permissions'
    | 'applications'
    | 'apis'
    | 'connections'
    | 'environment_variables'
    | 'deployment_roles'
    | 'deployment_previews'
    | 'webhooks'
    | 'billing_plans'
  const byId = (table: ById) =>
    prepare((slot: { id: string }) => builder.deleteFrom(table).where('id', '=', slot.id))
  type ByKey =
    | 'feature_flags'
    | 'user_flags'
    | 'organization_flags'
    | 'user_properties'
    | 'organization_properties'
  const byKey = (table: ByKey) =>
    prepare((slot: { key: string }) => builder.deleteFrom(table).where('key', '=', slot.key))
  return {
    role: byId('roles'),
    permission: byId('permissions'),
    application: byId('applications'),
    api: byId('apis'),
    connection: byId('connections'),
    variable: byId('environment_variables'),
    deploymentRole: byId('deployment_roles'),
    deploymentPreview: byId('deployment_previews'),
    webhook: byId('webhooks'),
    billingPlan: byId('billing_plans'),
    featureFlag: byKey('feature_flags'),
    userFlags: byKey('user_flags'),
    organizationFlags: byKey('organization_flags'),
    userProperties: byKey('user_properties'),
    organizationProperties: byKey('organization_properties'),
    property: prepare((slot: { key: string; context: string }) =>
      builder.deleteFrom('properties').where('key', '=', slot.key).where('context', '=', slot.context),
    ),
  }
}
