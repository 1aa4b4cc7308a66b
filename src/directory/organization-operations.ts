// Creates, changes and deletes organizations, and sets values of properties and feature flags of users and organizations. Each is one commit with its audit record.
import { StoreError } from '../errors/index.ts'
import type { Change, OrganizationFields, OrganizationRecord, Owner } from '../store/index.ts'
import { audited, beforeAndAfter, differences, type OperationDeps } from './operation.ts'
import { newMembership } from './organization.ts'

/** What is given of a new organization. */
export interface GivenOrganization {
  readonly code: string
  readonly name: string
  readonly handle?: string | undefined
  readonly externalId?: string | undefined
  readonly isAutoMembershipEnabled?: boolean | undefined
}

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
  }
  const changes: Change[] = [{ kind: 'add-organization', organization }]
  if (creatorId !== undefined) {
    const membership = newMembership(code, creatorId, await directory.catalog(), atMs)
    changes.push({ kind: 'add-membership', membership })
  }
  const after = { name, handle, externalId, isAutoMembershipEnabled }
  changes.push(audited(deps, creatorId ?? null, { org_code: code, ...beforeAndAfter({}, after) }))
  try {
    await commit(changes)
  } catch (error) {
    const isConflict = error instanceof StoreError && error.code === 'store_conflict'
    if (!isConflict || (await directory.organization(code)) === undefined) throw error
  }
}

/** Fields that are not given do not change. */
export async function updateOrganization(
  before: OrganizationRecord,
  fields: OrganizationFields,
  deps: OperationDeps,
): Promise<void> {
  const { code } = before
  const { set, expected } = differences<OrganizationRecord, OrganizationFields>(before, fields)
  const isChanged = Object.keys(set).length > 0
  await deps.store.commit([
    ...(isChanged ? [{ kind: 'update-organization', code, set, expected } as const] : []),
    audited(deps, null, { org_code: code, ...beforeAndAfter(expected, set) }),
  ])
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
