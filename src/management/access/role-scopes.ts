// Scopes of APIs that a role gives to its members.
import { z } from 'zod'
import { updateRole } from '../../directory/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { roleToChange } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'
import { idField } from './access-fields.ts'

const scopeSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  description: z.string().nullable(),
  api_id: z.string(),
})

export const roleScopesOperations = [
  operation({
    method: 'get',
    path: '/roles/{role_id}/scopes',
    operationId: 'GetRoleScopes',
    summary: 'The scopes of APIs that a role gives.',
    scope: 'read:role_scopes',
    organizationBound: 'same-for-all',
    query: noQuery,
    body: noBody,
    answer: okSchema({ scopes: z.array(scopeSchema) }),
    async handle({ path }, deps) {
      const { role, catalog } = await roleToChange(deps, path.role_id)
      const scopes = catalog.apis.flatMap(({ id: apiId, scopes: ofApi }) =>
        ofApi
          .filter(({ id }) => role.scopeIds.includes(id))
          .map(({ id, key, description }) => ({ id, key, description, api_id: apiId })),
      )
      return ok({ scopes })
    },
  }),
  operation({
    method: 'post',
    path: '/roles/{role_id}/scopes',
    operationId: 'AddRoleScope',
    summary:
      'Gives a scope of an API to a role. A scope of the management API, which takes no user’s token, is refused.',
    scope: 'create:role_scopes',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ scope_id: idField }),
    status: 201,
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const { role, catalog } = await roleToChange(deps, path.role_id)
      const api = catalog.apis.find(({ scopes }) => scopes.some(({ id }) => id === body.scope_id))
      if (api === undefined) throw new RequestError('API_SCOPE_NOT_FOUND', 'There is no scope with this id.')
      if (api.isManagementApi)
        throw new RequestError('INVALID_REQUEST', 'scope_id: users cannot have scopes of the management API')
      const scopeIds = [...new Set([...role.scopeIds, body.scope_id])]
      await updateRole(role, { scopeIds }, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/roles/{role_id}/scopes/{scope_id}',
    operationId: 'DeleteRoleScope',
    summary: 'Takes a scope of an API from a role.',
    scope: 'delete:role_scopes',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const { role, catalog } = await roleToChange(deps, path.role_id)
      if (!role.scopeIds.includes(path.scope_id))
        throw new RequestError('API_SCOPE_NOT_FOUND', 'The role does not have it.')
      const scopeIds = role.scopeIds.filter((id) => id !== path.scope_id)
      await updateRole(role, { scopeIds }, catalog, deps)
      return ok({})
    },
  }),
]
