// Connections: the ways in which one may sign in. A password goes with each kind of identifier.
import type { Catalog, ConnectionRecord, IdentityType } from '../store/index.ts'

/** The password connection for that kind of identifier; undefined when it does not exist or is switched off. */
export function findConnection({ connections }: Catalog, type: IdentityType): ConnectionRecord | undefined {
  return connections.find(({ strategy, isEnabled }) => isEnabled && strategy === `${type}:password`)
}
