// The `secureFetch` host call: a fetch whose body is sealed on the host, so that neither the key nor the nonce is ever inside
// the sandbox. The answer is read as it is (C§6.8).
import { CallFailure, hasHeader, type FetchRequest } from '../../net/index.ts'
import { encryptionKeyBytes } from './encryption-key.ts'
import { seal, type EnvelopeEncoding } from './envelope.ts'

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
