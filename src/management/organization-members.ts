// Who belongs to an organization: adds, changes and removes members. A removed member's tokens for the organization end in the same
// commit; a refresh with one of them is refused.
import { z } from 'zod'
import { newMembership } from '../directory/index.ts'
import type { Catalog, DirectoryChange, MembershipRecord } from '../store/index.ts'
import { doneSchema, ok, okSchema } from './envelope.ts'
import { foundMembership, foundOrganization, foundUser } from './found.ts'
import type { ManagementDeps } from './management-deps.ts'
import { noBody, noQuery, operation, type Concerned } from './operation.ts'
import { RequestError } from './request-error.ts'

const mostUsers = 100

const memberFields = {
  id: z.string().min(1).max(200),
  roles: z.array(z.string().max(200)).max(500).optional(),
  permissions: z.array(z.string().max(200)).max(500).optional(),
}
type GivenMember = z.output<z.ZodObject<typeof memberFields>>

/** Counted before they are parsed: each could be wrong in several ways. */
const users = <Member extends z.ZodObject>(member: Member) =>
  z.array(z.unknown()).min(1).max(mostUsers).pipe(z.array(member))
const ids = z.array(z.string())

export const organizationMembersOperations = [
  operation({
    method: 'post',
    path: '/organizations/{org_code}/users',
    operationId: 'AddOrganizationUsers',
    summary:
      'Adds users that exist to an organization, all or none: with the roles and permissions that are named by their keys, or the default roles. Members stay as they are.',
    scope: 'create:organization_users',
    // A machine that could add a user could read that user from then on.
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ users: users(z.strictObject(memberFields)) }),
    answer: okSchema({ users_added: ids }),
    concerned: (_input, { users_added: added }) => concernedBy({ added }),
    async handle({ path, body }, deps, caller) {
      const { code } = await foundOrganization(deps, path.org_code)
      const memberships: MembershipRecord[] = []
      for (const given of body.users) {
        await foundUser(deps, given.id, caller)
        if ((await deps.store.directory.membership(code, given.id)) === undefined)
          memberships.push(await wantedMembership(code, given, undefined, deps))
      }
      await deps.store.directory.apply(memberships.map(putMembership))
      return ok({ users_added: memberships.map(({ userId }) => userId) })
    },
  }),
  operation({
    method: 'patch',
    path: '/organizations/{org_code}/users',
    operationId: 'UpdateOrganizationUsers',
    summary:
      'Changes members, all or none: `operation: delete` removes one, `roles` and `permissions` replace what one has, by keys. Users that are not members are added.',
    scope: 'update:organization_users',
    organizationBound: { organization: ({ path }) => path.org_code },
    query: noQuery,
    body: z.strictObject({
      users: users(z.strictObject({ ...memberFields, operation: z.literal('delete').optional() })),
    }),
    answer: okSchema({ users_added: ids, users_updated: ids, users_removed: ids }),
    concerned: (_input, { users_added: added, users_updated: changed, users_removed: removed }) =>
      concernedBy({ added, changed, removed }),
    async handle({ path, body }, deps, caller) {
      const { code } = await foundOrganization(deps, path.org_code)
      const done: Record<'added' | 'updated' | 'removed', string[]> = { added: [], updated: [], removed: [] }
      const changes: DirectoryChange[] = []
      for (const given of body.users) {
        const { id: userId } = await foundUser(deps, given.id, caller)
        const current = await deps.store.directory.membership(code, userId)
        if (given.operation !== 'delete') {
          changes.push(putMembership(await wantedMembership(code, given, current, deps)))
          done[current === undefined ? 'added' : 'updated'].push(userId)
        } else if (current !== undefined) {
          changes.push({ kind: 'delete-membership', organizationCode: code, userId })
          done.removed.push(userId)
        }
      }
      await deps.store.directory.apply(changes)
      return ok({ users_added: done.added, users_updated: done.updated, users_removed: done.removed })
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/users/{user_id}',
    operationId: 'RemoveOrganizationUser',
    summary:
      'Removes a member from an organization. What the user’s tokens for it allowed ends: a refresh with one is refused.',
    scope: 'delete:organization_users',
    organizationBound: { organization: ({ path }) => path.org_code },
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      const { organizationCode, userId } = await foundMembership(deps, path, caller)
      await deps.store.directory.apply([{ kind: 'delete-membership', organizationCode, userId }])
      return ok({})
    },
  }),
]

function concernedBy(changes: Readonly<Record<string, readonly string[]>>): Concerned[] {
  return Object.entries(changes).flatMap(([change, userIds]) => userIds.map((userId) => ({ userId, change })))
}

export function putMembership(membership: MembershipRecord): DirectoryChange {
  return { kind: 'put-membership', membership }
}

/** What is not named stays, or is as for any new member. */
async function wantedMembership(
  code: string,
  { id, roles, permissions }: GivenMember,
  current: MembershipRecord | undefined,
  { store, nowMs }: Pick<ManagementDeps, 'store' | 'nowMs'>,
): Promise<MembershipRecord> {
  const catalog = await store.directory.catalog()
  const base = current ?? newMembership(code, id, catalog, nowMs())
  return {
    ...base,
    roleIds: roles === undefined ? base.roleIds : idsOf('role', roles, catalog),
    permissionIds: permissions === undefined ? base.permissionIds : idsOf('permission', permissions, catalog),
  }
}

function idsOf(kind: 'role' | 'permission', keys: readonly string[], catalog: Catalog): string[] {
  const [records, code] =
    kind === 'role'
      ? ([catalog.roles, 'ROLE_NOT_FOUND'] as const)
      : ([catalog.permissions, 'PERMISSION_NOT_FOUND'] as const)
  return [...new Set(keys)].map((key) => {
    const found = records.find((record) => record.key === key)
    if (found === undefined)
      throw new RequestError(code, `There is no ${kind} with the key ${JSON.stringify(key)}.`)
    return found.id
  })
}
