// What a role gives: permissions for tokens, and system permissions for the pages of an account.
import { z } from 'zod'
import { systemPermissions, updateRole } from '../../directory/index.ts'
import { catalogPage } from '../catalog-page.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { roleToChange } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { nextToken, nextTokenOf, pageRequest } from '../pagination.ts'
import { RequestError } from '../request-error.ts'
import { listedChanges } from './access-fields.ts'
import { permissionSchema, permissionsQuery } from './permissions.ts'

export const rolePermissionsOperations = [
  operation({
    method: 'get',
    path: '/roles/{role_id}/permissions',
    operationId: 'GetRolePermissions',
    summary: 'The permissions of a role, page by page, sorted by name unless `sort` says otherwise.',
    scope: 'read:role_permissions',
    organizationBound: 'same-for-all',
    query: permissionsQuery,
    body: noBody,
    answer: okSchema({ permissions: z.array(permissionSchema), ...nextToken }),
    async handle({ path, query }, deps) {
      const { role, catalog } = await roleToChange(deps, path.role_id)
      const held = catalog.permissions.filter(({ id }) => role.permissionIds.includes(id))
      const page = catalogPage(held, query.sort ?? 'name_asc', pageRequest(query))
      return ok({ permissions: [...page.items], ...nextTokenOf(page) })
    },
  }),
  operation({
    method: 'patch',
    path: '/roles/{role_id}/permissions',
    operationId: 'UpdateRolePermissions',
    summary:
      'Gives permissions to a role, and takes those with the operation `delete`. Answers with the ids that changed.',
    scope: 'update:role_permissions',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ permissions: listedChanges }),
    answer: okSchema({
      permissions_added: z.array(z.string()),
      permissions_removed: z.array(z.string()),
    }),
    async handle({ path, body }, deps) {
      const { role, catalog } = await roleToChange(deps, path.role_id)
      const { added, removed, held } = changedList(role.permissionIds, body.permissions, catalog.permissions)
      await updateRole(role, { permissionIds: held }, catalog, deps)
      return ok({ permissions_added: added, permissions_removed: removed })
    },
  }),
  operation({
    method: 'delete',
    path: '/roles/{role_id}/permissions/{permission_id}',
    operationId: 'RemoveRolePermission',
    summary: 'Takes a permission from a role.',
    scope: 'delete:role_permissions',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const { role, catalog } = await roleToChange(deps, path.role_id)
      if (!role.permissionIds.includes(path.permission_id))
        throw new RequestError('PERMISSION_NOT_FOUND', 'The role does not have it.')
      const permissionIds = role.permissionIds.filter((id) => id !== path.permission_id)
      await updateRole(role, { permissionIds }, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'get',
    path: '/system_permissions',
    operationId: 'GetSystemPermissions',
    summary:
      'What a role can let its members do on the pages of an account, page by page, sorted by name unless `sort` says otherwise.',
    scope: 'read:system_permissions',
    organizationBound: 'same-for-all',
    query: permissionsQuery,
    body: noBody,
    answer: okSchema({ system_permissions: z.array(permissionSchema), ...nextToken }),
    handle({ query }) {
      const page = catalogPage(systemPermissions, query.sort ?? 'name_asc', pageRequest(query))
      return Promise.resolve(ok({ system_permissions: [...page.items], ...nextTokenOf(page) }))
    },
  }),
  operation({
    method: 'get',
    path: '/roles/{role_id}/system_permissions',
    operationId: 'GetRoleSystemPermissions',
    summary: 'The system permissions of a role, page by page, sorted by name unless `sort` says otherwise.',
    scope: 'read:role_system_permissions',
    organizationBound: 'same-for-all',
    query: permissionsQuery,
    body: noBody,
    answer: okSchema({ system_permissions: z.array(permissionSchema), ...nextToken }),
    async handle({ path, query }, deps) {
      const { role } = await roleToChange(deps, path.role_id)
      const held = systemPermissions.filter(({ key }) => role.systemPermissions.includes(key))
      const page = catalogPage(held, query.sort ?? 'name_asc', pageRequest(query))
      return ok({ system_permissions: [...page.items], ...nextTokenOf(page) })
    },
  }),
  operation({
    method: 'patch',
    path: '/roles/{role_id}/system_permissions',
    operationId: 'UpdateRoleSystemPermissions',
    summary:
      'Gives system permissions to a role, and takes those with the operation `delete`. Answers with the ids that changed.',
    scope: 'update:role_system_permissions',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ system_permissions: listedChanges }),
    answer: okSchema({
      system_permissions_added: z.array(z.string()),
      system_permissions_removed: z.array(z.string()),
    }),
    async handle({ path, body }, deps) {
      const { role, catalog } = await roleToChange(deps, path.role_id)
      const known = systemPermissions.filter(({ key }) => role.systemPermissions.includes(key))
      const ids = known.map(({ id }) => id)
      const { added, removed, held } = changedList(ids, body.system_permissions, systemPermissions)
      const keys = systemPermissions.filter(({ id }) => held.includes(id)).map(({ key }) => key)
      // A newer version may know more of them.
      const others = role.systemPermissions.filter((key) => !known.some((one) => one.key === key))
      await updateRole(role, { systemPermissions: [...keys, ...others] }, catalog, deps)
      return ok({ system_permissions_added: added, system_permissions_removed: removed })
    },
  }),
]

interface ChangedList {
  readonly added: string[]
  readonly removed: string[]
  readonly held: readonly string[]
}

/** Of an id that is listed twice, the last entry holds. Refuses the whole list when one of them is unknown. */
function changedList(
  before: readonly string[],
  changes: z.output<typeof listedChanges>,
  known: readonly { readonly id: string }[],
): ChangedList {
  const wanted = new Map(changes.map(({ id, operation: what }) => [id, what !== 'delete']))
  const unknown = [...wanted.keys()].filter((id) => !known.some((one) => one.id === id))
  if (unknown.length > 0) {
    const messages = unknown
      .slice(0, 10)
      .map((id) => `There is no permission with the id ${JSON.stringify(id)}.`)
    throw new RequestError('PERMISSION_NOT_FOUND', messages)
  }
  const added = [...wanted].flatMap(([id, isGiven]) => (isGiven && !before.includes(id) ? [id] : []))
  const removed = [...wanted].flatMap(([id, isGiven]) => (!isGiven && before.includes(id) ? [id] : []))
  return { added, removed, held: [...before.filter((id) => !removed.includes(id)), ...added] }
}
