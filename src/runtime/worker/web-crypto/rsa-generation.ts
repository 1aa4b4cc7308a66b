// An RSA key pair out of the run's randomness (FIPS 186-5 A.1.3: probable primes). Node's own generation draws where no seed
// reaches and does not stop for a second or more; here the run's time is looked at before each candidate.
import { checkPrimeSync, createPrivateKey, type KeyObject } from 'node:crypto'
import { random, type Context } from './algorithm.ts'
import { integer, inverse, toBytes } from './ecdsa-signature.ts'

/** `bits` is a multiple of 16. `exponent` is odd and at least 3. */
export function rsaPrivateKey(bits: number, exponent: bigint, context: Context): KeyObject {
  const half = bits / 2
  const p = prime(half, exponent, context)
  let q = prime(half, exponent, context)
  // §A.1.3 step 5.4: primes that are near each other are found from their product.
  while (distance(p, q) <= 1n << BigInt(half - 100)) q = prime(half, exponent, context)
  const [p1, q1] = [p - 1n, q - 1n]
  const d = inverse(exponent, (p1 * q1) / divisor(p1, q1))
  const part = (number: bigint): string => {
    const bytes = toBytes(number, Math.ceil(number.toString(16).length / 2))
    return bytes.toString('base64url')
  }
  const jwk = {
    kty: 'RSA',
    n: part(p * q),
    e: part(exponent),
    d: part(d),
    p: part(p),
    q: part(q),
    dp: part(d % p1),
    dq: part(d % q1),
    qi: part(inverse(q, p)),
  }
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

function prime(bits: number, exponent: bigint, context: Context): bigint {
  for (;;) {
    context.checkTime()
    const candidate = random(context, bits / 8)
    // Both top bits: the product of two primes has all bits of the modulus (step 4.2 asks for √2 · 2^(bits−1) at least).
    candidate[0] = (candidate[0] ?? 0) | 0xc0
    candidate[candidate.length - 1] = (candidate.at(-1) ?? 0) | 1
    const number = integer(candidate)
    if (divisor(number - 1n, exponent) === 1n && checkPrimeSync(candidate)) return number
  }
}

function divisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right]
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}

function distance(left: bigint, right: bigint): bigint {
  return left > right ? left - right : right - left
}
