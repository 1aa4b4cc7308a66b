// Signing keys. The private part is in the clear here and encrypted under the master key at rest (assurance KY-04).
import type { JsonObject } from '../oauth/index.ts'
import type { SigningAlgorithm } from './application.ts'

export interface SigningKeyRecord {
  /** The `kid`: letters and digits only, so that a JWT header stays decodable by atob (C§3). */
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  /** RFC 7517, private members included. Throws StoreError `store_corrupt` when it does not open. */
  readonly privateJwk: JsonObject
  readonly createdAtMs: number
  /** Signs from then on; published in the JWKS before. */
  readonly activeFromMs: number
  /** Signs no more from then on. */
  readonly retiredAtMs: number | null
  /** Leaves the JWKS then: when the last token that it signed has expired. */
  readonly removedAtMs: number | null
}

export interface SigningKeyStore {
  all(): Promise<readonly SigningKeyRecord[]>
  /** Adds or replaces by kid. Durable. */
  put(key: SigningKeyRecord): Promise<void>
}
