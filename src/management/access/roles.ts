// Roles of the environment, and who holds one.
import { z } from 'zod'
import { createRole, deleteRole, updateRole } from '../../directory/index.ts'
import type { Catalog, RoleRecord } from '../../store/index.ts'
import { catalogPage } from '../catalog-page.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { roleToChange } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { nextToken, nextTokenOf, pageQuery, pageRequest } from '../pagination.ts'
import { RequestError } from '../request-error.ts'
import { descriptionField, givenFields, idField, keyField, nameField } from './access-fields.ts'

const roleSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  is_default_role: z.boolean(),
})

/** What Kinde's clients send to say that every member may assign the role. */
const noPermissionRequired = 'NO_PERMISSION_REQUIRED'

const optionalFields = {
  description: descriptionField.optional(),
  is_default_role: z.boolean().optional(),
  assignment_permission_id: idField.nullable().optional(),
}

export const rolesOperations = [
  operation({
    method: 'get',
    path: '/roles',
    operationId: 'GetRoles',
    summary: 'Roles, page by page, sorted by name unless `sort` says otherwise.',
    scope: 'read:roles',
    organizationBound: 'same-for-all',
    query: z.object({
      ...pageQuery,
      sort: z.enum(['name_asc', 'name_desc', 'key_asc', 'key_desc']).optional(),
    }),
    body: noBody,
    answer: okSchema({ roles: z.array(roleSchema), ...nextToken }),
    async handle({ query }, { store }) {
      const { roles } = await store.directory.catalog()
      const page = catalogPage(roles, query.sort ?? 'name_asc', pageRequest(query))
      return ok({ roles: page.items.map(shown), ...nextTokenOf(page) })
    },
  }),
  operation({
    method: 'post',
    path: '/roles',
    operationId: 'CreateRole',
    summary:
      'Creates a role that gives nothing yet. Its name is its key unless it is given. `assignment_permission_id` names the permission that a member needs to give the role to another member.',
    scope: 'create:roles',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ key: keyField, name: nameField.optional(), ...optionalFields }),
    status: 201,
    answer: okSchema({ role: z.strictObject({ id: z.string() }) }),
    async handle({ body }, deps) {
      const { key, name = key, description = null, is_default_role: isDefault = false } = body
      const catalog = await deps.store.directory.catalog()
      const assignmentPermissionId = assignmentOf(body.assignment_permission_id, null, catalog)
      const id = await createRole({ key, name, description, isDefault, assignmentPermissionId }, deps)
      return ok({ role: { id } })
    },
  }),
  operation({
    method: 'get',
    path: '/roles/{role_id}',
    operationId: 'GetRole',
    summary: 'One role.',
    scope: 'read:roles',
    organizationBound: 'same-for-all',
    query: noQuery,
    body: noBody,
    answer: okSchema({ role: roleSchema }),
    async handle({ path }, deps) {
      const { role } = await roleToChange(deps, path.role_id)
      return ok({ role: shown(role) })
    },
  }),
  operation({
    method: 'patch',
    path: '/roles/{role_id}',
    operationId: 'UpdateRoles',
    summary: `Updates the given fields of a role. \`assignment_permission_id\`: null changes nothing, \`${noPermissionRequired}\` takes the requirement away.`,
    scope: 'update:roles',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ name: nameField, key: keyField, ...optionalFields }),
    status: 201,
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const { role, catalog } = await roleToChange(deps, path.role_id)
      const { name, key, description, is_default_role: isDefault, assignment_permission_id: given } = body
      const fields = {
        ...givenFields({ name, key, description, isDefault }),
        assignmentPermissionId: assignmentOf(given, role.assignmentPermissionId, catalog),
      }
      await updateRole(role, fields, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/roles/{role_id}',
    operationId: 'DeleteRole',
    summary: 'Deletes a role. Members lose it.',
    scope: 'delete:roles',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const { role } = await roleToChange(deps, path.role_id)
      await deleteRole(role, deps)
      return ok({})
    },
  }),
  operation({
    method: 'get',
    path: '/roles/{role_id}/users',
    operationId: 'GetRoleUsers',
    summary:
      'Users who have a role in any organization, by id, each with the organizations where they have it.',
    scope: 'read:organization_user_roles',
    organizationBound: 'refused',
    query: z.object(pageQuery),
    body: noBody,
    answer: okSchema({
      users: z.array(z.strictObject({ id: z.string(), org_codes: z.array(z.string()) })),
      ...nextToken,
    }),
    async handle({ path, query }, deps) {
      const { role } = await roleToChange(deps, path.role_id)
      const page = await deps.store.directory.roleHolders(role.id, pageRequest(query))
      const users = page.items.map(({ userId, organizationCodes }) => ({
        id: userId,
        org_codes: [...organizationCodes],
      }))
      return ok({ users, ...nextTokenOf(page) })
    },
  }),
]

function shown({ id, key, name, description, isDefault }: RoleRecord): z.input<typeof roleSchema> {
  return { id, key, name, description, is_default_role: isDefault }
}

function assignmentOf(
  given: string | null | undefined,
  current: string | null,
  { permissions }: Catalog,
): string | null {
  if (given === undefined || given === null) return current
  if (given === noPermissionRequired) return null
  if (!permissions.some(({ id }) => id === given)) {
    const message = 'assignment_permission_id: there is no permission with this id.'
    throw new RequestError('PERMISSION_NOT_FOUND', message)
  }
  return given
}
