// Which applications may ask for an API, and what a machine may do there.
import { z } from 'zod'
import { connectApplications, grantApiScope, hasApi } from '../../directory/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { foundApplication } from '../found.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { RequestError } from '../request-error.ts'
import { foundApi, foundScope } from './api-answer.ts'

/** C§8: bulk writes. */
const mostApplications = 100

export const apiApplicationsOperations = [
  operation({
    method: 'patch',
    path: '/apis/{api_id}/applications',
    operationId: 'updateAPIApplications',
    summary:
      'Lets applications ask for an API, all or none; `operation: delete` takes it from one, and what that one was granted for the API ends.',
    scope: 'update:apis',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      applications: z
        .array(
          z.strictObject({
            id: z.string().min(1).max(200),
            operation: z.literal('delete').optional(),
          }),
        )
        .min(1)
        .max(mostApplications),
    }),
    answer: okSchema({
      applications_disconnected: z.array(z.string()),
      applications_connected: z.array(z.string()),
    }),
    async handle({ path, body: { applications: given } }, deps) {
      const catalog = await deps.store.directory.catalog()
      const api = await foundApi(deps, path.api_id)
      if (new Set(given.map(({ id }) => id)).size < given.length)
        throw new RequestError('INVALID_REQUEST', 'body.applications: an application is named twice')
      const wanted = await Promise.all(
        given.map(async (one) => ({
          application: await foundApplication(deps, one.id),
          isConnected: one.operation !== 'delete',
        })),
      )
      const { connected, disconnected } = await connectApplications(api, wanted, catalog, deps)
      return ok({ applications_connected: [...connected], applications_disconnected: [...disconnected] })
    },
  }),
  operation({
    method: 'post',
    path: '/apis/{api_id}/applications/{application_id}/scopes/{scope_id}',
    operationId: 'addAPIApplicationScope',
    summary: 'Grants a scope to an application that may ask for the API.',
    scope: 'create:api_application_scopes',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await grant(path, true, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/apis/{api_id}/applications/{application_id}/scopes/{scope_id}',
    operationId: 'deleteAPIApplicationScope',
    summary: 'Takes a scope from an application. Its tokens for the API end; the next ones lack it.',
    scope: 'delete:apis_application_scopes',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await grant(path, false, deps)
      return ok({})
    },
  }),
]

async function grant(
  path: { readonly api_id: string; readonly application_id: string; readonly scope_id: string },
  isGranted: boolean,
  deps: HandlerDeps,
): Promise<void> {
  const catalog = await deps.store.directory.catalog()
  const api = await foundApi(deps, path.api_id)
  const application = await foundApplication(deps, path.application_id)
  const scope = foundScope(api, path.scope_id)
  if (!hasApi(application, api))
    throw new RequestError(
      'APPLICATION_NOT_CONNECTED',
      'The application may not ask for this API: PATCH /apis/{api_id}/applications lets it.',
    )
  await grantApiScope(api, scope, { application, isGranted }, catalog, deps)
}
