// An ECDSA signature whose nonce follows from key and message (RFC 6979 §3.2), because a replay has to give the same
// signature and Node has no way to say which nonce OpenSSL takes. The nonce depends on the message: a run that is
// replayed after an edit signs another text with another nonce, which keeps the key secret.
//
// OpenSSL multiplies the point, in constant time. The arithmetic left is three products and an inverse of a blinded
// number, so that the time of the inverse says nothing about the nonce.
import { createECDH, createHmac } from 'node:crypto'
import { curves, hashes, type CurveName, type HashName } from './request.ts'

interface Group {
  readonly order: bigint
  readonly orderBits: number
  /** Of a number below the order, and of a coordinate. */
  readonly bytes: number
}

/** Orders of the base points (FIPS 186-4 D.1.2). */
export const groups: Readonly<Record<CurveName, Group>> = {
  'P-256': group('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  'P-384': group(
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ),
  'P-521': group(
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  ),
}

/** r and s as fixed-length bytes (RFC 7518 §3.4). */
export function ecdsaSignature(curve: CurveName, secret: Buffer, hash: HashName, digest: Buffer): Buffer {
  const { order, orderBits, bytes } = groups[curve]
  const d = integer(secret)
  const z = leftmost(digest, orderBits) % order
  const numbers = derivedNumbers(curve, d, hash, z)
  for (;;) {
    const k = numbers()
    const ecdh = createECDH(curves[curve])
    ecdh.setPrivateKey(toBytes(k, bytes))
    const r = integer(ecdh.getPublicKey().subarray(1, 1 + bytes)) % order
    const blind = numbers()
    const s =
      (inverse((k * blind) % order, order) * ((z * blind + ((r * blind) % order) * d) % order)) % order
    if (r !== 0n && s !== 0n) return Buffer.concat([toBytes(r, bytes), toBytes(s, bytes)])
  }
}

/** RFC 6979 §3.2: each call gives the next number from 1 to order − 1. The first is the nonce of the standard. */
function derivedNumbers(curve: CurveName, d: bigint, hash: HashName, z: bigint): () => bigint {
  const { order, orderBits, bytes } = groups[curve]
  const mac = (key: Buffer, ...parts: Buffer[]): Buffer => {
    const hmac = createHmac(hashes[hash], key)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
  const seed = Buffer.concat([toBytes(d, bytes), toBytes(z, bytes)])
  let value: Buffer = Buffer.alloc(mac(Buffer.alloc(0)).length, 1)
  let key: Buffer = Buffer.alloc(value.length, 0)
  const stir = (round: number, ...parts: Buffer[]): void => {
    key = mac(key, value, Buffer.from([round]), ...parts)
    value = mac(key, value)
  }
  stir(0, seed)
  stir(1, seed)
  return () => {
    for (;;) {
      let drawn: Buffer = Buffer.alloc(0)
      while (drawn.length < bytes) {
        value = mac(key, value)
        drawn = Buffer.concat([drawn, value])
      }
      const number = leftmost(drawn.subarray(0, bytes), orderBits)
      stir(0)
      if (number > 0n && number < order) return number
    }
  }
}

/** bits2int of RFC 6979 §2.3.2. */
function leftmost(bytes: Buffer, bits: number): bigint {
  const surplus = bytes.length * 8 - bits
  return surplus > 0 ? integer(bytes) >> BigInt(surplus) : integer(bytes)
}

export function integer(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`)
}

export function toBytes(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex')
}

/** The inverse of `number` modulo `modulus`; both without a common divisor. */
export function inverse(number: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, number % modulus]
  let [factor, nextFactor] = [0n, 1n]
  while (next !== 0n) {
    const quotient = rest / next
    ;[rest, next] = [next, rest - quotient * next]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  return ((factor % modulus) + modulus) % modulus
}

function group(hex: string): Group {
  const order = BigInt(`0x${hex}`)
  return { order, orderBits: order.toString(2).length, bytes: hex.length / 2 }
}
