// APIs, their scopes, and which applications may ask for them. Each operation is one commit with its audit record; tokens that would say more
// than what is left end in it.
import type { ApiRecord, ApplicationRecord, Catalog, Change } from '../store/index.ts'
import { newId } from './ids.ts'
import { audited, beforeAndAfter, type OperationDeps } from './operation.ts'

type CatalogVersion = Pick<Catalog, 'version'>
type ApiScope = ApiRecord['scopes'][number]

/** Resolves to its id. Rejects with StoreError `store_conflict` when another API has the audience. */
export async function createApi(
  { name, audience }: Pick<ApiRecord, 'name' | 'audience'>,
  deps: OperationDeps,
): Promise<string> {
  const id = newId('api', deps.random)
  const api: ApiRecord = { id, name, audience, isManagementApi: false, accessTokenType: 'JWT', scopes: [] }
  await deps.store.commit([
    { kind: 'put-api', api },
    audited(deps, null, { api_id: id, ...beforeAndAfter({}, { name, audience }) }),
  ])
  return id
}

/** With the grants and tokens for it. Applications and roles that name it lose it. */
export async function deleteApi({ id, name, audience }: ApiRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([
    { kind: 'delete-api', apiId: id },
    audited(deps, null, { api_id: id, ...beforeAndAfter({ name, audience }, {}) }),
  ])
}

/** Resolves to the id of the new scope. */
export async function createApiScope(
  api: ApiRecord,
  { key, description }: Pick<ApiScope, 'key' | 'description'>,
  catalog: CatalogVersion,
  deps: OperationDeps,
): Promise<string> {
  const id = newId('apiScope', deps.random)
  const scopes = [...api.scopes, { id, key, description }]
  await putApi({ ...api, scopes }, [], catalog, deps, { scope_id: id, ...beforeAndAfter({}, { key }) })
  return id
}

export async function describeApiScope(
  api: ApiRecord,
  { id, description: known }: ApiScope,
  description: string | null,
  catalog: CatalogVersion,
  deps: OperationDeps,
): Promise<void> {
  const scopes = api.scopes.map((scope) => (scope.id === id ? { ...scope, description } : scope))
  const details = { scope_id: id, ...beforeAndAfter({ description: known }, { description }) }
  await putApi({ ...api, scopes }, [], catalog, deps, details)
}

/** Tokens of machines for the API end, so that none carries the scope. */
export async function deleteApiScope(
  api: ApiRecord,
  { id, key }: ApiScope,
  catalog: CatalogVersion,
  deps: OperationDeps,
): Promise<void> {
  const scopes = api.scopes.filter((scope) => scope.id !== id)
  const ended: Change = { kind: 'end-api-tokens', apiId: api.id, isMachinesOnly: true }
  await putApi({ ...api, scopes }, [ended], catalog, deps, { scope_id: id, ...beforeAndAfter({ key }, {}) })
}

async function putApi(
  api: ApiRecord,
  more: readonly Change[],
  { version }: CatalogVersion,
  deps: OperationDeps,
  details: Parameters<typeof audited>[2],
): Promise<void> {
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-api', api },
    ...more,
    audited(deps, null, { api_id: api.id, ...details }),
  ])
}

export interface ApiConnection {
  readonly application: ApplicationRecord
  readonly isConnected: boolean
}

/** All or none. What an application was granted for an API that it loses ends. */
export async function connectApplications(
  api: ApiRecord,
  wanted: readonly ApiConnection[],
  { version }: CatalogVersion,
  deps: OperationDeps,
): Promise<{ readonly connected: readonly string[]; readonly disconnected: readonly string[] }> {
  const changed = wanted.filter(({ application, isConnected }) => isConnected !== hasApi(application, api))
  const idsOf = (isConnected: boolean) =>
    changed.filter((one) => one.isConnected === isConnected).map(({ application }) => application.clientId)
  const [connected, disconnected] = [idsOf(true), idsOf(false)]
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    ...changed.flatMap(({ application, isConnected }): Change[] => {
      const others = application.apis.filter(({ apiId }) => apiId !== api.id)
      const apis = isConnected ? [...others, { apiId: api.id, scopeIds: [] }] : others
      const put: Change = { kind: 'put-application', application: { ...application, apis } }
      const { clientId } = application
      return isConnected
        ? [put]
        : [put, { kind: 'end-api-tokens', apiId: api.id, clientId, isMachinesOnly: false }]
    }),
    audited(deps, null, { api_id: api.id, connected, disconnected }),
  ])
  return { connected, disconnected }
}

/** Of a machine, on an API that it is connected to. Its tokens for the API end when it loses one. */
export async function grantApiScope(
  api: ApiRecord,
  { id: scopeId, key }: ApiScope,
  { application, isGranted }: { readonly application: ApplicationRecord; readonly isGranted: boolean },
  { version }: CatalogVersion,
  deps: OperationDeps,
): Promise<void> {
  const { clientId } = application
  const apis = application.apis.map((access) => {
    if (access.apiId !== api.id) return access
    const others = access.scopeIds.filter((id) => id !== scopeId)
    return { ...access, scopeIds: isGranted ? [...others, scopeId] : others }
  })
  const ended: Change = { kind: 'end-api-tokens', apiId: api.id, clientId, isMachinesOnly: true }
  const [before, after] = isGranted ? [{}, { scope: key }] : [{ scope: key }, {}]
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-application', application: { ...application, apis } },
    ...(isGranted ? [] : [ended]),
    audited(deps, null, { api_id: api.id, client_id: clientId, ...beforeAndAfter(before, after) }),
  ])
}

export function hasApi({ apis }: ApplicationRecord, { id }: Pick<ApiRecord, 'id'>): boolean {
  return apis.some(({ apiId }) => apiId === id)
}
