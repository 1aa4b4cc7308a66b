// Permissions of the environment.
import { z } from 'zod'
import { catalogPage } from '../catalog-page.ts'
import { ok, okSchema } from '../envelope.ts'
import { noBody, operation } from '../operation.ts'
import { nextToken, nextTokenOf, pageQuery, pageRequest } from '../pagination.ts'

const permissionSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string().nullable(),
})

export const permissionsOperations = [
  operation({
    method: 'get',
    path: '/permissions',
    operationId: 'GetPermissions',
    summary: 'Permissions, page by page, sorted by name unless `sort` says otherwise.',
    scope: 'read:permissions',
    organizationBound: 'same-for-all',
    query: z.object({
      ...pageQuery,
      sort: z.enum(['name_asc', 'name_desc', 'id_asc', 'id_desc']).optional(),
    }),
    body: noBody,
    answer: okSchema({ permissions: z.array(permissionSchema), ...nextToken }),
    async handle({ query }, { store }) {
      const { permissions } = await store.directory.catalog()
      const page = catalogPage(permissions, query.sort ?? 'name_asc', pageRequest(query))
      return ok({ permissions: [...page.items], ...nextTokenOf(page) })
    },
  }),
]
