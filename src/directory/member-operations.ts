// Who belongs to an organization and what members may do there. Each operation is one commit with its audit records, one for each user.
// Removing a member ends the user's tokens for the organization in the same commit.
import {
  isCommitted,
  type ApiScopeKey,
  type Change,
  type HeldIds,
  type MembershipKey,
  type MembershipRecord,
  type OrganizationRecord,
} from '../store/index.ts'
import { audited, beforeAndAfter, type OperationDeps } from './operation.ts'
import { letsIn } from './organization-settings.ts'
import { newMembership } from './organization.ts'

/** How a user is to be in an organization. Roles and permissions that are not given stay, or are those of any new member. */
export type WantedMember = { readonly userId: string } & (
  | { readonly isRemoved: true }
  | {
      readonly isRemoved?: false
      readonly roleIds?: readonly string[] | undefined
      readonly permissionIds?: readonly string[] | undefined
    }
)

export interface ChangedMembers {
  readonly added: readonly string[]
  readonly updated: readonly string[]
  readonly removed: readonly string[]
}

/** All or none. Resolves to the ids of the users; one who is to be removed and is not a member is in no list. */
export async function changeMembers(
  organizationCode: string,
  wanted: readonly WantedMember[],
  deps: OperationDeps,
): Promise<ChangedMembers> {
  const done = { added: new Array<string>(), updated: new Array<string>(), removed: new Array<string>() }
  const changes: Change[] = []
  // Of a user who is named twice, the last entry holds.
  for (const [userId, member] of new Map(wanted.map((one) => [one.userId, one]))) {
    const current = await deps.store.directory.membership(organizationCode, userId)
    if (member.isRemoved) {
      if (current === undefined) continue
      changes.push(...removal(current, deps))
      done.removed.push(userId)
    } else {
      const { roleIds, permissionIds } = member
      const given = { ...(roleIds && { roleIds }), ...(permissionIds && { permissionIds }) }
      changes.push(
        ...(current === undefined
          ? await joining(organizationCode, userId, given, deps)
          : replacement(current, given, deps)),
      )
      done[current === undefined ? 'added' : 'updated'].push(userId)
    }
  }
  await deps.store.commit(changes)
  return done
}

/** All or none. Members stay as they are. Resolves to the ids of the users who are new. */
export async function addMembers(
  organizationCode: string,
  wanted: readonly Exclude<WantedMember, { readonly isRemoved: true }>[],
  deps: OperationDeps,
): Promise<readonly string[]> {
  const isNew = await Promise.all(
    wanted.map(async ({ userId }) => !(await deps.store.directory.membership(organizationCode, userId))),
  )
  const added = wanted.filter((_, index) => isNew[index])
  return (await changeMembers(organizationCode, added, deps)).added
}

/**
 * A user who asks for an organization joins it when it lets them in (C§1: `org_code`). Resolves to the organization; undefined when it does
 * not exist or does not let them in.
 */
export async function joinByThemselves(
  code: string,
  userId: string,
  deps: Omit<OperationDeps, 'random'>,
): Promise<OrganizationRecord | undefined> {
  const { directory, commit } = deps.store
  const organization = await directory.organization(code)
  if (organization === undefined) return undefined
  const identities = await directory.identities(userId)
  if (!identities.some((identity) => letsIn(organization, identity))) return undefined
  const membership = newMembership(code, userId, await directory.catalog(), deps.now())
  // Another tab may have been faster: the user is a member then, too.
  await isCommitted(
    commit([
      { kind: 'add-membership', membership },
      audited(deps, userId, { org_code: code, change: 'joined' }),
    ]),
  )
  return organization
}

export async function removeMember(membership: MembershipRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit(removal(membership, deps))
}

/** Gives or takes single roles or permissions. Taking one that the member does not have is a lost compare-and-set. */
export async function changeMemberAccess(
  { organizationCode, userId }: MembershipRecord,
  access: { readonly roles?: HeldIds; readonly permissions?: HeldIds },
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([
    { kind: 'update-membership', organizationCode, userId, ...access },
    audited(deps, userId, { org_code: organizationCode, change: 'changed', ...access }),
  ])
}

export async function giveApiScope(
  { organizationCode, userId }: MembershipKey,
  { apiId, scopeId }: ApiScopeKey,
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([
    { kind: 'add-member-api-scope', organizationCode, userId, apiId, scopeId },
    audited(deps, userId, { org_code: organizationCode, change: 'scope given', apiId, scopeId }),
  ])
}

/** A scope that the member does not have is a lost compare-and-set. */
export async function takeApiScope(
  { organizationCode, userId }: MembershipKey,
  { apiId, scopeId }: ApiScopeKey,
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([
    { kind: 'delete-member-api-scope', organizationCode, userId, apiId, scopeId },
    audited(deps, userId, { org_code: organizationCode, change: 'scope taken', apiId, scopeId }),
  ])
}

interface Given {
  readonly roleIds?: readonly string[]
  readonly permissionIds?: readonly string[]
}

async function joining(
  organizationCode: string,
  userId: string,
  given: Given,
  deps: OperationDeps,
): Promise<readonly Change[]> {
  const catalog = await deps.store.directory.catalog()
  const membership = { ...newMembership(organizationCode, userId, catalog, deps.now()), ...given }
  const { roleIds, permissionIds } = membership
  return [
    { kind: 'add-membership', membership },
    audited(deps, userId, {
      org_code: organizationCode,
      change: 'added',
      ...beforeAndAfter({}, { roleIds, permissionIds }),
    }),
  ]
}

function replacement(
  current: MembershipRecord,
  { roleIds, permissionIds }: Given,
  deps: OperationDeps,
): Change[] {
  const { organizationCode, userId } = current
  return [
    {
      kind: 'update-membership',
      organizationCode,
      userId,
      ...(roleIds && { roles: { only: roleIds } }),
      ...(permissionIds && { permissions: { only: permissionIds } }),
    },
    audited(deps, userId, {
      org_code: organizationCode,
      change: 'changed',
      ...beforeAndAfter(
        {
          ...(roleIds && { roleIds: current.roleIds }),
          ...(permissionIds && { permissionIds: current.permissionIds }),
        },
        {
          ...(roleIds && { roleIds }),
          ...(permissionIds && { permissionIds }),
        },
      ),
    }),
  ]
}

function removal({ organizationCode, userId }: MembershipRecord, deps: OperationDeps): Change[] {
  return [
    { kind: 'delete-membership', organizationCode, userId },
    audited(deps, userId, { org_code: organizationCode, change: 'removed' }),
  ]
}
