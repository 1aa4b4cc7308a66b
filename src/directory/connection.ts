// Connections: the ways in which a user may sign in. A password goes with each type of identifier. An identity knows its connection, and
// what a user may do by an identity depends only on that connection (docs/decisions/0066).
import type { JsonObject } from '../oauth/index.ts'
import {
  identityTypes,
  type Catalog,
  type Change,
  type ConnectionRecord,
  type IdentityRecord,
  type IdentityType,
} from '../store/index.ts'
import { connectionOptionsSchema } from './connection-options.ts'

/** Options that are not given stay as they are stored. Throws ZodError when they are not those of the connection's strategy. */
export function putConnection(connection: ConnectionRecord, options?: JsonObject): Change {
  const checked = options && connectionOptionsSchema(connection.strategy).parse(options)
  return { kind: 'put-connection', connection, ...(checked && { options: checked }) }
}

/** The password connection for that type of identifier, to which a new identity belongs; switched on or off. */
export function passwordConnection(
  { connections }: Catalog,
  type: IdentityType,
): ConnectionRecord | undefined {
  return connections.find(({ strategy }) => strategy === `${type}:password`)
}

/** The password connection that a request chose by its id; undefined for any by which no user signs in. */
export function chosenConnection({ connections }: Catalog, id: string): ConnectionRecord | undefined {
  return connections.find((one) => one.id === id && one.kind === 'password' && one.isEnabled)
}

/** What users of a password connection sign in with. */
export function identifierTypeOf({ strategy }: Pick<ConnectionRecord, 'strategy'>): IdentityType | undefined {
  return identityTypes.find((type) => strategy === `${type}:password`)
}

/** The password connection for that type of identifier; undefined when it does not exist or is switched off. */
export function findConnection(catalog: Catalog, type: IdentityType): ConnectionRecord | undefined {
  const connection = passwordConnection(catalog, type)
  return connection?.isEnabled === true ? connection : undefined
}

/**
 * The connection that an identity signs in by, switched on or off. An identity that names no connection was written by an older version, or
 * before its password connection existed. Undefined when the connection is gone: then the identity signs no user in.
 */
export function connectionOf(
  { connectionId, type }: Pick<IdentityRecord, 'connectionId' | 'type'>,
  catalog: Catalog,
): ConnectionRecord | undefined {
  if (connectionId === null) return passwordConnection(catalog, type)
  return catalog.connections.find(({ id }) => id === connectionId)
}
