// What deriveBits gives of an agreed secret: its first `length` bits, the unused ones of the last byte zero.
import { fail } from './failure.ts'

export function sharedBits(secret: Buffer, length: number | null): Buffer {
  if (length === null) return secret
  if (!Number.isInteger(length) || length < 0 || length > secret.length * 8)
    fail('OperationError', `the length is limited to ${secret.length * 8} bits`)
  const bits = Buffer.from(secret.subarray(0, Math.ceil(length / 8)))
  if (length % 8 !== 0) bits[bits.length - 1] = (bits.at(-1) ?? 0) & (0xff << (8 - (length % 8)))
  return bits
}
