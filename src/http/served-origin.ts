// Which of the issuer's addresses a request came to. The list is a setting, so a request chooses among configured addresses and can
// name no other one: a host that is not on the list gets the main address (BR-10).
import type { IncomingMessage } from 'node:http'
import { peerAddress, type TrustedProxies } from './trusted-proxies.ts'

export interface ServedOrigins {
  /** The issuer's main address: `scheme://host[:port]`. */
  readonly origin: URL
  /** Further addresses of the issuer, each with a host of its own. */
  readonly customDomains?: readonly URL[]
  readonly proxies: TrustedProxies
}

export function servedOrigin(request: IncomingMessage, served: ServedOrigins): URL {
  const { customDomains = [], origin } = served
  if (customDomains.length === 0) return origin
  const asked = askedHost(request, served.proxies).toLowerCase()
  return customDomains.find((domain) => isHostOf(domain, asked)) ?? origin
}

/** The word of a trusted proxy goes before the Host header, which many proxies replace. A stranger's is not read (AS-19). */
function askedHost({ headers, socket }: IncomingMessage, proxies: TrustedProxies): string {
  const forwarded = [headers['x-forwarded-host'] ?? []].flat().join(',')
  // Proxies write at the end of the list; what is before it may come from the client.
  const last = forwarded.split(',').at(-1)?.trim() ?? ''
  const isTrusted = last !== '' && proxies.isTrusted(peerAddress(socket.remoteAddress))
  return isTrusted ? last : (headers.host ?? '')
}

const defaultPorts: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

/** RFC 9110 §4.2.3: a host with the default port is the same host without it. */
function isHostOf({ host, hostname, port, protocol }: URL, asked: string): boolean {
  return asked === host || (port === '' && asked === `${hostname}:${defaultPorts[protocol] ?? ''}`)
}
