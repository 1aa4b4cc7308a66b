// The members of a JWK that say what its key is for (RFC 7517 §4), held against what importKey was asked for.
import type { KeySource } from './algorithm.ts'
import { fail } from './failure.ts'
import type { Jwk } from './request.ts'

interface Expected {
  readonly kty: string
  readonly use: 'sig' | 'enc'
  /** The `alg` of the key, when it has one. */
  readonly alg?: string | undefined
}

/** The JWK of the source when it fits; WebCryptoFailure `DataError` when not, `TypeError` when it is missing. */
export function fittingJwk({ jwk, usages, extractable }: KeySource, { kty, use, alg }: Expected): Jwk {
  if (jwk === undefined) fail('TypeError', 'the key data of format "jwk" must be an object')
  if (jwk.kty !== kty) fail('DataError', `the kty of the key must be "${kty}"`)
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use)
    fail('DataError', `the use of the key must be "${use}"`)
  const operations = jwk.key_ops
  if (operations !== undefined) {
    if (new Set(operations).size !== operations.length) fail('DataError', 'key_ops names an operation twice')
    const missing = usages.find((usage) => !operations.includes(usage))
    if (missing !== undefined) fail('DataError', `key_ops of the key do not have "${missing}"`)
  }
  if (jwk.ext === false && extractable) fail('DataError', 'the key says that it is not extractable')
  if (alg !== undefined && jwk.alg !== undefined && jwk.alg !== alg)
    fail('DataError', `the alg of the key must be "${alg}"`)
  return jwk
}

/** Throws WebCryptoFailure `TypeError` without data. */
export function bytesOf({ format, data }: KeySource): Buffer {
  return data ?? fail('TypeError', `the key data of format "${format}" must be bytes`)
}
