// The address of an issuer as tokens, discovery and links hold it: an origin and nothing more, because Kinde's SDKs put their paths
// right behind it (C§3). It is compared as a string (RFC 8414 §3.3, RFC 9207 §2.4), so there is one spelling.

/** In its one spelling, without a trailing slash; undefined when it is not an http or https address of one host. */
export function issuerAddress(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null) return undefined
  const { protocol, origin, hostname, pathname, search, hash, username, password } = url
  const isWeb = protocol === 'https:' || protocol === 'http:'
  const isBare = pathname === '/' && search + hash + username + password === ''
  // A name with a dot at its end is the same host to DNS and another one to cookies and certificates.
  const isOneHost = !hostname.includes('*') && !hostname.endsWith('.')
  return isWeb && isBare && isOneHost ? origin : undefined
}
