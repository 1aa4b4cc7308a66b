// What a member of an organization may do there: roles, and permissions with where they come from.
import { z } from 'zod'
import { effectivePermissions, effectiveRoles } from '../directory/index.ts'
import type { RoleRecord } from '../store/index.ts'
import { expanded, ok, okSchema } from './envelope.ts'
import { foundMembership } from './found.ts'
import { noBody, noQuery, operation } from './operation.ts'
import { nextToken } from './pagination.ts'

const roleSchema = z.strictObject({ id: z.string(), key: z.string(), name: z.string() })

const permissionSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  roles: z.array(z.strictObject({ id: z.string(), key: z.string() })).optional(),
})

export const memberAccessOperations = [
  operation({
    method: 'get',
    path: '/organizations/{org_code}/users/{user_id}/roles',
    operationId: 'GetOrganizationUserRoles',
    summary: 'The roles of a member.',
    scope: 'read:organization_user_roles',
    organizationBound: { organization: ({ path }) => path.org_code },
    query: noQuery,
    body: noBody,
    answer: okSchema({ roles: z.array(roleSchema), ...nextToken }),
    async handle({ path }, { store }, caller) {
      const membership = await foundMembership({ store }, path, caller)
      const roles = effectiveRoles(await store.directory.catalog(), membership)
      return ok({ roles: roles.map(({ id, key, name }) => ({ id, key, name })), next_token: null })
    },
  }),
  operation({
    method: 'get',
    path: '/organizations/{org_code}/users/{user_id}/permissions',
    operationId: 'GetOrganizationUserPermissions',
    summary:
      'The permissions of a member, those of roles and those given directly. `expand=roles` tells the roles.',
    scope: 'read:organization_user_permissions',
    organizationBound: { organization: ({ path }) => path.org_code },
    query: z.object({ expand: z.string().optional() }),
    body: noBody,
    answer: okSchema({ permissions: z.array(permissionSchema) }),
    async handle({ path, query }, { store }, caller) {
      const membership = await foundMembership({ store }, path, caller)
      const withRoles = expanded(query.expand).has('roles')
      const catalog = await store.directory.catalog()
      const roles = effectiveRoles(catalog, membership)
      const permissions = effectivePermissions(catalog, membership)
      return ok({
        permissions: permissions.map(({ id, key, name, description }) => ({
          id,
          key,
          name,
          description,
          ...(withRoles && { roles: rolesWith(id, roles) }),
        })),
      })
    },
  }),
]

/** None for a permission that was given directly. */
function rolesWith(permissionId: string, roles: readonly RoleRecord[]): { id: string; key: string }[] {
  return roles
    .filter(({ permissionIds }) => permissionIds.includes(permissionId))
    .map(({ id, key }) => ({ id, key }))
}
