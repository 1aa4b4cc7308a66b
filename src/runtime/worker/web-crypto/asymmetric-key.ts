// Public and private keys in and out: SubjectPublicKeyInfo, PKCS #8 (both DER) and JWK. Node parses and writes them.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { KeyMaterial, KeySource } from './algorithm.ts'
import { fail, orFail } from './failure.ts'
import { bytesOf, fittingJwk } from './jwk.ts'
import { materialOf, type Jwk, type Key, type KeyAlgorithm } from './request.ts'

/** Bounds what OpenSSL has to parse: a PKCS #8 of an RSA key of 8,192 bits has 4.7 KB. */
const mostDerBytes = 8_192

interface Expected {
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly use: 'sig' | 'enc'
  readonly alg?: string | undefined
  readonly crv?: string | undefined
}

/** Throws WebCryptoFailure `DataError` for what is not a key, `NotSupportedError` for any other format. */
export function importAsymmetric(source: KeySource, expected: Expected): KeyObject {
  switch (source.format) {
    case 'spki':
      return publicKey(bytesOf(source))
    case 'pkcs8':
      return privateKey(bytesOf(source))
    case 'jwk': {
      const jwk = fittingJwk(source, expected)
      if (expected.crv !== undefined && jwk.crv !== expected.crv)
        fail('DataError', `the crv of the key must be "${expected.crv}"`)
      const parts = { ...jwk, kty: expected.kty }
      return orFail('DataError', `the JWK is not a valid ${expected.kty} key`, () =>
        jwk.d === undefined
          ? createPublicKey({ key: parts, format: 'jwk' })
          : createPrivateKey({ key: parts, format: 'jwk' }),
      )
    }
    default:
      return fail('NotSupportedError', `the format "${source.format}" is not supported for this algorithm`)
  }
}

export function keyMaterial(key: KeyObject, algorithm: KeyAlgorithm): KeyMaterial {
  return key.type === 'private'
    ? { type: 'private', algorithm, material: key.export({ format: 'der', type: 'pkcs8' }) }
    : { type: 'public', algorithm, material: key.export({ format: 'der', type: 'spki' }) }
}

/** The key behind a CryptoKey that came from the guest: parsed anew, because nothing says where it came from. */
export function keyObject(key: Key): KeyObject {
  return key.type === 'private' ? privateKey(materialOf(key)) : publicKey(materialOf(key))
}

export function exportAsymmetric(
  format: string,
  key: Key,
  object: KeyObject,
  alg: string | undefined,
): Buffer | Jwk {
  if (format === 'jwk') {
    const { kty, crv, x, y, d, n, e, p, q, dp, dq, qi } = object.export({ format: 'jwk' })
    const parts = { kty, crv, x, y, d, n, e, p, q, dp, dq, qi, alg }
    return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Jwk
  }
  if (format === 'spki' && key.type === 'public') return object.export({ format: 'der', type: 'spki' })
  if (format === 'pkcs8' && key.type === 'private') return object.export({ format: 'der', type: 'pkcs8' })
  if (format === 'spki' || format === 'pkcs8')
    fail('InvalidAccessError', `a ${key.type} key has no format "${format}"`)
  return fail('NotSupportedError', `the format "${format}" is not supported for this algorithm`)
}

function publicKey(der: Buffer): KeyObject {
  return orFail('DataError', 'the data is not a public key in SPKI form', () =>
    createPublicKey({ key: bounded(der), format: 'der', type: 'spki' }),
  )
}

function privateKey(der: Buffer): KeyObject {
  return orFail('DataError', 'the data is not a private key in PKCS #8 form', () =>
    createPrivateKey({ key: bounded(der), format: 'der', type: 'pkcs8' }),
  )
}

function bounded(der: Buffer): Buffer {
  if (der.length > mostDerBytes) fail('DataError', `a key has at most ${mostDerBytes} bytes`)
  return der
}
