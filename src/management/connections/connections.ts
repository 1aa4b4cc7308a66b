// Connections: the ways in which users sign in. Those with a password are built in; those to a provider are stored, and sign no user in yet
// (docs/decisions/0097).
import { z } from 'zod'
import {
  createConnection,
  deleteConnection,
  updateConnection,
  type ConnectionFields,
} from '../../directory/index.ts'
import { providerStrategies } from '../../store/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { foundApplication, foundOrganization } from '../found.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { pageById, pageByIdQuery, placeById } from '../page-by-id.ts'
import {
  checkedOptions,
  connectionAnswer,
  connectionSchema,
  connectionsSchema,
  foundConnection,
  foundProvider,
} from './connection-answer.ts'

const name = z.string().trim().min(1).max(200)
const applicationIds = z.array(z.string().min(1).max(200)).max(500)
/** Which ones depends on the strategy. */
const options = z.record(z.string(), z.json())

const fields = {
  name: name.optional(),
  display_name: name.optional(),
  enabled_applications: applicationIds.optional(),
  options: options.optional(),
}

export const connectionsOperations = [
  operation({
    method: 'get',
    path: '/connections',
    operationId: 'GetConnections',
    summary:
      'Connections, page by page, sorted by id. `home_realm_domain` finds those of a domain of email addresses.',
    scope: 'read:connections',
    organizationBound: 'refused',
    query: z.object({ ...pageByIdQuery, home_realm_domain: z.string().max(300).optional() }),
    body: noBody,
    answer: connectionsSchema,
    async handle({ query }, { store }) {
      const { connections } = await store.directory.catalog()
      const domain = query.home_realm_domain?.toLowerCase()
      const found = connections.filter(
        ({ homeRealmDomains = [] }) => domain === undefined || homeRealmDomains.includes(domain),
      )
      const page = pageById(found, placeById(query))
      return ok({ connections: page.items.map(connectionAnswer), has_more: page.has_more })
    },
  }),
  operation({
    method: 'post',
    path: '/connections',
    operationId: 'CreateConnection',
    summary:
      'Stores a connection to a provider. Its options are sealed and never answered. No user signs in by it yet, and no page offers it.',
    scope: 'create:connections',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      name,
      display_name: name,
      strategy: z.enum(providerStrategies),
      enabled_applications: applicationIds.optional(),
      organization_code: z.string().min(1).max(200).nullish(),
      options: options.optional(),
    }),
    status: 201,
    answer: okSchema({ connection: z.strictObject({ id: z.string() }) }),
    async handle({ body }, deps) {
      const { organization_code: code, strategy } = body
      const organization =
        code === undefined || code === null ? undefined : await foundOrganization(deps, code)
      const given = {
        name: body.name,
        displayName: body.display_name,
        strategy,
        applicationIds: await knownApplications(body.enabled_applications ?? [], deps),
        options: checkedOptions(strategy, body.options ?? {}),
      }
      return ok({ connection: { id: await createConnection(given, organization, deps) } })
    },
  }),
  operation({
    method: 'get',
    path: '/connections/{connection_id}',
    operationId: 'GetConnection',
    summary: 'A connection, without its options.',
    scope: 'read:connections',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: connectionSchema,
    async handle({ path }, deps) {
      return connectionAnswer(await foundConnection(deps, path.connection_id))
    },
  }),
  operation({
    method: 'patch',
    path: '/connections/{connection_id}',
    operationId: 'UpdateConnection',
    summary: 'Changes a connection to a provider. Options that are not named stay.',
    scope: 'update:connections',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject(fields),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const before = await foundProvider(deps, path.connection_id)
      const known = body.options && ((await deps.store.directory.connectionOptions(before.id)) ?? {})
      const merged = body.options && checkedOptions(before.strategy, { ...known, ...body.options })
      const given = { fields: await fieldsOf(body, deps), ...(merged && { options: merged }) }
      await updateConnection(before, given, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'put',
    path: '/connections/{connection_id}',
    operationId: 'ReplaceConnection',
    summary:
      'Replaces the options and the applications of a connection to a provider: what is not named is gone. Names that are not named stay.',
    scope: 'update:connections',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject(fields),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const before = await foundProvider(deps, path.connection_id)
      const all = { ...body, enabled_applications: body.enabled_applications ?? [] }
      const replaced = checkedOptions(before.strategy, body.options ?? {})
      await updateConnection(before, { fields: await fieldsOf(all, deps), options: replaced }, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/connections/{connection_id}',
    operationId: 'deleteConnection',
    summary: 'Deletes a connection to a provider with its options.',
    scope: 'delete:connections',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await deleteConnection(await foundProvider(deps, path.connection_id), deps)
      return ok({})
    },
  }),
]

interface GivenFields {
  readonly name?: string | undefined
  readonly display_name?: string | undefined
  readonly enabled_applications?: readonly string[] | undefined
}

async function fieldsOf(given: GivenFields, deps: HandlerDeps): Promise<ConnectionFields> {
  const { name: named, display_name: displayName, enabled_applications: applications } = given
  return {
    ...(named !== undefined && { name: named }),
    ...(displayName !== undefined && { displayName }),
    ...(applications && { applicationIds: await knownApplications(applications, deps) }),
  }
}

async function knownApplications(ids: readonly string[], deps: HandlerDeps): Promise<readonly string[]> {
  const found = await Promise.all([...new Set(ids)].map((id) => foundApplication(deps, id)))
  return found.map(({ clientId }) => clientId)
}
