// What an algorithm of WebCrypto is to this folder: which usages its keys may have, and what can be done with them. An
// operation that is missing is not supported by it. Everything is a function of its arguments and of the run's
// randomness, so that a replay gives the same bytes (docs/decisions/0044).
import type { Jwk, Key, KeyAlgorithm, KeyType, Parameters, Usage } from './request.ts'

/** What an operation may ask of its run. */
export interface Context {
  /** The run's own randomness; its seed decides it. */
  fillRandom(target: Uint8Array): void
  /** Throws when the run's time is over. For loops of operations that OpenSSL does not interrupt. */
  checkTime(): void
}

/** A key without what the caller of importKey or generateKey decides: whether it is extractable, and its usages. */
export interface KeyMaterial {
  readonly type: KeyType
  readonly algorithm: KeyAlgorithm
  readonly material: Buffer
}

export interface KeyPairMaterial {
  readonly publicKey: KeyMaterial
  readonly privateKey: KeyMaterial
}

export interface KeySource {
  readonly format: string
  readonly data: Buffer | undefined
  readonly jwk: Jwk | undefined
  readonly usages: readonly Usage[]
  readonly extractable: boolean
}

export interface Algorithm {
  readonly name: string
  /** A pair has both `public` and `private`. */
  readonly usages: Readonly<Partial<Record<KeyType, readonly Usage[]>>>
  readonly importKey: (source: KeySource, parameters: Parameters) => KeyMaterial
  readonly exportKey?: (format: string, key: Key) => Buffer | Jwk
  readonly generateKey?: (parameters: Parameters, context: Context) => KeyMaterial | KeyPairMaterial
  readonly sign?: (parameters: Parameters, key: Key, data: Buffer, context: Context) => Buffer
  readonly verify?: (parameters: Parameters, key: Key, signature: Buffer, data: Buffer) => boolean
  readonly encrypt?: (parameters: Parameters, key: Key, data: Buffer, context: Context) => Buffer
  readonly decrypt?: (parameters: Parameters, key: Key, data: Buffer) => Buffer
  /** Key wrapping that is nothing else, as AES-KW. */
  readonly wrap?: (key: Key, data: Buffer) => Buffer
  readonly unwrap?: (key: Key, data: Buffer) => Buffer
  /** `length` in bits; null: as much as there is. */
  readonly deriveBits?: (parameters: Parameters, key: Key, length: number | null) => Buffer
  /** Bits of a key that is derived for this algorithm; null: as many as there are. */
  readonly derivedLength?: (parameters: Parameters) => number | null
}

export function random(context: Context, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  context.fillRandom(bytes)
  return bytes
}
