// The issuer's address as the command line gives it. It is never taken from a request (BR-10).
import { ConfigError } from '../errors/index.ts'
import { issuerAddress } from '../oauth/index.ts'

/** Without a trailing slash. Throws ConfigError `usage`. */
export function parseIssuerUrl(text: string): string {
  const address = issuerAddress(text)
  if (address !== undefined) return address
  throw new ConfigError('usage', `${JSON.stringify(text)} is not a valid issuer address.`, {
    hint: 'Write it as https://id.example.com, without a path.',
  })
}
