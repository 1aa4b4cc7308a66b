// Creates, changes and deletes organizations, and sets values of properties and feature flags of users and organizations. Each is one commit with its audit record.
import { isDeepStrictEqual } from 'node:util'
import { StoreError } from '../errors/index.ts'
import type {
  AgreementRecord,
  Change,
  OrganizationFields,
  OrganizationRecord,
  OrganizationSettings,
  Owner,
} from '../store/index.ts'
import type { BrandingPlan } from './branding.ts'
import { audited, beforeAndAfter, differences, type OperationDeps } from './operation.ts'
import { isSuspended, withSettings, type GivenSettings } from './organization-settings.ts'
import { newMembership } from './organization.ts'

/** What is given of a new organization. */
export interface GivenOrganization {
  readonly code: string
  readonly name: string
  readonly handle?: string | undefined
  readonly externalId?: string | undefined
  readonly isAutoMembershipEnabled?: boolean | undefined
  readonly settings?: GivenSettings
  /** Values of flags, by key. */
  readonly featureFlags?: Readonly<Record<string, unknown>>
  readonly look?: ChangedLook
  /** Of its own, as a customer. */
  readonly agreement?: AgreementRecord | undefined
}

/** How its pages and mails look, as planBranding() found that it changes. */
type ChangedLook = Pick<BrandingPlan, 'changes' | 'before' | 'after'>

/** `creatorId`: the user who becomes its first member, with the default roles. Creating one that exists already changes nothing. */
export async function createOrganization(
  given: GivenOrganization,
  deps: Omit<OperationDeps, 'random'>,
  creatorId?: string,
): Promise<void> {
  const { directory, commit } = deps.store
  const atMs = deps.now()
  const { code, handle = null, externalId = null, isAutoMembershipEnabled = false } = given
  const name = given.name.trim()
  const organization: OrganizationRecord = {
    code,
    name,
    handle,
    externalId,
    isDefault: false,
    isAutoMembershipEnabled,
    createdAtMs: atMs,
    settings: withSettings({}, given.settings ?? {}),
  }
  const flags = Object.entries(given.featureFlags ?? {})
  const owner = { context: 'org', id: code } as const
  const changes: Change[] = [
    { kind: 'add-organization', organization },
    ...flags.map(([key, value]) => ({ kind: 'set-flag', owner, key, value }) as const),
    ...(given.look?.changes ?? []),
    ...(given.agreement
      ? [{ kind: 'add-agreement', agreement: given.agreement, previousPlanCode: null } as const]
      : []),
  ]
  if (creatorId !== undefined) {
    const membership = newMembership(code, creatorId, await directory.catalog(), atMs)
    changes.push({ kind: 'add-membership', membership })
  }
  const after = {
    name,
    handle,
    externalId,
    isAutoMembershipEnabled,
    ...auditTexts(organization.settings),
    ...given.look?.after,
    ...(given.agreement && {
      agreement_id: given.agreement.id,
      plan_code: given.agreement.planCode,
    }),
    ...(flags.length > 0 && { featureFlags: flags.map(([key, value]) => `${key} ${JSON.stringify(value)}`) }),
  }
  changes.push(audited(deps, creatorId ?? null, { org_code: code, ...beforeAndAfter({}, after) }))
  try {
    await commit(changes)
  } catch (error) {
    const isConflict = error instanceof StoreError && error.code === 'store_conflict'
    if (!isConflict || (await directory.organization(code)) === undefined) throw error
  }
}

export type OrganizationUpdate = Omit<OrganizationFields, 'settings'> & {
  readonly settings?: GivenSettings
  readonly look?: ChangedLook
}

/** Fields that are not given do not change. Suspending one ends the tokens that its members have for it. */
export async function updateOrganization(
  before: OrganizationRecord,
  { settings: given = {}, look, ...fields }: OrganizationUpdate,
  deps: OperationDeps,
): Promise<void> {
  const { code } = before
  const settings = withSettings(before.settings, given)
  const changed = differences<OrganizationRecord, OrganizationFields>(before, {
    ...fields,
    ...(!isDeepStrictEqual(settings, before.settings) && { settings }),
  })
  const isChanged = Object.keys(changed.set).length > 0
  await deps.store.commit([
    ...(isChanged ? [{ kind: 'update-organization', code, ...changed } as const] : []),
    ...(isSuspended({ settings }) && !isSuspended(before)
      ? [{ kind: 'sign-out-organization', code } as const]
      : []),
    ...(look?.changes ?? []),
    audited(deps, null, {
      org_code: code,
      ...beforeAndAfter(
        { ...auditFields(changed.expected, given), ...look?.before },
        { ...auditFields(changed.set, given), ...look?.after },
      ),
    }),
  ])
}

/** Of the settings those that were given. */
function auditFields({ settings, ...fields }: OrganizationFields, given: GivenSettings) {
  const named = Object.entries(settings ?? {}).filter(([name]) => Object.hasOwn(given, name))
  return { ...fields, ...auditTexts(Object.fromEntries(named)) }
}

function auditTexts(settings: OrganizationSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}

/** With memberships and values. Tokens for it end, its users stay. */
export async function deleteOrganization({ code }: OrganizationRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([{ kind: 'delete-organization', code }, audited(deps, null, { org_code: code })])
}

export interface PropertyValue {
  readonly key: string
  /** Null takes the value away. */
  readonly value: string | null
}

/** All or none. Properties that are not named keep their values. */
export async function setPropertyValues(
  owner: Owner,
  values: readonly PropertyValue[],
  deps: OperationDeps,
): Promise<void> {
  const current = await deps.store.directory.propertyValues(owner)
  const valueOf = (key: string) => (Object.hasOwn(current, key) ? (current[key] ?? null) : null)
  const changed = values.filter(({ key, value }) => value !== valueOf(key))
  const before = Object.fromEntries(changed.map(({ key }) => [key, valueOf(key)]))
  const after = Object.fromEntries(changed.map(({ key, value }) => [key, value]))
  const whom = owner.context === 'usr' ? owner.id : null
  await deps.store.commit([
    ...changed.map(
      ({ key, value }) => ({ kind: 'set-property', owner, key, value, expected: valueOf(key) }) as const,
    ),
    audited(deps, whom, {
      ...(owner.context === 'org' && { org_code: owner.id }),
      ...beforeAndAfter(before, after),
    }),
  ])
}

export interface FlagOverride {
  readonly key: string
  /** Undefined takes the value away. */
  readonly value: unknown
}

/** All or none. Flags that are not named keep their values. */
export async function setFlagOverrides(
  owner: Owner,
  values: readonly FlagOverride[],
  deps: OperationDeps,
): Promise<void> {
  const current = await deps.store.directory.flagOverrides(owner)
  // As text: a value may be any JSON.
  const before = values.map(({ key }) => [
    key,
    Object.hasOwn(current, key) ? JSON.stringify(current[key]) : null,
  ])
  const after = values.map(({ key, value }) => [key, value === undefined ? null : JSON.stringify(value)])
  await deps.store.commit([
    ...values.map(({ key, value }) => ({ kind: 'set-flag', owner, key, value }) as const),
    audited(deps, owner.context === 'usr' ? owner.id : null, {
      ...(owner.context === 'org' && { org_code: owner.id }),
      ...beforeAndAfter(Object.fromEntries(before), Object.fromEntries(after)),
    }),
  ])
}
