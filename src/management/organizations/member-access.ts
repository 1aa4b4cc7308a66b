// What a member of an organization may do there: roles, and permissions with where they come from; both can be given and taken.
import { z } from 'zod'
import { changeMemberAccess, effectivePermissions, effectiveRoles } from '../../directory/index.ts'
import type { RoleRecord } from '../../store/index.ts'
import { doneSchema, expanded, ok, okSchema } from '../envelope.ts'
import { foundMembership } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { nextToken } from '../pagination.ts'
import { RequestError, requestErrors } from '../request-error.ts'

const roleSchema = z.strictObject({ id: z.string(), key: z.string(), name: z.string() })

const permissionSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  roles: z.array(z.strictObject({ id: z.string(), key: z.string() })).optional(),
})

const heldId = z.string().min(1).max(200)

export const memberAccessOperations = [
  operation({
    method: 'get',
    path: '/organizations/{org_code}/users/{user_id}/roles',
    operationId: 'GetOrganizationUserRoles',
    summary: 'The roles of a member.',
    scope: 'read:organization_user_roles',
    organizationBound: ofPath,
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
    summary: 'The permissions of a member, from roles and given directly. `expand=roles` adds the roles.',
    scope: 'read:organization_user_permissions',
    organizationBound: ofPath,
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
  operation({
    method: 'post',
    path: '/organizations/{org_code}/users/{user_id}/roles',
    operationId: 'CreateOrganizationUserRole',
    summary: 'Gives a role to a member.',
    scope: 'create:organization_user_roles',
    organizationBound: ofPath,
    query: noQuery,
    body: z.strictObject({ role_id: heldId }),
    answer: doneSchema,
    async handle({ path, body }, deps, caller) {
      const membership = await foundMembership(deps, path, caller)
      const { id } = foundIn((await deps.store.directory.catalog()).roles, body.role_id, 'ROLE_NOT_FOUND')
      await changeMemberAccess(membership, { roles: { add: [id] } }, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/users/{user_id}/roles/{role_id}',
    operationId: 'DeleteOrganizationUserRole',
    summary: 'Removes a role from a member.',
    scope: 'delete:organization_user_roles',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      const membership = await foundMembership(deps, path, caller)
      refuseUnheld(membership.roleIds, path.role_id, 'ROLE_NOT_FOUND')
      await changeMemberAccess(membership, { roles: { remove: [path.role_id] } }, deps)
      return ok({})
    },
  }),
  operation({
    method: 'post',
    path: '/organizations/{org_code}/users/{user_id}/permissions',
    operationId: 'CreateOrganizationUserPermission',
    summary: 'Gives a permission to a member directly, in addition to the permissions of their roles.',
    scope: 'create:organization_user_permissions',
    organizationBound: ofPath,
    query: noQuery,
    body: z.strictObject({ permission_id: heldId }),
    answer: doneSchema,
    async handle({ path, body }, deps, caller) {
      const membership = await foundMembership(deps, path, caller)
      const { permissions } = await deps.store.directory.catalog()
      const { id } = foundIn(permissions, body.permission_id, 'PERMISSION_NOT_FOUND')
      await changeMemberAccess(membership, { permissions: { add: [id] } }, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/users/{user_id}/permissions/{permission_id}',
    operationId: 'DeleteOrganizationUserPermission',
    summary: 'Removes a permission that was given to a member directly. Permissions of their roles stay.',
    scope: 'delete:organization_user_permissions',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      const membership = await foundMembership(deps, path, caller)
      refuseUnheld(membership.permissionIds, path.permission_id, 'PERMISSION_NOT_FOUND')
      await changeMemberAccess(membership, { permissions: { remove: [path.permission_id] } }, deps)
      return ok({})
    },
  }),
]

function foundIn<Held extends { readonly id: string }>(
  records: readonly Held[],
  id: string,
  code: 'ROLE_NOT_FOUND' | 'PERMISSION_NOT_FOUND',
): Held {
  const found = records.find((record) => record.id === id)
  if (found === undefined) throw new RequestError(code, requestErrors[code].meaning)
  return found
}

function refuseUnheld(
  ids: readonly string[],
  id: string,
  code: 'ROLE_NOT_FOUND' | 'PERMISSION_NOT_FOUND',
): void {
  if (!ids.includes(id)) throw new RequestError(code, 'The member does not have it.')
}

/** None for a permission that was given directly. */
function rolesWith(permissionId: string, roles: readonly RoleRecord[]): { id: string; key: string }[] {
  return roles
    .filter(({ permissionIds }) => permissionIds.includes(permissionId))
    .map(({ id, key }) => ({ id, key }))
}
