// ECDSA and ECDH on the NIST curves (FIPS 186-5, SP 800-56A).
import { createECDH, createHash, createPublicKey, createPrivateKey, ECDH, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { random, type Algorithm, type Context, type KeySource } from './algorithm.ts'
import { exportAsymmetric, importAsymmetric, keyMaterial, keyObject } from './asymmetric-key.ts'
import { ecdsaSignature, groups, integer, toBytes } from './ecdsa-signature.ts'
import { fail, orFail } from './failure.ts'
import { bytesOf } from './jwk.ts'
import {
  curveOf,
  curves,
  hashes,
  hashOf,
  needed,
  type CurveName,
  type Jwk,
  type Key,
  type Usage,
} from './request.ts'
import { sharedBits } from './shared-bits.ts'

const algorithms: Readonly<Record<CurveName, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
}

export const ecdsa: Algorithm = {
  ...keysOf('ECDSA', 'sig', ['sign'], ['verify'], (curve) => algorithms[curve]),
  sign(parameters, key, data) {
    const hash = hashOf(parameters.hash)
    const curve = curveOf(key.algorithm.namedCurve)
    const { d } = ecKey(key).export({ format: 'jwk' })
    const digest = createHash(hashes[hash]).update(data).digest()
    return ecdsaSignature(curve, Buffer.from(needed(d, 'd'), 'base64url'), hash, digest)
  },
  verify(parameters, key, signature, data) {
    const hash = hashOf(parameters.hash)
    const object = ecKey(key)
    return verify(hashes[hash], data, { key: object, dsaEncoding: 'ieee-p1363' }, signature)
  },
}

export const ecdh: Algorithm = {
  ...keysOf('ECDH', 'enc', ['deriveKey', 'deriveBits'], [], () => undefined),
  deriveBits(parameters, key, length) {
    const theirs = needed(parameters.public, 'public')
    if (theirs.type !== 'public' || theirs.algorithm.name !== 'ECDH')
      fail('InvalidAccessError', 'public must be a public key of ECDH')
    if (theirs.algorithm.namedCurve !== key.algorithm.namedCurve)
      fail('InvalidAccessError', 'both keys must be on the same curve')
    return sharedBits({ privateKey: ecKey(key), publicKey: ecKey(theirs) }, length)
  },
}

function keysOf(
  name: string,
  use: 'sig' | 'enc',
  privateUsages: readonly Usage[],
  publicUsages: readonly Usage[],
  algOf: (curve: CurveName) => string | undefined,
): Algorithm {
  return {
    name,
    usages: { private: privateUsages, public: publicUsages },
    importKey(source, parameters) {
      const curve = curveOf(parameters.namedCurve)
      const key =
        source.format === 'raw'
          ? publicPoint(source, curve)
          : importAsymmetric(source, { kty: 'EC', use, alg: algOf(curve), crv: curve })
      return keyMaterial(checked(key, curve), { name, namedCurve: curve })
    },
    exportKey(format, key) {
      const object = ecKey(key)
      if (format === 'raw') return pointOf(key, object.export({ format: 'jwk' }) as Jwk)
      return exportAsymmetric(format, key, object, algOf(curveOf(key.algorithm.namedCurve)))
    },
    generateKey(parameters, context) {
      const curve = curveOf(parameters.namedCurve)
      const privateKey = generated(curve, context)
      const algorithm = { name, namedCurve: curve }
      return {
        publicKey: keyMaterial(createPublicKey(privateKey), algorithm),
        privateKey: keyMaterial(privateKey, algorithm),
      }
    },
  }
}

/** FIPS 186-5 A.2.1: 64 bits more than the order has, so that the remainder is as good as even. */
function generated(curve: CurveName, context: Context): KeyObject {
  const { order, bytes } = groups[curve]
  const d = toBytes((integer(random(context, bytes + 8)) % (order - 1n)) + 1n, bytes)
  const ecdh = createECDH(curves[curve])
  ecdh.setPrivateKey(d)
  const point = coordinates(ecdh.getPublicKey(), curve)
  return createPrivateKey({ key: { ...point, d: d.toString('base64url') }, format: 'jwk' })
}

function publicPoint(source: KeySource, curve: CurveName): KeyObject {
  return orFail('DataError', `the data is not a point of ${curve}`, () => {
    const point = ECDH.convertKey(bytesOf(source), curves[curve], undefined, undefined, 'uncompressed')
    return createPublicKey({ key: coordinates(Buffer.from(point), curve), format: 'jwk' })
  })
}

function coordinates(point: Buffer, curve: CurveName) {
  const { bytes } = groups[curve]
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)]
  return { kty: 'EC', crv: curve, x: x.toString('base64url'), y: y.toString('base64url') }
}

function pointOf(key: Key, { x = '', y = '' }: Jwk): Buffer {
  if (key.type !== 'public') fail('InvalidAccessError', 'a private key has no format "raw"')
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
}

function ecKey(key: Key): KeyObject {
  return checked(keyObject(key), curveOf(key.algorithm.namedCurve))
}

/** A private key has to be that of its public half: what is signed with it could not be verified. */
function checked(key: KeyObject, curve: CurveName): KeyObject {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== curves[curve])
    fail('DataError', `the key is not a key on ${curve}`)
  if (key.type !== 'private') return key
  const { x, y, d } = key.export({ format: 'jwk' })
  const ecdh = createECDH(curves[curve])
  orFail('DataError', 'the private key is not valid', () => ecdh.setPrivateKey(d ?? '', 'base64url'))
  const point = coordinates(ecdh.getPublicKey(), curve)
  if (point.x !== x || point.y !== y) fail('DataError', 'the private key does not fit its public key')
  return key
}
