// Permissions, roles, feature flags, properties, plans and APIs: what the file declares, record by record, and the steps towards it.
import type {
  ApiRecord,
  BillingPlanRecord,
  FeatureFlagRecord,
  PermissionRecord,
  PropertyCategoryRecord,
  PropertyRecord,
  RoleRecord,
} from '../../store/index.ts'
import { declaredId } from '../ids.ts'
import { found, freeId, idsOf, withIssuer, type PlanContext } from './plan-context.ts'
import { recordStep, type PlanStep } from './plan-step.ts'

/** The records that the file declares, with their ids, and the steps that make them so. */
export interface Declared<Row> {
  readonly records: readonly Row[]
  readonly steps: readonly PlanStep[]
}

export function declaredPermissions({ file, catalog, random }: PlanContext): Declared<PermissionRecord> {
  return declare(Object.entries(file.permissions), ([key, given]) => {
    const current = catalog.permissions.find((permission) => permission.key === key)
    const permission: PermissionRecord = {
      id: current?.id ?? freeId('permission', key, catalog.permissions, random),
      key,
      name: given.name ?? key,
      description: given.description ?? null,
    }
    const named = { what: 'permission', name: key }
    return [permission, recordStep(named, current, permission, { kind: 'put-permission', permission })]
  })
}

export function declaredRoles(
  context: PlanContext,
  permissions: readonly PermissionRecord[],
  apis: readonly ApiRecord[],
): Declared<RoleRecord> {
  const { file, catalog, random } = context
  return declare(Object.entries(file.roles), ([key, given]) => {
    const current = catalog.roles.find((role) => role.key === key)
    const role: RoleRecord = {
      id: current?.id ?? freeId('role', key, catalog.roles, random),
      key,
      name: given.name ?? key,
      description: given.description ?? null,
      permissionIds: idsOf(given.permissions ?? [], permissions),
      isDefault: given.isDefault ?? false,
      // What the file leaves out of these stays as the management API set it.
      scopeIds: given.apis?.flatMap((access) => scopeIdsOf(access, apis, context)) ?? current?.scopeIds ?? [],
      systemPermissions: given.systemPermissions ?? current?.systemPermissions ?? [],
      assignmentPermissionId: assignmentPermission(given, current, permissions),
    }
    return [role, recordStep({ what: 'role', name: key }, current, role, { kind: 'put-role', role })]
  })
}

function scopeIdsOf(
  { audience, scopes }: { readonly audience: string; readonly scopes: readonly string[] },
  apis: readonly ApiRecord[],
  context: PlanContext,
): string[] {
  const given = withIssuer(audience, context)
  return idsOf(
    scopes,
    found(
      apis.find((api) => api.audience === given),
      given,
    ).scopes,
  )
}

function assignmentPermission(
  { assignmentPermission: given }: { readonly assignmentPermission?: string | null | undefined },
  current: RoleRecord | undefined,
  permissions: readonly PermissionRecord[],
): string | null {
  if (given === undefined) return current?.assignmentPermissionId ?? null
  return given === null ? null : (idsOf([given], permissions)[0] ?? null)
}

export function declaredFlags({ file, catalog, random }: PlanContext): Declared<FeatureFlagRecord> {
  return declare(Object.entries(file.featureFlags), ([key, given]) => {
    const current = catalog.featureFlags.find((flag) => flag.key === key)
    const flag: FeatureFlagRecord = {
      id: current?.id ?? freeId('featureFlag', key, catalog.featureFlags, random),
      key,
      name: given.name ?? key,
      description: given.description ?? null,
      type: given.type,
      defaultValue: given.default,
      ...(given.value !== undefined && { environmentValue: given.value }),
      allowOverrideLevel: given.allowOverride ?? 'usr',
    }
    const named = { what: 'feature flag', name: key }
    return [flag, recordStep(named, current, flag, { kind: 'put-feature-flag', flag })]
  })
}

export function declaredCategories({ file, catalog }: PlanContext): Declared<PropertyCategoryRecord> {
  return declare(Object.entries(file.propertyCategories), ([key, { name = key, context }]) => {
    const category = { id: declaredId('propertyCategory', key), name, context }
    const current = catalog.propertyCategories.find(({ id }) => id === category.id)
    const named = { what: 'property category', name: key }
    return [category, recordStep(named, current, category, { kind: 'put-property-category', category })]
  })
}

export function declaredProperties({ file, catalog, random }: PlanContext): Declared<PropertyRecord> {
  return declare(Object.entries(file.properties), ([key, given]) => {
    const { context } = given
    const current = catalog.properties.find((one) => one.key === key && one.context === context)
    const property: PropertyRecord = {
      id: current?.id ?? freeId('property', `${context} ${key}`, catalog.properties, random),
      key,
      name: given.name ?? key,
      description: given.description ?? null,
      type: given.type ?? 'single_line_text',
      context,
      isPrivate: given.isPrivate ?? false,
      categoryId:
        given.category === undefined
          ? (current?.categoryId ?? null)
          : declaredId('propertyCategory', given.category),
    }
    const named = { what: 'property', name: key }
    return [property, recordStep(named, current, property, { kind: 'put-property', property })]
  })
}

export function declaredPlans({ file, catalog }: PlanContext): Declared<BillingPlanRecord> {
  return declare(Object.entries(file.billing.plans), ([code, given]) => {
    const plan: BillingPlanRecord = {
      id: declaredId('billingPlan', code),
      code,
      name: given.name ?? code,
      customer: given.customer ?? 'organization',
      period: given.period ?? 'month',
      features: Object.entries(given.features ?? {}).map(([key, feature]) => ({
        code: key,
        name: feature.name ?? key,
        priceName: feature.priceName ?? feature.name ?? key,
        fixedCharge: feature.fixedCharge ?? null,
        unitAmount: feature.unitAmount ?? null,
        min: feature.min ?? null,
        max: feature.max ?? null,
      })),
    }
    const current = catalog.billingPlans.find(({ id }) => id === plan.id)
    return [plan, recordStep({ what: 'plan', name: code }, current, plan, { kind: 'put-billing-plan', plan })]
  })
}

export function declaredApis(context: PlanContext): Declared<ApiRecord> {
  const { file, catalog, random } = context
  return declare(Object.entries(file.apis), ([key, given]) => {
    const audience = withIssuer(given.audience, context)
    const current = catalog.apis.find((api) => api.audience === audience)
    const id = current?.id ?? freeId('api', audience, catalog.apis, random)
    const held = current?.scopes ?? []
    const api: ApiRecord = {
      id,
      name: given.name ?? key,
      audience,
      isManagementApi: current?.isManagementApi ?? false,
      accessTokenType: given.accessTokenType ?? 'JWT',
      scopes: Object.entries(given.scopes ?? {}).map(([scope, description]) => ({
        id: held.find((one) => one.key === scope)?.id ?? freeId('apiScope', `${id} ${scope}`, held, random),
        key: scope,
        description: scopeDescription(
          description,
          held.find((one) => one.key === scope),
        ),
      })),
    }
    return [api, recordStep({ what: 'API', name: audience }, current, api, { kind: 'put-api', api })]
  })
}

/** The file says a text of each scope; an empty one leaves a scope that has none as it is. */
function scopeDescription(
  given: string,
  current: { readonly description: string | null } | undefined,
): string | null {
  return given === '' && current?.description === null ? null : given
}

function declare<Given, Row>(
  given: readonly Given[],
  plan: (one: Given) => readonly [Row, readonly PlanStep[]],
): Declared<Row> {
  const planned = given.map(plan)
  return { records: planned.map(([record]) => record), steps: planned.flatMap(([, steps]) => steps) }
}
