// Who has a role in an organization: found by an index that begins with organization and role, whatever the number of members.
import { z } from 'zod'
import type { RoleRecord } from '../../store/index.ts'
import { ok, okSchema } from '../envelope.ts'
import { foundOrganization, foundRole } from '../found.ts'
import type { ManagementDeps } from '../management-deps.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { nextToken, nextTokenOf, pageQuery, pageRequest } from '../pagination.ts'

export const organizationRoleUsersOperations = [
  operation({
    method: 'get',
    path: '/organizations/{org_code}/roles/{role_id}/users',
    operationId: 'GetOrganizationRoleUsers',
    summary: 'The ids of the members who have a role, page by page.',
    scope: 'read:organization_user_roles',
    organizationBound: ofPath,
    query: z.object(pageQuery),
    body: noBody,
    answer: okSchema({ users: z.array(z.strictObject({ id: z.string() })), ...nextToken }),
    async handle({ path, query }, { store }) {
      const { code, role } = await found(path, { store })
      const page = await store.directory.membersWithRole(code, role.id, pageRequest(query))
      return ok({ users: page.items.map((id) => ({ id })), ...nextTokenOf(page) })
    },
  }),
  operation({
    method: 'get',
    path: '/organizations/{org_code}/roles/{role_id}/users/count',
    operationId: 'GetOrganizationRoleUsersCount',
    summary: 'How many members have a role.',
    scope: 'read:organization_user_roles',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: okSchema({ count: z.int() }),
    async handle({ path }, { store }) {
      const { code, role } = await found(path, { store })
      return ok({ count: await store.directory.countWithRole(code, role.id) })
    },
  }),
]

async function found(
  path: { readonly org_code: string; readonly role_id: string },
  deps: Pick<ManagementDeps, 'store'>,
): Promise<{ readonly code: string; readonly role: RoleRecord }> {
  const { code } = await foundOrganization(deps, path.org_code)
  return { code, role: await foundRole(deps, path.role_id) }
}
