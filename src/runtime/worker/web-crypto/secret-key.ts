// Secrets in and out: raw bytes, and JWKs of kty "oct" (RFC 7518 §6.4).
import type { KeySource } from './algorithm.ts'
import { fail } from './failure.ts'
import { bytesOf, fittingJwk } from './jwk.ts'
import { materialOf, type Jwk, type Key } from './request.ts'

/** `algOf` gives the JWK's `alg` for a secret of so many bytes. */
export function importSecret(
  source: KeySource,
  use: 'sig' | 'enc',
  algOf: (length: number) => string | undefined,
): Buffer {
  if (source.format === 'raw') return bytesOf(source)
  if (source.format !== 'jwk') fail('NotSupportedError', `a secret key has no format "${source.format}"`)
  const { k } = fittingJwk(source, { kty: 'oct', use })
  if (k === undefined || !/^[\w-]*$/.test(k)) fail('DataError', 'the k of the key must be base64url')
  const secret = Buffer.from(k, 'base64url')
  fittingJwk(source, { kty: 'oct', use, alg: algOf(secret.length) })
  return secret
}

export function exportSecret(format: string, key: Key, alg: string | undefined): Buffer | Jwk {
  const secret = materialOf(key)
  if (format === 'raw') return secret
  if (format !== 'jwk') fail('NotSupportedError', `a secret key has no format "${format}"`)
  return { kty: 'oct', k: secret.toString('base64url'), ...(alg === undefined ? {} : { alg }) }
}
