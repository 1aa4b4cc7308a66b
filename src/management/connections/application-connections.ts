// The connections of an application: sign-in with a password always, and the providers that it was given.
import { updateConnection, type ConnectionFields } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundApplication } from '../found.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { connectionAnswer, connectionsSchema, foundProvider, isForApplication } from './connection-answer.ts'

export const applicationConnectionsOperations = [
  operation({
    method: 'get',
    path: '/applications/{application_id}/connections',
    operationId: 'GetApplicationConnections',
    summary: 'All connections of an application.',
    scope: 'read:application_connections',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: connectionsSchema,
    async handle({ path }, deps) {
      const { clientId } = await foundApplication(deps, path.application_id)
      const { connections } = await deps.store.directory.catalog()
      const own = connections.filter((one) => one.isEnabled && isForApplication(one, clientId))
      return ok({ connections: own.map(connectionAnswer), has_more: false })
    },
  }),
  operation({
    method: 'post',
    path: '/applications/{application_id}/connections/{connection_id}',
    operationId: 'EnableConnection',
    summary: 'Gives an application a connection to a provider.',
    scope: 'create:application_connections',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await set(path, deps, (ids, id) => [...new Set([...ids, id])])
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/applications/{application_id}/connections/{connection_id}',
    operationId: 'RemoveConnection',
    summary: 'Takes a connection to a provider from an application.',
    scope: 'delete:application_connections',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await set(path, deps, (ids, id) => ids.filter((known) => known !== id))
      return ok({})
    },
  }),
]

async function set(
  path: { readonly application_id: string; readonly connection_id: string },
  deps: HandlerDeps,
  next: (ids: readonly string[], id: string) => readonly string[],
): Promise<void> {
  const catalog = await deps.store.directory.catalog()
  const { clientId } = await foundApplication(deps, path.application_id)
  const connection = await foundProvider(deps, path.connection_id)
  const fields: ConnectionFields = { applicationIds: next(connection.applicationIds ?? [], clientId) }
  await updateConnection(connection, { fields }, catalog, deps)
}
