// The secret that two keys agree on (ECDH, X25519), and what deriveBits gives of it: its first `length` bits, the unused ones of the last
// byte zero.
import { diffieHellman, type KeyObject } from 'node:crypto'
import { fail, orFail } from './failure.ts'

export function sharedBits(
  keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  length: number | null,
): Buffer {
  const secret = orFail('OperationError', 'no secret can be derived from these keys', () =>
    diffieHellman(keys),
  )
  if (length === null) return secret
  if (!Number.isInteger(length) || length < 0 || length > secret.length * 8)
    fail('OperationError', `the length is limited to ${secret.length * 8} bits`)
  const bits = Buffer.from(secret.subarray(0, Math.ceil(length / 8)))
  if (length % 8 !== 0) bits[bits.length - 1] = (bits.at(-1) ?? 0) & (0xff << (8 - (length % 8)))
  return bits
}
