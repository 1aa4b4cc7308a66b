// Who may sign in to an application: users with one of its access roles, while access control is switched on (C§17).
import { z } from 'zod'
import { updateApplication } from '../../directory/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { foundApplication, foundRole } from '../found.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { hasMore, pageById, pageByIdQuery, placeById } from '../page-by-id.ts'
import { RequestError, requestErrors } from '../request-error.ts'

export const accessRolesOperations = [
  operation({
    method: 'get',
    path: '/applications/{application_id}/access_roles',
    operationId: 'GetApplicationAccessRoles',
    summary: 'The roles of which a user needs one while access control is switched on.',
    scope: 'read:applications',
    organizationBound: 'refused',
    query: z.object(pageByIdQuery),
    body: noBody,
    answer: okSchema({
      roles: z.array(
        z.strictObject({
          id: z.string(),
          key: z.string(),
          name: z.string(),
          description: z.string().nullable(),
        }),
      ),
      ...hasMore,
    }),
    async handle({ path, query }, deps) {
      const { accessRoleIds = [] } = await foundApplication(deps, path.application_id)
      const { roles } = await deps.store.directory.catalog()
      const page = pageById(
        roles.filter(({ id }) => accessRoleIds.includes(id)),
        placeById(query),
      )
      const shown = page.items.map(({ id, key, name, description }) => ({ id, key, name, description }))
      return ok({ roles: shown, has_more: page.has_more })
    },
  }),
  operation({
    method: 'post',
    path: '/applications/{application_id}/access_roles/{role_id}',
    operationId: 'AddApplicationAccessRole',
    summary: 'Lets users with a role sign in while access control is switched on.',
    scope: 'update:applications',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await foundRole(deps, path.role_id)
      await changed(path, deps, (ids) => [...new Set([...ids, path.role_id])])
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/applications/{application_id}/access_roles/{role_id}',
    operationId: 'RemoveApplicationAccessRole',
    summary:
      'Takes a role from those that let users sign in. The last one stays while access control is switched on.',
    scope: 'update:applications',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await foundRole(deps, path.role_id)
      await changed(path, deps, (ids) => ids.filter((id) => id !== path.role_id))
      return ok({})
    },
  }),
]

async function changed(
  { application_id: id }: { readonly application_id: string },
  deps: HandlerDeps,
  next: (ids: readonly string[]) => readonly string[],
): Promise<void> {
  const catalog = await deps.store.directory.catalog()
  const before = await foundApplication(deps, id)
  const accessRoleIds = next(before.accessRoleIds ?? [])
  if (before.isAccessControlEnabled === true) assertAccessRoles(accessRoleIds)
  await updateApplication(before, { accessRoleIds }, catalog, deps)
}

/** Without a role that suffices, access control would keep every user out. Throws RequestError. */
export function assertAccessRoles(ids: readonly string[] = []): void {
  if (ids.length === 0)
    throw new RequestError('ACCESS_ROLE_REQUIRED', requestErrors.ACCESS_ROLE_REQUIRED.meaning)
}
