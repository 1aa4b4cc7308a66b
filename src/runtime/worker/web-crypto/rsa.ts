// RSASSA-PKCS1-v1_5, RSA-PSS and RSA-OAEP (RFC 8017) with the hashes of WebCrypto.
import {
  constants,
  createHash,
  createPublicKey,
  privateDecrypt,
  privateEncrypt,
  publicEncrypt,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { random, type Algorithm, type Context } from './algorithm.ts'
import { exportAsymmetric, importAsymmetric, keyMaterial, keyObject } from './asymmetric-key.ts'
import { fail, orFail } from './failure.ts'
import {
  hashes,
  hashOf,
  needed,
  type HashName,
  type Key,
  type KeyAlgorithm,
  type Parameters,
  type Usage,
} from './request.ts'
import { oaepEncoded, pssEncoded } from './rsa-encoding.ts'
import { rsaPrivateKey } from './rsa-generation.ts'
import { integer } from './ecdsa-signature.ts'

/** A signature takes 1 ms with 2,048 bits and 35 ms with 8,192; OpenSSL does not stop in between. */
const modulusBits = { least: 1_024, most: 8_192 }
const generatedBits = { least: 2_048, most: 4_096 }
const largestExponent = 0xffff_ffffn
const failed = 'the operation failed with this key'

export const rsaPkcs1: Algorithm = {
  ...keysOf('RSASSA-PKCS1-v1_5', 'sig', ['sign'], ['verify'], (hash) => `RS${hash.slice('SHA-'.length)}`),
  sign: (_, key, data) => orFail('OperationError', failed, () => sign(nodeHash(key), data, rsaKey(key))),
  verify: (_, key, signature, data) =>
    orFail('OperationError', failed, () => verify(nodeHash(key), data, rsaKey(key), signature)),
}

export const rsaPss: Algorithm = {
  ...keysOf('RSA-PSS', 'sig', ['sign'], ['verify'], (hash) => `PS${hash.slice('SHA-'.length)}`),
  sign(parameters, key, data, context) {
    const hash = keyHash(key)
    const object = rsaKey(key)
    const digest = createHash(hashes[hash]).update(data).digest()
    const salt = random(context, saltLength(parameters))
    const encoded = pssEncoded(digest, salt, hash, bitsOf(object))
    return orFail('OperationError', failed, () =>
      privateEncrypt({ key: object, padding: constants.RSA_NO_PADDING }, encoded),
    )
  },
  verify(parameters, key, signature, data) {
    const object = rsaKey(key)
    const padding = constants.RSA_PKCS1_PSS_PADDING
    return orFail('OperationError', failed, () =>
      verify(nodeHash(key), data, { key: object, padding, saltLength: saltLength(parameters) }, signature),
    )
  },
}

export const rsaOaep: Algorithm = {
  ...keysOf('RSA-OAEP', 'enc', ['decrypt', 'unwrapKey'], ['encrypt', 'wrapKey'], (hash) =>
    hash === 'SHA-1' ? 'RSA-OAEP' : `RSA-OAEP-${hash.slice('SHA-'.length)}`,
  ),
  encrypt(parameters, key, data, context) {
    const hash = keyHash(key)
    const object = rsaKey(key)
    const seed = random(context, createHash(hashes[hash]).digest().length)
    const encoded = oaepEncoded(data, parameters.label ?? Buffer.alloc(0), seed, hash, bitsOf(object))
    return orFail('OperationError', failed, () =>
      publicEncrypt({ key: object, padding: constants.RSA_NO_PADDING }, encoded),
    )
  },
  decrypt(parameters, key, data) {
    const label = parameters.label ?? Buffer.alloc(0)
    return orFail('OperationError', 'the data cannot be decrypted with this key', () =>
      privateDecrypt({ key: rsaKey(key), oaepHash: nodeHash(key), oaepLabel: label }, data),
    )
  },
}

function keysOf(
  name: string,
  use: 'sig' | 'enc',
  privateUsages: readonly Usage[],
  publicUsages: readonly Usage[],
  algOf: (hash: HashName) => string,
): Algorithm {
  return {
    name,
    usages: { private: privateUsages, public: publicUsages },
    importKey(source, parameters) {
      const hash = hashOf(parameters.hash)
      const key = checked(importAsymmetric(source, { kty: 'RSA', use, alg: algOf(hash) }))
      return keyMaterial(key, algorithmOf(name, hash, key))
    },
    exportKey: (format, key) => exportAsymmetric(format, key, rsaKey(key), algOf(keyHash(key))),
    generateKey: (parameters, context) => generated(name, parameters, context),
  }
}

function generated(name: string, parameters: Parameters, context: Context) {
  const hash = hashOf(parameters.hash)
  const bits = needed(parameters.modulusLength, 'modulusLength')
  if (bits < generatedBits.least || bits > generatedBits.most || bits % 16 !== 0)
    fail('OperationError', `modulusLength must be ${generatedBits.least} to ${generatedBits.most}`)
  const exponent = integer(needed(parameters.publicExponent, 'publicExponent').subarray(0, 64))
  if (!isUsableExponent(exponent)) fail('OperationError', 'publicExponent must be odd, 3 to 4,294,967,295')
  const privateKey = rsaPrivateKey(bits, exponent, context)
  const algorithm = algorithmOf(name, hash, privateKey)
  return {
    publicKey: keyMaterial(createPublicKey(privateKey), algorithm),
    privateKey: keyMaterial(privateKey, algorithm),
  }
}

function algorithmOf(name: string, hash: HashName, key: KeyObject): KeyAlgorithm {
  const { e } = key.export({ format: 'jwk' })
  const publicExponent = Buffer.from(e ?? '', 'base64url').toString('base64')
  return { name, hash, modulusLength: bitsOf(key), publicExponent }
}

function rsaKey(key: Key): KeyObject {
  return checked(keyObject(key))
}

/** The cost of an operation goes with the modulus and with the exponents, so all of them are bounded. */
function checked(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'rsa') fail('DataError', 'the key is not an RSA key')
  const bits = bitsOf(key)
  if (bits < modulusBits.least || bits > modulusBits.most)
    fail('NotSupportedError', `RSA keys must have ${modulusBits.least} to ${modulusBits.most} bits`)
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n
  if (!isUsableExponent(exponent))
    fail('NotSupportedError', 'the public exponent of an RSA key must be odd, 3 to 4,294,967,295')
  if (key.type !== 'private') return key
  const { n, d, p, q, dp, dq, qi } = key.export({ format: 'jwk' })
  for (const part of [d, p, q, dp, dq, qi])
    if ((part ?? '').length > (n ?? '').length) fail('DataError', 'the key is not a valid RSA key')
  return key
}

function isUsableExponent(exponent: bigint): boolean {
  return exponent >= 3n && exponent <= largestExponent && exponent % 2n === 1n
}

function bitsOf(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0
}

function keyHash(key: Key): HashName {
  return needed(key.algorithm.hash, 'hash')
}

function nodeHash(key: Key): string {
  return hashes[keyHash(key)]
}

function saltLength({ saltLength: bytes }: Parameters): number {
  const length = needed(bytes, 'saltLength')
  if (!Number.isInteger(length) || length < 0 || length > modulusBits.most / 8)
    fail('OperationError', 'saltLength is not valid')
  return length
}
