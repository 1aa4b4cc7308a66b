// The envelope in which kinde.secureFetch sends a body (C§6.8): nonce(12) ‖ tag(16) ‖ ciphertext of AES-256-GCM without
// additional data, the whole as text. docs/decisions/0006-secure-fetch-envelope.md says which reading this is, and why.
import { createCipheriv, randomBytes } from 'node:crypto'

export type EnvelopeEncoding = 'base64url' | 'base64'

/** 96 bits: NIST SP 800-38D §8.2.2 allows random nonces of this size for 2^32 messages under one key. */
const nonceBytes = 12

/** A fresh nonce each time; two with the same nonce would reveal both plaintexts and the means to forge. */
export function seal(plaintext: Buffer, key: Buffer, encoding: EnvelopeEncoding): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString(encoding)
}
