// The encodings of RFC 8017 that need randomness, with the randomness of the run: EMSA-PSS (§9.1.1) and EME-OAEP
// (§7.1.1). OpenSSL draws its own and cannot be given one. What checks them (verify, decrypt) is OpenSSL's.
import { createHash } from 'node:crypto'
import { fail } from './failure.ts'
import { hashes, type HashName } from './request.ts'

/** The block that RSA signs, as long as the modulus. */
export function pssEncoded(digest: Buffer, salt: Buffer, hash: HashName, modulusBits: number): Buffer {
  const bits = modulusBits - 1
  const length = Math.ceil(bits / 8)
  if (length < digest.length + salt.length + 2)
    fail('OperationError', 'the key is too short for this hash and salt')
  const h = hashed(hash, Buffer.alloc(8), digest, salt)
  const db = Buffer.concat([Buffer.alloc(length - salt.length - h.length - 2), Buffer.from([1]), salt])
  const masked = xor(db, mask(hash, h, db.length))
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * length - bits))
  const encoded = Buffer.concat([masked, h, Buffer.from([0xbc])])
  return Buffer.concat([Buffer.alloc(Math.ceil(modulusBits / 8) - length), encoded])
}

/** The block that RSA encrypts; `seed` is as long as the hash. */
export function oaepEncoded(
  data: Buffer,
  label: Buffer,
  seed: Buffer,
  hash: HashName,
  modulusBits: number,
): Buffer {
  const length = Math.ceil(modulusBits / 8)
  const labelHash = hashed(hash, label)
  const room = length - data.length - 2 * labelHash.length - 2
  if (room < 0) fail('OperationError', 'the data is too long for this key and hash')
  const db = Buffer.concat([labelHash, Buffer.alloc(room), Buffer.from([1]), data])
  const maskedDb = xor(db, mask(hash, seed, db.length))
  const maskedSeed = xor(seed, mask(hash, maskedDb, seed.length))
  return Buffer.concat([Buffer.from([0]), maskedSeed, maskedDb])
}

/** MGF1 (RFC 8017 B.2.1). */
function mask(hash: HashName, seed: Buffer, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let counter = 0, made = 0; made < length; counter++) {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const block = hashed(hash, seed, count)
    blocks.push(block)
    made += block.length
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function hashed(hash: HashName, ...parts: Buffer[]): Buffer {
  const state = createHash(hashes[hash])
  for (const part of parts) state.update(part)
  return state.digest()
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)))
}
