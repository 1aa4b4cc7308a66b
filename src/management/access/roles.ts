// Roles of the environment.
import { z } from 'zod'
import { catalogPage } from '../catalog-page.ts'
import { ok, okSchema } from '../envelope.ts'
import { noBody, operation } from '../operation.ts'
import { nextToken, nextTokenOf, pageQuery, pageRequest } from '../pagination.ts'

const roleSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  is_default_role: z.boolean(),
})

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
      const shown = page.items.map(({ id, key, name, description, isDefault }) => ({
        id,
        key,
        name,
        description,
        is_default_role: isDefault,
      }))
      return ok({ roles: shown, ...nextTokenOf(page) })
    },
  }),
]
