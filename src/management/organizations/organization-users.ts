// The members of an organization.
import { z } from 'zod'
import { effectiveRoles } from '../../directory/index.ts'
import {
  listOrders,
  type Catalog,
  type HeldFilter,
  type MembershipRecord,
  type UserRecord,
} from '../../store/index.ts'
import { isoTime, ok, okSchema } from '../envelope.ts'
import { foundOrganization } from '../found.ts'
import { noBody, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { listedPage, nextToken, nextTokenOf, pageQuery, pageRequest } from '../pagination.ts'

const memberSchema = z.strictObject({
  id: z.string(),
  email: z.string().nullable(),
  full_name: z.string(),
  last_name: z.string().nullable(),
  first_name: z.string().nullable(),
  picture: z.string().nullable(),
  joined_on: z.string(),
  last_accessed_on: z.string().nullable(),
  is_suspended: z.boolean(),
  roles: z.array(z.string()),
})
type Member = z.input<typeof memberSchema>

const mostKeys = 20
const keysField = z
  .string()
  .refine((text) => text.split(',').length <= mostKeys, `at most ${mostKeys} keys are allowed`)
  .optional()

export const organizationUsersOperations = [
  operation({
    method: 'get',
    path: '/organizations/{org_code}/users',
    operationId: 'GetOrganizationUsers',
    summary:
      'The members of an organization with the keys of their roles, page by page by their ids, or by name or preferred address with `sort`. `roles` and `permissions` (comma lists of keys) leave those who have all of them, a permission by a role or directly.',
    scope: 'read:organization_users',
    organizationBound: ofPath,
    query: z.object({
      ...pageQuery,
      sort: z.enum(listOrders).optional(),
      permissions: keysField,
      roles: keysField,
    }),
    body: noBody,
    answer: okSchema({ organization_users: z.array(memberSchema), ...nextToken }),
    async handle({ path, query }, { store }) {
      const { code } = await foundOrganization({ store }, path.org_code)
      const catalog = await store.directory.catalog()
      const filters = heldFilters(query, catalog)
      const page =
        filters === 'empty'
          ? { items: [] }
          : await listedPage(() => store.directory.members(code, pageRequest(query), filters, query.sort))
      const userIds = page.items.map(({ userId }) => userId)
      const [users, everywhere] = await Promise.all([
        store.directory.usersById(userIds),
        store.directory.membershipKeysOf(userIds),
      ])
      const byId = new Map(users.map((user) => [user.id, user]))
      const here = everywhere.filter(({ organizationCode }) => organizationCode === code)
      const accessed = new Map(here.map(({ userId, lastSignedInAtMs }) => [userId, lastSignedInAtMs]))
      // One that was deleted while the page was read is left out.
      const members = page.items.flatMap((membership) => {
        const user = byId.get(membership.userId)
        return user === undefined ? [] : [memberOf(membership, user, accessed.get(user.id) ?? null, catalog)]
      })
      return ok({ organization_users: members, ...nextTokenOf(page) })
    },
  }),
]

/** A key that does not exist is one that no member has. */
function heldFilters(
  { roles, permissions }: { readonly roles?: string | undefined; readonly permissions?: string | undefined },
  catalog: Catalog,
): readonly HeldFilter[] | 'empty' {
  const ofRoles = keys(roles).map((key) => catalog.roles.find((role) => role.key === key))
  const ofPermissions = keys(permissions).map((key) => catalog.permissions.find((one) => one.key === key))
  if ([...ofRoles, ...ofPermissions].includes(undefined)) return 'empty'
  return [
    ...ofRoles.flatMap((role) => (role ? [{ roleIds: [role.id], permissionIds: [] }] : [])),
    ...ofPermissions.flatMap((permission) =>
      permission ? [{ roleIds: rolesWith(permission.id, catalog), permissionIds: [permission.id] }] : [],
    ),
  ]
}

function rolesWith(permissionId: string, { roles }: Catalog): string[] {
  return roles.filter(({ permissionIds }) => permissionIds.includes(permissionId)).map(({ id }) => id)
}

function keys(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '')
}

function memberOf(
  membership: MembershipRecord,
  user: UserRecord,
  lastSignedInAtMs: number | null,
  catalog: Catalog,
): Member {
  const { firstName, lastName } = user
  return {
    id: user.id,
    email: user.preferredEmail,
    full_name: [firstName, lastName].filter((name) => name !== null).join(' '),
    last_name: lastName,
    first_name: firstName,
    picture: user.picture,
    joined_on: isoTime(membership.joinedAtMs),
    last_accessed_on: lastSignedInAtMs === null ? null : isoTime(lastSignedInAtMs),
    is_suspended: user.isSuspended,
    roles: effectiveRoles(catalog, membership).map(({ key }) => key),
  }
}
