// AES in the modes of WebCrypto: GCM, CBC, CTR, and key wrap (RFC 3394).
import { createCipheriv, createDecipheriv, type CipherGCMTypes } from 'node:crypto'
import { random, type Algorithm } from './algorithm.ts'
import { fail, orFail } from './failure.ts'
import { materialOf, needed, type Key, type Parameters, type Usage } from './request.ts'
import { exportSecret, importSecret } from './secret-key.ts'

type Mode = 'GCM' | 'CBC' | 'CTR' | 'KW'
const blockBytes = 16
/** RFC 3394 §2.2.3.1. */
const wrapInitialValue = Buffer.alloc(8, 0xa6)
const notDecrypted = 'the data cannot be decrypted with this key'

export const aesGcm: Algorithm = {
  ...keysOf('GCM', ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey']),
  encrypt(parameters, key, data) {
    const { iv, options, tagBytes } = gcm(parameters)
    const cipher = createCipheriv(`aes-${bitsOf(key)}-gcm` as CipherGCMTypes, materialOf(key), iv, options)
    cipher.setAAD(parameters.additionalData ?? Buffer.alloc(0))
    const sealed = Buffer.concat([cipher.update(data), cipher.final()])
    return Buffer.concat([sealed, cipher.getAuthTag().subarray(0, tagBytes)])
  },
  decrypt(parameters, key, data) {
    const { iv, options, tagBytes } = gcm(parameters)
    if (data.length < tagBytes) fail('OperationError', notDecrypted)
    const decipher = createDecipheriv(
      `aes-${bitsOf(key)}-gcm` as CipherGCMTypes,
      materialOf(key),
      iv,
      options,
    )
    decipher.setAAD(parameters.additionalData ?? Buffer.alloc(0))
    decipher.setAuthTag(data.subarray(data.length - tagBytes))
    return orFail('OperationError', notDecrypted, () =>
      Buffer.concat([decipher.update(data.subarray(0, data.length - tagBytes)), decipher.final()]),
    )
  },
}

export const aesCbc: Algorithm = {
  ...keysOf('CBC', ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey']),
  encrypt(parameters, key, data) {
    const cipher = createCipheriv(`aes-${bitsOf(key)}-cbc`, materialOf(key), block(parameters.iv, 'iv'))
    return Buffer.concat([cipher.update(data), cipher.final()])
  },
  decrypt(parameters, key, data) {
    const decipher = createDecipheriv(`aes-${bitsOf(key)}-cbc`, materialOf(key), block(parameters.iv, 'iv'))
    return orFail('OperationError', notDecrypted, () =>
      Buffer.concat([decipher.update(data), decipher.final()]),
    )
  },
}

export const aesCtr: Algorithm = {
  ...keysOf('CTR', ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey']),
  encrypt: counted,
  decrypt: counted,
}

export const aesKw: Algorithm = {
  ...keysOf('KW', ['wrapKey', 'unwrapKey']),
  wrap(key, data) {
    if (data.length % 8 !== 0 || data.length < blockBytes)
      fail('OperationError', 'AES-KW wraps a multiple of 8 bytes, 16 at least')
    const cipher = createCipheriv(`aes${bitsOf(key)}-wrap`, materialOf(key), wrapInitialValue)
    return Buffer.concat([cipher.update(data), cipher.final()])
  },
  unwrap(key, data) {
    const decipher = createDecipheriv(`aes${bitsOf(key)}-wrap`, materialOf(key), wrapInitialValue)
    return orFail('OperationError', 'the key cannot be unwrapped with this key', () =>
      Buffer.concat([decipher.update(data), decipher.final()]),
    )
  },
}

function keysOf(mode: Mode, usages: readonly Usage[]): Algorithm {
  const name = `AES-${mode}`
  const algOf = (length: number): string => `A${length * 8}${mode}`
  return {
    name,
    usages: { secret: usages },
    importKey(source) {
      const secret = importSecret(source, 'enc', algOf)
      const length = secret.length * 8
      if (!isKeyLength(length)) fail('DataError', 'an AES key has 128, 192 or 256 bits')
      return { type: 'secret', algorithm: { name, length }, material: secret }
    },
    exportKey: (format, key) => exportSecret(format, key, algOf(materialOf(key).length)),
    generateKey(parameters, context) {
      const length = keyBits(parameters)
      return { type: 'secret', algorithm: { name, length }, material: random(context, length / 8) }
    },
    derivedLength: keyBits,
  }
}

function keyBits(parameters: Parameters): number {
  const length = needed(parameters.length, 'length')
  if (!isKeyLength(length)) fail('OperationError', 'an AES key has 128, 192 or 256 bits')
  return length
}

function isKeyLength(bits: number): boolean {
  return bits === 128 || bits === 192 || bits === 256
}

function bitsOf(key: Key): number {
  const bits = materialOf(key).length * 8
  if (!isKeyLength(bits)) fail('DataError', 'an AES key has 128, 192 or 256 bits')
  return bits
}

function gcm(parameters: Parameters) {
  const iv = needed(parameters.iv, 'iv')
  if (iv.length === 0) fail('OperationError', 'iv must not be empty')
  const tagLength = parameters.tagLength ?? 128
  if (![32, 64, 96, 104, 112, 120, 128].includes(tagLength))
    fail('OperationError', 'tagLength must be 32, 64, 96, 104, 112, 120 or 128')
  return { iv, tagBytes: tagLength / 8, options: { authTagLength: tagLength / 8 } }
}

function block(bytes: Buffer | undefined, name: string): Buffer {
  if (needed(bytes, name).length !== blockBytes) fail('OperationError', `${name} must have 16 bytes`)
  return needed(bytes, name)
}

/** OpenSSL counts in all 128 bits; WebCrypto in the last `length`, so a counter that comes round is begun again. */
function counted(parameters: Parameters, key: Key, data: Buffer): Buffer {
  const counter = block(parameters.counter, 'counter')
  const length = needed(parameters.length, 'length')
  if (!Number.isInteger(length) || length < 1 || length > 128)
    fail('OperationError', 'length must be 1 to 128')
  const size = 1n << BigInt(length)
  const start = BigInt(`0x${counter.toString('hex')}`)
  const untilRound = size - (start % size)
  if (BigInt(Math.ceil(data.length / blockBytes)) > size)
    fail('OperationError', 'the data is longer than the counter')
  const run = (from: bigint, part: Buffer): Buffer => {
    const initial = Buffer.from(from.toString(16).padStart(32, '0'), 'hex')
    const cipher = createCipheriv(`aes-${bitsOf(key)}-ctr`, materialOf(key), initial)
    return Buffer.concat([cipher.update(part), cipher.final()])
  }
  const bytesUntilRound = untilRound * BigInt(blockBytes)
  if (bytesUntilRound >= BigInt(data.length)) return run(start, data)
  const first = data.subarray(0, Number(bytesUntilRound))
  return Buffer.concat([run(start, first), run(start - (start % size), data.subarray(first.length))])
}
