// What may be registered as a redirect URI, and when a requested one is it (C§1). Comparison is by characters (RFC 9700 §4.1.3):
// nothing is decoded, lower-cased or resolved, so `/../`, `%2e` or another case never match. The same rule says which origins of browsers
// are an application's.

/** Where a local application listens while it is developed; only these may use http. Names under `localhost` are local (RFC 6761 §6.3). */
const localHost = /^(?:127\.0\.0\.1|\[::1\]|(?:[^.]+\.)*localhost)$/

/** Schemes that a browser acts on by itself: a redirect to one would run or read something, not call an application. */
const activeSchemes: ReadonlySet<string> = new Set(
  [
    'about',
    'blob',
    'data',
    'file',
    'filesystem',
    'ftp',
    'intent',
    'jar',
    'javascript',
    'mailto',
    'sms',
    'tel',
    'vbscript',
    'view-source',
    'ws',
    'wss',
  ].map((scheme) => `${scheme}:`),
)

/** Domains under which anybody can get a subdomain: `*.vercel.app` would match a stranger's application. */
const sharedDomains: ReadonlySet<string> = new Set([
  'azurewebsites.net',
  'fly.dev',
  'github.io',
  'herokuapp.com',
  'netlify.app',
  'ngrok.app',
  'ngrok.io',
  'onrender.com',
  'pages.dev',
  'vercel.app',
  'web.app',
  'workers.dev',
])

/** http on the loopback interface without a port (RFC 8252 §7.3): a native application listens on whichever port is free. */
const anyPortLoopback = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?=[/?]|$)/

/** Why the URI cannot be registered, as the end of a sentence that begins with it; undefined when it can. */
export function redirectUriProblem(uri: string): string | undefined {
  const wildcards = uri.split('*').length - 1
  if (wildcards > 1) return 'holds more than one *'
  // A letter in the place of the * makes a URI whose parts can be looked at.
  const url = URL.parse(uri.replace('*', 'x'))
  if (url === null) return 'is not an absolute URI'
  // oxlint-disable-next-line no-control-regex -- those are what the URL parser drops without a word
  if (/[\u0000-\u0020\u007f\\]/.test(uri)) return 'holds a space, a control character or a backslash'
  // RFC 3986 §2 has no place for braces. Kinde fills in `{organization.handle}` (C§17); here a * stands for a subdomain.
  if (/[{}]/.test(uri)) return 'holds a { or }: placeholders are not filled in, a * stands for one subdomain'
  if (uri.includes('#')) return 'holds a fragment'
  if (url.username !== '' || url.password !== '') return 'holds a user name or password'
  if (activeSchemes.has(url.protocol)) return `has the scheme ${url.protocol}`
  if (url.protocol === 'http:' && !localHost.test(url.hostname))
    return 'uses http on a host that is not local'
  if (wildcards === 1) return wildcardProblem(uri, url)
  return undefined
}

/** The same for an address of a page that is linked to: of the web, wherever it is. */
export function webAddressProblem(uri: string): string | undefined {
  const url = URL.parse(uri)
  return url?.protocol === 'https:' || url?.protocol === 'http:'
    ? undefined
    : 'is not an http or https address'
}

function wildcardProblem(uri: string, url: URL): string | undefined {
  if (url.protocol !== 'https:') return 'has a * and is not https'
  const [host = ''] = uri.slice('https://'.length).split(/[/?]/)
  const [leftmost = '', ...rest] = host.split('.')
  if (!leftmost.includes('*')) return 'has a * outside of the leftmost subdomain'
  if (rest.length < 2) return 'has a * that would match every domain'
  const isShared = sharedDomains.has(rest.join('.').replace(/:\d+$/, ''))
  if (isShared && leftmost === '*') return 'has a bare * under a domain that everybody can get a name in'
  return undefined
}

/**
 * `registered` may hold one *, which stands for one or more letters, digits and hyphens, never for a dot. A loopback address without a
 * port matches with any port.
 */
export function redirectUriMatches(registered: string, requested: string): boolean {
  const loopback = anyPortLoopback.exec(registered)?.[0]
  if (loopback !== undefined) return loopbackMatches(loopback, registered, requested)
  const star = registered.indexOf('*')
  if (star === -1) return registered === requested
  const [head, tail] = [registered.slice(0, star), registered.slice(star + 1)]
  if (!requested.startsWith(head) || !requested.endsWith(tail)) return false
  return /^[a-z0-9-]{1,63}$/.test(requested.slice(head.length, requested.length - tail.length))
}

function loopbackMatches(loopback: string, registered: string, requested: string): boolean {
  if (!requested.startsWith(loopback) || !URL.canParse(requested)) return false
  const path = requested.slice(loopback.length).replace(/^:\d{1,5}(?=[/?]|$)/, '')
  return path === registered.slice(loopback.length)
}

/** A redirect to an address that a browser acts on by itself never happens, even when it is registered. */
export function mayBeRedirectedTo(uri: string): boolean {
  const url = URL.parse(uri.replace('*', 'x'))
  return url !== null && !activeSchemes.has(url.protocol)
}

/** Whether the address is one of the registered ones, and may be led to. */
export function matchesOne(requested: string, registered: readonly string[]): boolean {
  return registered.some((uri) => redirectUriMatches(uri, requested)) && mayBeRedirectedTo(requested)
}

/** Why the text cannot be listed as an origin, as the end of a sentence that begins with it; undefined when it can. */
export function originProblem(text: string): string | undefined {
  const wildcards = text.split('*').length - 1
  if (wildcards > 1) return 'holds more than one *'
  const url = URL.parse(text.replace('*', 'x'))
  if (url === null || activeSchemes.has(url.protocol)) return 'is not an origin'
  // Only of http and https does the URL standard say the origin; web views of native applications have `capacitor://localhost`.
  const isOrigin =
    url.origin === 'null'
      ? /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(?::\d{1,5})?$/.test(text)
      : url.origin === text.replace('*', 'x')
  if (!isOrigin) return 'is not a scheme, a host in lower case and at most a port'
  return wildcards === 1 ? wildcardProblem(text, url) : undefined
}

/** The origin that a page at a registered redirect URI has; undefined for a private-use scheme. */
export function originOf(redirectUri: string): string | undefined {
  const origin = URL.parse(redirectUri)?.origin
  return origin === 'null' ? undefined : origin
}
