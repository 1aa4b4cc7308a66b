// What exists in every environment without being declared: the management API under this issuer's name, and the ways of signing in.
import { managementScopes } from '../oauth/index.ts'
import {
  whileUnchanged,
  type ApiRecord,
  type Catalog,
  type Change,
  type ConnectionRecord,
  type Store,
} from '../store/index.ts'
import { putConnection } from './connection.ts'
import { declaredId } from './ids.ts'

/** Idempotent, and the same on every replica, because ids come from names. */
export async function ensureBuiltIns(
  { commit, directory }: Pick<Store, 'commit' | 'directory'>,
  issuer: string,
): Promise<void> {
  await whileUnchanged(async () => {
    const catalog = await directory.catalog()
    const changes = [...managementApiChanges(catalog, issuer), ...connectionChanges(catalog)]
    if (changes.length > 0) await commit([{ kind: 'expect-catalog', version: catalog.version }, ...changes])
  })
}

/** The audience of the management API (C§8). */
export function managementAudience(issuer: string): string {
  return `${issuer}/api`
}

/** As it is to be: with every scope, at this issuer's address. It keeps its id when the issuer moves. */
export function managementApi({ apis }: Catalog, issuer: string): ApiRecord {
  const current = apis.find(({ isManagementApi }) => isManagementApi)
  const held = current?.scopes ?? []
  const missing = managementScopes.filter((key) => !held.some((scope) => scope.key === key))
  const added = missing.map((key) => ({
    id: declaredId('apiScope', `management ${key}`),
    key,
    description: null,
  }))
  return {
    id: current?.id ?? declaredId('api', 'management'),
    name: 'Management API',
    audience: managementAudience(issuer),
    isManagementApi: true,
    accessTokenType: 'JWT',
    scopes: [...held, ...added],
  }
}

function managementApiChanges(catalog: Catalog, issuer: string): Change[] {
  const api = managementApi(catalog, issuer)
  const current = catalog.apis.find(({ id }) => id === api.id)
  const isCurrent = current?.audience === api.audience && current.scopes.length === api.scopes.length
  return isCurrent ? [] : [{ kind: 'put-api', api }]
}

const builtInConnections = [
  { strategy: 'email:password', displayName: 'Email and password' },
  { strategy: 'username:password', displayName: 'Username and password' },
] as const

function connectionChanges({ connections }: Catalog): Change[] {
  return builtInConnections
    .filter(({ strategy }) => !connections.some((connection) => connection.strategy === strategy))
    .map(({ strategy, displayName }) => putConnection(newConnection(strategy, displayName)))
}

export function newConnection(strategy: ConnectionRecord['strategy'], displayName: string): ConnectionRecord {
  const id = declaredId('connection', strategy)
  return { id, name: strategy, displayName, kind: 'password', strategy, isEnabled: true }
}
