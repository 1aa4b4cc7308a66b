// The `secureFetch` host call: a fetch whose body is sealed on the host, so that neither the key nor the nonce is ever inside
// the sandbox. The answer is read as it is (C§6.8).
import { createCipheriv, randomBytes } from 'node:crypto'
import { CallFailure, hasHeader, type FetchRequest } from '../../net/index.ts'
import { encryptionKeyBytes } from './encryption-key.ts'

type EnvelopeEncoding = 'base64url' | 'base64'

/** Asked anew for each call, so that a rotated key holds from the next call on. undefined: no key is active. */
export type EncryptionKeySource = () => Promise<Buffer | undefined> | Buffer | undefined

/** The request to send in place of `request`. Rejects with CallFailure. */
export async function sealedRequest(
  request: FetchRequest,
  encoding: EnvelopeEncoding,
  keySource: EncryptionKeySource | undefined,
): Promise<FetchRequest> {
  if (request.method !== 'POST')
    throw new CallFailure('fetch_invalid', 'secureFetch sends POST requests only')
  const key = await keySource?.()
  if (key === undefined)
    throw new CallFailure('encryption_key_missing', 'no encryption key is active for secureFetch')
  if (key.length !== encryptionKeyBytes) {
    throw new CallFailure('encryption_key_missing', 'the encryption key for secureFetch is not 32 bytes long')
  }
  const contentType = hasHeader(request.headers, 'content-type')
    ? []
    : [['content-type', 'text/plain'] as const]
  return {
    ...request,
    headers: [...request.headers, ...contentType],
    body: seal(Buffer.from(request.body ?? ''), key, encoding),
  }
}

/** 96 bits: NIST SP 800-38D §8.2.2 allows random nonces of this size for 2^32 messages under one key. */
const nonceBytes = 12

/**
 * The envelope of C§6.8: nonce(12) ‖ tag(16) ‖ ciphertext of AES-256-GCM without additional data, as one string.
 * docs/decisions/0006-secure-fetch-envelope.md says which reading this is, and why. A fresh nonce each time; two with the same nonce would reveal both plaintexts and the
 * means to forge.
 */
function seal(plaintext: Buffer, key: Buffer, encoding: EnvelopeEncoding): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString(encoding)
}
