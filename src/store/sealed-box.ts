// Encryption at rest: AES-256-GCM. Keys are derived (HKDF-SHA256) from the master key and a random salt, a new one after ten
// thousand values, so that no number of values wears out a key's nonces. The table, row and column are authenticated along (AAD): a value that
// was changed, or moved to another place, does not open (SE-01).
//
// Text form: `v1.` and base64url of salt (16 bytes), nonce (12), ciphertext, tag (16). An attacker who puts back an older value of
// the same place is not found out here.
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { corrupt } from './store-error.ts'

/** Where a value lives. `row` goes into error texts: an id or a hash, nothing secret. */
export interface Place {
  readonly table: string
  readonly row: string
  readonly column: string
}

/** Every place of sealed values. sql/sealed-columns.ts says of each how a rotation of the master key finds its values. */
export type SealedPlaceName =
  | 'meta.value'
  | 'secrets.sealed_value'
  | 'signing_keys.private key'
  | 'applications.client secret'
  | 'applications.previous client secret'
  | 'environment_variables.value'
  | 'jobs.sealed_payload'
  | 'connections.sealed_options'
  | 'invitations.sealed_code'
  | 'rehearsals.sealed_report'
  | 'recordings.sealed_run'
  | 'recorded_environments.sealed_variables'

type PlaceNamed<Name> = Name extends `${infer Table}.${infer Column}`
  ? { readonly table: Table; readonly row: string; readonly column: Column }
  : never

export type SealedPlace = PlaceNamed<SealedPlaceName>

const version = 'v1'
const saltBytes = 16
const nonceBytes = 12
const tagBytes = 16
const usesOfKey = 10_000

interface SealingKey {
  readonly salt: Buffer
  readonly key: Buffer
  uses: number
}

/** It seals for the known places only; a test has others. */
export class SealedBox<At extends Place = SealedPlace> {
  readonly #masterKey: KeyObject
  #current: SealingKey | undefined

  constructor(masterKey: Uint8Array) {
    this.#masterKey = createSecretKey(masterKey)
  }

  seal(value: string, place: At): string {
    const { salt, key } = this.#sealingKey()
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    cipher.setAAD(placeBytes(place))
    const sealed = [salt, nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]
    return `${version}.${Buffer.concat(sealed).toString('base64url')}`
  }

  /** Throws StoreError `store_corrupt` when the value is not what was sealed for this place. */
  open(sealed: string, place: At): string {
    try {
      return this.#open(sealed, place)
    } catch {
      // The reason (tag, length, prefix) would tell an attacker more than it tells an operator.
      throw corrupt(place.table, place.row, place.column)
    }
  }

  #open(sealed: string, place: At): string {
    const bytes = Buffer.from(sealed.slice(version.length + 1), 'base64url')
    if (!sealed.startsWith(`${version}.`) || bytes.length < saltBytes + nonceBytes + tagBytes) {
      throw new TypeError('not a sealed value')
    }
    const nonceEnd = saltBytes + nonceBytes
    const key = this.#key(bytes.subarray(0, saltBytes))
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(saltBytes, nonceEnd))
    decipher.setAAD(placeBytes(place))
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    return decipher.update(bytes.subarray(nonceEnd, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
  }

  /** Deriving a key costs more than encrypting a value: it seals many, and few enough for random nonces (NIST SP 800-38D §8.3). */
  #sealingKey(): SealingKey {
    if (this.#current === undefined || this.#current.uses === usesOfKey) {
      const salt = randomBytes(saltBytes)
      this.#current = { salt, key: this.#key(salt), uses: 0 }
    }
    this.#current.uses += 1
    return this.#current
  }

  #key(salt: Uint8Array): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#masterKey, salt, `mintage sealed box ${version}`, 32))
  }
}

/** JSON, because no choice of names makes two places the same bytes. */
function placeBytes({ table, row, column }: Place): Buffer {
  return Buffer.from(JSON.stringify([version, table, row, column]))
}
