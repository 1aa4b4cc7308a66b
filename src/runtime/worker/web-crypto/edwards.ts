// Ed25519 (RFC 8032) and X25519 (RFC 7748). A private key is 32 bytes of randomness; a signature needs none.
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { random, type Algorithm, type KeySource } from './algorithm.ts'
import { exportAsymmetric, importAsymmetric, keyMaterial, keyObject } from './asymmetric-key.ts'
import { fail, orFail } from './failure.ts'
import { bytesOf } from './jwk.ts'
import { needed, type Key, type Usage } from './request.ts'
import { sharedBits } from './shared-bits.ts'

type Name = 'Ed25519' | 'X25519'

/** Before the 32 bytes of a private key in PKCS #8, by RFC 8410 §7. */
const pkcs8Head: Readonly<Record<Name, string>> = {
  Ed25519: '302e020100300506032b657004220420',
  X25519: '302e020100300506032b656e04220420',
}

export const ed25519: Algorithm = {
  ...keysOf('Ed25519', 'sig', ['sign'], ['verify']),
  sign: (_, key, data) => sign(undefined, data, edwardsKey(key, 'Ed25519')),
  verify: (_, key, signature, data) => verify(undefined, data, edwardsKey(key, 'Ed25519'), signature),
}

export const x25519: Algorithm = {
  ...keysOf('X25519', 'enc', ['deriveKey', 'deriveBits'], []),
  deriveBits(parameters, key, length) {
    const theirs = needed(parameters.public, 'public')
    if (theirs.type !== 'public' || theirs.algorithm.name !== 'X25519')
      fail('InvalidAccessError', 'public must be a public key of X25519')
    const keys = { privateKey: edwardsKey(key, 'X25519'), publicKey: edwardsKey(theirs, 'X25519') }
    return sharedBits(keys, length)
  },
}

function keysOf(
  name: Name,
  use: 'sig' | 'enc',
  privateUsages: readonly Usage[],
  publicUsages: readonly Usage[],
): Algorithm {
  return {
    name,
    usages: { private: privateUsages, public: publicUsages },
    importKey(source) {
      const key =
        source.format === 'raw'
          ? rawPublic(source, name)
          : importAsymmetric(source, expectedOf(source, name, use))
      return keyMaterial(checked(key, name), { name })
    },
    exportKey(format, key) {
      const object = edwardsKey(key, name)
      if (format !== 'raw') return exportAsymmetric(format, key, object, undefined)
      if (key.type !== 'public') fail('InvalidAccessError', 'a private key has no format "raw"')
      return Buffer.from(object.export({ format: 'jwk' }).x ?? '', 'base64url')
    },
    generateKey(_, context) {
      const der = Buffer.concat([Buffer.from(pkcs8Head[name], 'hex'), random(context, 32)])
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
      return {
        publicKey: keyMaterial(createPublicKey(privateKey), { name }),
        privateKey: keyMaterial(privateKey, { name }),
      }
    },
  }
}

/** RFC 8037 says "EdDSA", RFC 9864 "Ed25519"; a key may say either. */
function expectedOf({ jwk }: KeySource, name: Name, use: 'sig' | 'enc') {
  const alg = name === 'X25519' ? undefined : jwk?.alg === 'EdDSA' ? 'EdDSA' : 'Ed25519'
  return { kty: 'OKP', use, crv: name, alg } as const
}

function rawPublic(source: KeySource, name: Name): KeyObject {
  const bytes = bytesOf(source)
  if (bytes.length !== 32) fail('DataError', `a public key of ${name} has 32 bytes`)
  const jwk = { kty: 'OKP', crv: name, x: bytes.toString('base64url') }
  return orFail('DataError', `the data is not a public key of ${name}`, () =>
    createPublicKey({ key: jwk, format: 'jwk' }),
  )
}

function edwardsKey(key: Key, name: Name): KeyObject {
  return checked(keyObject(key), name)
}

function checked(key: KeyObject, name: Name): KeyObject {
  if (key.asymmetricKeyType !== name.toLowerCase()) fail('DataError', `the key is not a key of ${name}`)
  return key
}
