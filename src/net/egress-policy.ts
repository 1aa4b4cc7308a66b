// Judges only by the URL where a call may go, before any name is looked up. Names that pass are judged again by their addresses
// when the connection is made (connector.ts); address literals never reach a look-up, so they are judged here.
//
// An origin that the operator allows is exempt from the rules on ports, names and addresses. The rules on the scheme and on user
// information still hold, and the connection is still pinned to the address that was looked up.
import { isIP } from 'node:net'
import { ConfigError } from '../errors/index.ts'
import { judgeAddress } from './address-ranges.ts'

/** `trusted`: the operator allows this origin, so its addresses need not be public. `reason` is a clause on the URL. */
export type UrlVerdict =
  | { readonly allowed: true; readonly trusted: boolean }
  | { readonly allowed: false; readonly reason: string }

export interface EgressPolicy {
  judgeUrl(url: URL): UrlVerdict
}

/** Special-use names (RFC 6761, RFC 6762, RFC 8375) and those by which clouds and clusters name their insides. */
const refusedSuffixes = [
  'localhost',
  'local',
  'localdomain',
  'internal',
  'intranet',
  'lan',
  'home.arpa',
  'onion',
  'test',
]

/**
 * Ports that must not be called, because what listens there does not speak HTTP and could be made to act on the text of a request
 * (protocol confusion), or speaks HTTP to operators only. A deny list, because HTTP services use any port.
 * https://fetch.spec.whatwg.org/#port-blocking
 */
const badPortsOfFetch = [
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]

/** Databases, caches, queues, container and cluster control. */
const servicePorts = [
  445, 873, 1433, 1434, 1521, 2181, 2375, 2376, 2377, 2379, 2380, 3306, 3389, 4369, 5432, 5433, 5672, 5900,
  5984, 6379, 6380, 6432, 6443, 7000, 7001, 7199, 7687, 9042, 9092, 9160, 9200, 9300, 10250, 10255, 11211,
  15672, 25672, 26257, 26379, 27017, 27018, 27019, 28015, 28017, 33060, 50000, 50070,
]

const refusedPorts: ReadonlySet<number> = new Set([...badPortsOfFetch, ...servicePorts])

/** RFC 1035 §2.3.4 allows 253 characters and the root's dot. */
const longestHostname = 254
const noDnsName = 'the host is not a name that DNS can hold'

/**
 * `allow` holds origins: `scheme://host[:port]`, or `host[:port]` for http and https alike; without a port the scheme's
 * default one. Throws ConfigError for an entry that is not an origin.
 */
export function egressPolicy(
  allow: readonly string[],
  { isLoopbackAllowed = false }: { readonly isLoopbackAllowed?: boolean } = {},
): EgressPolicy {
  const trustedOrigins = new Set(allow.flatMap(originsOf))
  return {
    judgeUrl(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        return refused(`only http and https may be called, not ${url.protocol.slice(0, 32)}`)
      }
      if (url.username !== '' || url.password !== '')
        return refused('a user name or password in the address is refused')
      if (url.hostname.length > longestHostname) return refused(noDnsName)
      if (trustedOrigins.has(plainOrigin(url)) || (isLoopbackAllowed && isLoopback(plainHostname(url))))
        return { allowed: true, trusted: true }
      const port = Number(url.port)
      if (url.port !== '' && refusedPorts.has(port)) return refused(`port ${port} is refused`)
      return judgeHost(plainHostname(url))
    },
  }
}

/** The host without the brackets of IPv6 and without the root's dot, which names the same host. */
export function plainHostname(url: URL): string {
  const { hostname } = url
  return hostname.startsWith('[') ? hostname.slice(1, -1) : withoutRoot(hostname)
}

/** Not by an expression: one that looks for dots at the end takes time by the square of the dots elsewhere. */
function withoutRoot(hostname: string): string {
  let end = hostname.length
  while (hostname[end - 1] === '.') end -= 1
  return hostname.slice(0, end)
}

/** As WHATWG URL parsing spells it. */
function isLoopback(hostname: string): boolean {
  const isName = hostname === 'localhost' || hostname.endsWith('.localhost')
  return isName || hostname === '::1' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
}

function judgeHost(hostname: string): UrlVerdict {
  if (isIP(hostname) !== 0) {
    const verdict = judgeAddress(hostname)
    return verdict.allowed ? publicHost : refused(`the address ${hostname} is ${verdict.reason}`)
  }
  if (hostname.length > 253 || hostname.split('.').some((label) => label === '' || label.length > 63)) {
    return refused(noDnsName)
  }
  // A name of one label is completed from the machine's search list: a host of its own network.
  if (!hostname.includes('.')) return refused(`${hostname} is a name of the local network`)
  const suffix = refusedSuffixes.find((name) => hostname.endsWith(`.${name}`))
  return suffix === undefined ? publicHost : refused(`names below .${suffix} belong to the local network`)
}

function originsOf(entry: string): string[] {
  const urls = entry.includes('://') ? [entry] : [`http://${entry}`, `https://${entry}`]
  return urls.map((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    const isOrigin =
      url !== undefined && url.pathname === '/' && !/[?#@]/.test(text) && /^https?:$/.test(url.protocol)
    if (!isOrigin || /[\s*]/.test(entry)) {
      throw new ConfigError('usage', `"${entry}" is not an origin that can be allowed for outgoing calls.`, {
        hint: 'Write host, host:port or scheme://host:port, with the scheme http or https and without a path.',
      })
    }
    return plainOrigin(url)
  })
}

/** Names one server in one spelling: WHATWG URL parsing has done so for addresses, the root's dot remains. */
export function plainOrigin(url: URL): string {
  return `${url.protocol}//${withoutRoot(url.hostname)}${url.port === '' ? '' : `:${url.port}`}`
}

const publicHost: UrlVerdict = Object.freeze({ allowed: true, trusted: false })

function refused(reason: string): UrlVerdict {
  return { allowed: false, reason }
}
