// Permissions of the environment.
import { z } from 'zod'
import { createPermission, deletePermission, updatePermission } from '../../directory/index.ts'
import { catalogPage } from '../catalog-page.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { permissionToChange } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { nextToken, nextTokenOf, pageQuery, pageRequest } from '../pagination.ts'
import { descriptionField, givenFields, keyField, nameField } from './access-fields.ts'

export const permissionSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string().nullable(),
})

/** Parameters of every list of permissions. */
export const permissionsQuery = z.object({
  ...pageQuery,
  sort: z.enum(['name_asc', 'name_desc', 'id_asc', 'id_desc']).optional(),
})

export const permissionsOperations = [
  operation({
    method: 'get',
    path: '/permissions',
    operationId: 'GetPermissions',
    summary: 'Permissions, page by page, sorted by name unless `sort` says otherwise.',
    scope: 'read:permissions',
    organizationBound: 'same-for-all',
    query: permissionsQuery,
    body: noBody,
    answer: okSchema({ permissions: z.array(permissionSchema), ...nextToken }),
    async handle({ query }, { store }) {
      const { permissions } = await store.directory.catalog()
      const page = catalogPage(permissions, query.sort ?? 'name_asc', pageRequest(query))
      return ok({ permissions: [...page.items], ...nextTokenOf(page) })
    },
  }),
  operation({
    method: 'post',
    path: '/permissions',
    operationId: 'CreatePermission',
    summary: 'Creates a permission. Its name is its key unless it is given.',
    scope: 'create:permissions',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      key: keyField,
      name: nameField.optional(),
      description: descriptionField.optional(),
    }),
    status: 201,
    answer: doneSchema,
    async handle({ body: { key, name = key, description = null } }, deps) {
      await createPermission({ key, name, description }, deps)
      return ok({})
    },
  }),
  operation({
    method: 'patch',
    path: '/permissions/{permission_id}',
    operationId: 'UpdatePermissions',
    summary: 'Updates the given fields of a permission. Tokens carry a new key from the next refresh on.',
    scope: 'update:permissions',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      key: keyField.optional(),
      name: nameField.optional(),
      description: descriptionField.optional(),
    }),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const { permission, catalog } = await permissionToChange(deps, path.permission_id)
      await updatePermission(permission, givenFields(body), catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/permissions/{permission_id}',
    operationId: 'DeletePermission',
    summary: 'Deletes a permission. Roles and members lose it.',
    scope: 'delete:permissions',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const { permission, catalog } = await permissionToChange(deps, path.permission_id)
      await deletePermission(permission, catalog, deps)
      return ok({})
    },
  }),
]
