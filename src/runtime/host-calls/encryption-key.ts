// The key of kinde.secureFetch as an operator writes it: 32 bytes in base64 (C§6.8).
import { ConfigError } from '../../errors/index.ts'

export const encryptionKeyBytes = 32

/** Takes base64 and base64url, padded or not. Throws ConfigError; its text does not hold the key. */
export function parseEncryptionKey(text: string): Buffer {
  const trimmed = text.trim()
  const key = Buffer.from(trimmed, 'base64')
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed) || key.length !== encryptionKeyBytes) {
    throw new ConfigError('usage', 'The encryption key is not 32 bytes in base64.', {
      hint: 'Make one with: openssl rand -base64 32',
    })
  }
  return key
}
