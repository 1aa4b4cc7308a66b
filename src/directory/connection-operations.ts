// Connections to providers as the management API keeps them. Each operation is one commit with its audit record, which names the options that
// were given and never holds one.
import type { JsonObject } from '../oauth/index.ts'
import type { Catalog, ConnectionRecord, OrganizationRecord, ProviderStrategy } from '../store/index.ts'
import { connectionKindOf, homeRealmDomainsOf } from './connection-options.ts'
import { putConnection } from './connection.ts'
import { newId } from './ids.ts'
import { audited, beforeAndAfter, type OperationDeps } from './operation.ts'
import { withSettings } from './organization-settings.ts'

export interface GivenConnection {
  readonly name: string
  readonly displayName: string
  readonly strategy: ProviderStrategy
  readonly applicationIds: readonly string[]
  /** Checked by connectionOptionsSchema(). */
  readonly options: JsonObject
}

/** Resolves to its id. `organization`: has it from the beginning. */
export async function createConnection(
  { options, strategy, ...given }: GivenConnection,
  organization: OrganizationRecord | undefined,
  deps: OperationDeps,
): Promise<string> {
  const id = newId('connection', deps.random)
  const connection: ConnectionRecord = {
    ...given,
    id,
    strategy,
    kind: connectionKindOf(strategy),
    isEnabled: true,
    homeRealmDomains: homeRealmDomainsOf(options),
  }
  const { name, displayName, applicationIds } = given
  const after = { name, displayName, strategy, applicationIds, options: Object.keys(options) }
  await deps.store.commit([
    putConnection(connection, options),
    ...(organization === undefined
      ? []
      : [
          {
            kind: 'update-organization',
            code: organization.code,
            set: { settings: withConnection(organization, id, true) },
            expected: { settings: organization.settings },
          } as const,
        ]),
    audited(deps, null, {
      connection_id: id,
      org_code: organization?.code,
      ...beforeAndAfter({}, after),
    }),
  ])
  return id
}

export type ConnectionFields = Partial<Pick<ConnectionRecord, 'name' | 'displayName' | 'applicationIds'>>

/** `options`: all that it has from now on; those that are stored stay when none are given. */
export async function updateConnection(
  before: ConnectionRecord,
  { fields, options }: { readonly fields: ConnectionFields; readonly options?: JsonObject },
  { version }: Pick<Catalog, 'version'>,
  deps: OperationDeps,
): Promise<void> {
  const domains = options === undefined ? before.homeRealmDomains : homeRealmDomainsOf(options)
  const connection = { ...before, ...fields, homeRealmDomains: domains }
  const shown = ({ name, displayName, applicationIds }: ConnectionRecord) => ({
    name,
    displayName,
    applicationIds,
  })
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    putConnection(connection, options),
    audited(deps, null, {
      connection_id: before.id,
      ...(options && { options: Object.keys(options) }),
      ...beforeAndAfter(shown(before), shown(connection)),
    }),
  ])
}

/** Identities that came by it stay and sign no user in. */
export async function deleteConnection(
  { id, name, strategy }: ConnectionRecord,
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([
    { kind: 'delete-connection', connectionId: id },
    audited(deps, null, { connection_id: id, ...beforeAndAfter({ name, strategy }, {}) }),
  ])
}

/** Gives an organization a connection, or takes it. */
export async function setOrganizationConnection(
  organization: OrganizationRecord,
  { id }: Pick<ConnectionRecord, 'id'>,
  isEnabled: boolean,
  deps: OperationDeps,
): Promise<void> {
  const [before, after] = isEnabled ? [{}, { connection_id: id }] : [{ connection_id: id }, {}]
  await deps.store.commit([
    {
      kind: 'update-organization',
      code: organization.code,
      set: { settings: withConnection(organization, id, isEnabled) },
      expected: { settings: organization.settings },
    },
    audited(deps, null, { org_code: organization.code, ...beforeAndAfter(before, after) }),
  ])
}

function withConnection({ settings }: OrganizationRecord, id: string, isEnabled: boolean) {
  const others = (settings.connectionIds ?? []).filter((known) => known !== id)
  const connectionIds = isEnabled ? [...others, id] : others
  return withSettings(settings, { connectionIds: connectionIds.length > 0 ? connectionIds : undefined })
}
