// Who belongs to an organization: adds, changes and removes members. A removed member's tokens for the organization end in the same
// commit; a refresh with one of them is refused.
import { z } from 'zod'
import { addMembers, changeMembers, removeMember } from '../../directory/index.ts'
import type { Catalog } from '../../store/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { foundMembership, foundOrganization, foundUser } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { RequestError } from '../request-error.ts'

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
      'Adds existing users to an organization, all or none, with the given roles and permissions (by key) or the default roles. Members do not change.',
    scope: 'create:organization_users',
    // A machine that could add a user could read that user from then on.
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ users: users(z.strictObject(memberFields)) }),
    answer: okSchema({ users_added: ids }),
    async handle({ path, body }, deps, caller) {
      const { code } = await foundOrganization(deps, path.org_code)
      const catalog = await deps.store.directory.catalog()
      for (const { id } of body.users) await foundUser(deps, id, caller)
      const wanted = body.users.map((given) => wantedMember(given, catalog))
      return ok({ users_added: [...(await addMembers(code, wanted, deps))] })
    },
  }),
  operation({
    method: 'patch',
    path: '/organizations/{org_code}/users',
    operationId: 'UpdateOrganizationUsers',
    summary:
      'Changes members, all or none. `operation: delete` removes a member; `roles` and `permissions` (by key) replace the current ones. Other users are added as members.',
    scope: 'update:organization_users',
    organizationBound: ofPath,
    query: noQuery,
    body: z.strictObject({
      users: users(z.strictObject({ ...memberFields, operation: z.literal('delete').optional() })),
    }),
    answer: okSchema({ users_added: ids, users_updated: ids, users_removed: ids }),
    async handle({ path, body }, deps, caller) {
      const { code } = await foundOrganization(deps, path.org_code)
      const catalog = await deps.store.directory.catalog()
      for (const { id } of body.users) await foundUser(deps, id, caller)
      const wanted = body.users.map((given) =>
        given.operation === 'delete'
          ? { userId: given.id, isRemoved: true as const }
          : wantedMember(given, catalog),
      )
      const { added, updated, removed } = await changeMembers(code, wanted, deps)
      return ok({ users_added: [...added], users_updated: [...updated], users_removed: [...removed] })
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/users/{user_id}',
    operationId: 'RemoveOrganizationUser',
    summary: 'Removes a member from an organization and revokes the user’s refresh tokens for it.',
    scope: 'delete:organization_users',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      await removeMember(await foundMembership(deps, path, caller), deps)
      return ok({})
    },
  }),
]

function wantedMember({ id, roles, permissions }: GivenMember, catalog: Catalog) {
  return {
    userId: id,
    roleIds: roles && idsOf('role', roles, catalog),
    permissionIds: permissions && idsOf('permission', permissions, catalog),
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
