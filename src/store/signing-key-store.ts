// Signing keys. The private part is in the clear here and encrypted under the master key at rest (KY-04).
import type { JsonObject } from '../oauth/index.ts'
import type { SigningAlgorithm } from './application.ts'

/** Milliseconds since the epoch. */
export interface SigningKeyTimes {
  /** The key signs from then on; it is published before. */
  readonly activeFromMs: number
  /** The key no longer signs from then on. */
  readonly retiredAtMs: number | null
  /** The key leaves the key set then: when the last token that it signed has expired. */
  readonly removedAtMs: number | null
}

export interface SigningKeyRecord extends SigningKeyTimes {
  /** The `kid`: letters and digits only, so that a JWT header stays decodable by atob (C§3). */
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  /** RFC 7517, private members included. Throws StoreError `store_corrupt` when it does not open. */
  readonly privateJwk: JsonObject
  readonly createdAtMs: number
}

export type SigningKeyChange =
  | { readonly kind: 'add-signing-key'; readonly key: SigningKeyRecord }
  /** Compare-and-set: `expected` is what was read. */
  | {
      readonly kind: 'set-signing-key-times'
      readonly kid: string
      readonly times: SigningKeyTimes
      readonly expected: SigningKeyTimes
    }
  | { readonly kind: 'delete-signing-key'; readonly kid: string }

export interface SigningKeyStore {
  all(): Promise<readonly SigningKeyRecord[]>
  /** Adds or replaces by kid. Durable. */
  put(key: SigningKeyRecord): Promise<void>
}
