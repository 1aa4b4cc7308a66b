// HKDF (RFC 5869) and PBKDF2 (RFC 8018 §5.2). Their keys are secrets that only derive.
import { hkdfSync, pbkdf2Sync } from 'node:crypto'
import type { Algorithm } from './algorithm.ts'
import { fail } from './failure.ts'
import { bytesOf } from './jwk.ts'
import { hashes, hashOf, materialOf, needed, type HashName } from './request.ts'

/**
 * Rounds of SHA-1 or SHA-256 in one call, each block of the result counted; one of SHA-384 or SHA-512 counts twice. OpenSSL
 * does not stop in between, and this is 0.1 to 0.2 s: less than a thread may be late before it is given up (pool.ts). OWASP
 * asks for as many of SHA-256.
 */
const mostRounds = 600_000
const mostDerivedBits = 65_536
const hashBytes: Readonly<Record<HashName, number>> = {
  'SHA-1': 20,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
}

export const hkdf: Algorithm = {
  ...keysOf('HKDF'),
  deriveBits(parameters, key, length) {
    const hash = hashOf(parameters.hash)
    const bytes = wholeBytes(length)
    if (bytes > 255 * hashBytes[hash]) fail('OperationError', 'HKDF gives at most 255 times its hash')
    const salt = needed(parameters.salt, 'salt')
    const info = needed(parameters.info, 'info')
    if (info.length > 1024) fail('OperationError', 'info has at most 1,024 bytes')
    if (bytes === 0) return Buffer.alloc(0)
    return Buffer.from(hkdfSync(hashes[hash], materialOf(key), salt, info, bytes))
  },
}

export const pbkdf2: Algorithm = {
  ...keysOf('PBKDF2'),
  deriveBits(parameters, key, length) {
    const hash = hashOf(parameters.hash)
    const bytes = wholeBytes(length)
    const salt = needed(parameters.salt, 'salt')
    const iterations = needed(parameters.iterations, 'iterations')
    if (!Number.isInteger(iterations) || iterations < 1)
      fail('OperationError', 'iterations must be a positive integer')
    const blocks = Math.ceil(bytes / hashBytes[hash])
    const weight = hash === 'SHA-384' || hash === 'SHA-512' ? 2 : 1
    if (iterations * blocks * weight > mostRounds)
      fail(
        'OperationError',
        `PBKDF2 is limited to 600,000 rounds in a call (300,000 of SHA-384 and SHA-512), for each ${hashBytes[hash]} bytes`,
      )
    if (bytes === 0) return Buffer.alloc(0)
    return pbkdf2Sync(materialOf(key), salt, iterations, bytes, hashes[hash])
  },
}

function keysOf(name: string): Algorithm {
  return {
    name,
    usages: { secret: ['deriveKey', 'deriveBits'] },
    importKey(source) {
      if (source.format !== 'raw') fail('NotSupportedError', `a key of ${name} has the format "raw" only`)
      if (source.extractable) fail('SyntaxError', `a key of ${name} is never extractable`)
      return { type: 'secret', algorithm: { name }, material: bytesOf(source) }
    },
    derivedLength: () => null,
  }
}

function wholeBytes(length: number | null): number {
  if (length === null || !Number.isInteger(length) || length < 0 || length % 8 !== 0)
    fail('OperationError', 'the length must be a multiple of 8')
  if (length > mostDerivedBits) fail('OperationError', `the length is limited to ${mostDerivedBits} bits`)
  return length / 8
}
