// HMAC (RFC 2104) with the hashes of WebCrypto.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { random, type Algorithm } from './algorithm.ts'
import { fail } from './failure.ts'
import { hashes, hashOf, materialOf, needed, type HashName, type Key, type Parameters } from './request.ts'
import { exportSecret, importSecret } from './secret-key.ts'

/** The most that a key is generated or derived with, in bits. */
const mostBits = 65_536

export const hmac: Algorithm = {
  name: 'HMAC',
  usages: { secret: ['sign', 'verify'] },
  importKey(source, parameters) {
    const hash = hashOf(parameters.hash)
    const secret = importSecret(source, 'sig', () => algOf(hash))
    if (secret.length === 0) fail('DataError', 'the key is empty')
    const length = parameters.length ?? secret.length * 8
    // The standard lets a length cut bits off the last byte; keys are not stored that way.
    if (length !== secret.length * 8) fail('DataError', 'length must be the length of the key in bits')
    return { type: 'secret', algorithm: { name: 'HMAC', hash, length }, material: secret }
  },
  exportKey: (format, key) => exportSecret(format, key, algOf(needed(key.algorithm.hash, 'hash'))),
  generateKey(parameters, context) {
    const hash = hashOf(parameters.hash)
    const length = keyBits(parameters)
    return {
      type: 'secret',
      algorithm: { name: 'HMAC', hash, length },
      material: random(context, length / 8),
    }
  },
  derivedLength: keyBits,
  sign: (_, key, data) => mac(key, data),
  verify(_, key, signature, data) {
    const expected = mac(key, data)
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  },
}

function keyBits(parameters: Parameters): number {
  const hash = hashOf(parameters.hash)
  const blockBits = hash === 'SHA-1' || hash === 'SHA-256' ? 512 : 1024
  const length = parameters.length ?? blockBits
  if (!Number.isInteger(length) || length <= 0 || length % 8 !== 0 || length > mostBits)
    fail('OperationError', `length must be a multiple of 8 up to ${mostBits}`)
  return length
}

function mac(key: Key, data: Buffer): Buffer {
  const hash = needed(key.algorithm.hash, 'hash')
  return createHmac(hashes[hash], materialOf(key)).update(data).digest()
}

function algOf(hash: HashName): string {
  return `HS${hash.slice('SHA-'.length)}`
}
