// Scopes of an API.
import { z } from 'zod'
import { createApiScope, deleteApiScope, describeApiScope } from '../../directory/index.ts'
import { isPersonScope } from '../../oauth/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'
import { foundApi, foundOwnApi, foundScope, scopeAnswer } from './api-answer.ts'

const scopeSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  description: z.string().nullable(),
})

const description = z.string().max(2_000)

/** As in mintage.yaml. A machine that asks for a scope about a person is not understood to mean the API. */
const key = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,127}$/, 'expected letters, digits and _ . : / - (at most 128)')
  .refine((scope) => !isPersonScope(scope), 'this scope is about a person, not about an API')

export const apiScopesOperations = [
  operation({
    method: 'get',
    path: '/apis/{api_id}/scopes',
    operationId: 'getAPIScopes',
    summary: 'All scopes of an API.',
    scope: 'read:api_scopes',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({ scopes: z.array(scopeSchema) }),
    async handle({ path }, deps) {
      const { scopes } = await foundApi(deps, path.api_id)
      return ok({ scopes: scopes.map(scopeAnswer) })
    },
  }),
  operation({
    method: 'post',
    path: '/apis/{api_id}/scopes',
    operationId: 'addAPIScope',
    summary: 'Adds a scope to an API. No application has it yet.',
    scope: 'create:api_scopes',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ key, description: description.optional() }),
    answer: okSchema({ scope: z.strictObject({ id: z.string() }) }),
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const api = await foundOwnApi(deps, path.api_id)
      if (api.scopes.some((one) => one.key === body.key))
        throw new RequestError('ALREADY_EXISTS', 'The API has a scope with this key.')
      const given = { key: body.key, description: body.description ?? null }
      return ok({ scope: { id: await createApiScope(api, given, catalog, deps) } })
    },
  }),
  operation({
    method: 'get',
    path: '/apis/{api_id}/scopes/{scope_id}',
    operationId: 'getAPIScope',
    summary: 'A scope of an API.',
    scope: 'read:api_scopes',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({ scope: scopeSchema }),
    async handle({ path }, deps) {
      return ok({ scope: scopeAnswer(foundScope(await foundApi(deps, path.api_id), path.scope_id)) })
    },
  }),
  operation({
    method: 'patch',
    path: '/apis/{api_id}/scopes/{scope_id}',
    operationId: 'updateAPIScope',
    summary: 'Changes what a scope says that it allows.',
    scope: 'update:api_scopes',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ description: description.nullable().optional() }),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const api = await foundOwnApi(deps, path.api_id)
      const scope = foundScope(api, path.scope_id)
      await describeApiScope(api, scope, body.description ?? null, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/apis/{api_id}/scopes/{scope_id}',
    operationId: 'deleteAPIScope',
    summary: 'Deletes a scope. Machines’ tokens for the API end; the next ones lack it.',
    scope: 'delete:apis_scopes',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const catalog = await deps.store.directory.catalog()
      const api = await foundOwnApi(deps, path.api_id)
      await deleteApiScope(api, foundScope(api, path.scope_id), catalog, deps)
      return ok({})
    },
  }),
]
