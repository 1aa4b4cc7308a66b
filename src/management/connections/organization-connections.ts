// The connections that an organization has of its own.
import { setOrganizationConnection } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundOrganization } from '../found.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { connectionAnswer, connectionsSchema, foundProvider } from './connection-answer.ts'

const ofPath = {
  organization: ({ path }: { readonly path: { readonly organization_code: string } }) =>
    path.organization_code,
}

export const organizationConnectionsOperations = [
  operation({
    method: 'get',
    path: '/organizations/{organization_code}/connections',
    operationId: 'GetOrganizationConnections',
    summary: 'All connections that an organization has of its own.',
    scope: 'read:organization_connections',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: connectionsSchema,
    async handle({ path }, deps) {
      const { settings } = await foundOrganization(deps, path.organization_code)
      const { connections } = await deps.store.directory.catalog()
      const own = connections.filter(({ id }) => settings.connectionIds?.includes(id) === true)
      return ok({ connections: own.map(connectionAnswer), has_more: false })
    },
  }),
  operation({
    method: 'post',
    path: '/organizations/{organization_code}/connections/{connection_id}',
    operationId: 'EnableOrgConnection',
    summary: 'Gives an organization a connection to a provider.',
    scope: 'create:organization_connections',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    handle: ({ path }, deps) => set(path, true, deps),
  }),
  operation({
    method: 'delete',
    path: '/organizations/{organization_code}/connections/{connection_id}',
    operationId: 'RemoveOrgConnection',
    summary: 'Takes a connection to a provider from an organization.',
    scope: 'delete:organization_connections',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    handle: ({ path }, deps) => set(path, false, deps),
  }),
]

async function set(
  path: { readonly organization_code: string; readonly connection_id: string },
  isEnabled: boolean,
  deps: HandlerDeps,
) {
  const organization = await foundOrganization(deps, path.organization_code)
  await setOrganizationConnection(
    organization,
    await foundProvider(deps, path.connection_id),
    isEnabled,
    deps,
  )
  return ok({})
}
