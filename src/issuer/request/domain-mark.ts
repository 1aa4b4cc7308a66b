// Which domain a record of the engine belongs to. Sessions, codes, refresh tokens, device codes and pushed requests work at the domain
// that made them and nowhere else: to the client each domain is another authorization server, and what one of them issued is unknown
// to the other (RFC 6749 §5.2, RFC 9700 §4.4). Records of the main domain have no mark, as those of a server without custom domains.
import type { JsonObject } from '../../oauth/index.ts'
import type { StoredArtifact } from '../../store/index.ts'

interface OfDomain {
  /** Undefined for the main domain. */
  readonly customDomain: string | undefined
}

/** The members of its payload that say so. */
export function markOf({ customDomain }: OfDomain): JsonObject {
  return customDomain === undefined ? {} : { customDomain }
}

export function isOfDomain({ payload }: StoredArtifact, { customDomain }: OfDomain): boolean {
  return (payload['customDomain'] ?? undefined) === customDomain
}
