// The issuer's address as tokens, discovery and links hold it: an origin and nothing more, because Kinde's SDKs put their paths
// right behind it. It is never taken from a request (BR-10).
import { ConfigError } from '../errors/index.ts'

/** Without a trailing slash. Throws ConfigError `usage`. */
export function parseIssuerUrl(text: string): string {
  if (!URL.canParse(text)) throw invalidIssuer(text)
  const { protocol, origin, pathname, search, hash, username, password } = new URL(text)
  const isWeb = protocol === 'https:' || protocol === 'http:'
  const isBare = pathname === '/' && search + hash + username + password === ''
  if (!isWeb || !isBare) throw invalidIssuer(text)
  return origin
}

function invalidIssuer(text: string): ConfigError {
  return new ConfigError('usage', `${JSON.stringify(text)} is not a valid issuer address.`, {
    hint: 'Write it as https://id.example.com, without a path.',
  })
}
