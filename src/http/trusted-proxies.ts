// Whose word counts about the client: the peers that the operator names. Everybody else's X-Forwarded-For is a claim of the
// client's own about itself, and is not read (AS-19).
import { BlockList, isIP, isIPv4 } from 'node:net'
import { ConfigError } from '../errors/index.ts'

export interface TrustedProxies {
  isTrusted(address: string): boolean
}

/** Entries are addresses or ranges such as `10.0.0.0/8`. Throws ConfigError `usage`. */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/', 2)
    const most = isIPv4(address) ? 32 : 128
    const bits = prefix === undefined ? most : Number(prefix)
    if (isIP(address) === 0 || prefix === '' || !Number.isInteger(bits) || bits < 0 || bits > most) {
      throw new ConfigError('usage', `${JSON.stringify(entry)} is not an IP address or CIDR range.`, {
        hint: 'Write a trusted proxy as 10.1.2.3, 10.0.0.0/8 or fd00::/8.',
      })
    }
    list.addSubnet(address, bits, family(address))
  }
  return { isTrusted: (address) => isIP(address) !== 0 && list.check(address, family(address)) }
}

/**
 * The address of the client: the peer's, or the nearest one in X-Forwarded-For that no trusted proxy has. The header is read
 * from the right, where the proxies write; what is left of the first stranger is that stranger's invention.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  proxies: TrustedProxies,
): string {
  let client = peerAddress(peer)
  for (const hop of (forwardedFor ?? '').split(',').toReversed()) {
    if (!proxies.isTrusted(client)) break
    const address = plainAddress(hop.trim())
    if (address === undefined) break
    client = address
  }
  return client
}

/** Of the other end of the connection. */
export function peerAddress(peer: string | undefined): string {
  return plainAddress(peer ?? '') ?? inProcessAddress
}

/** A call of a workflow to its own issuer has no peer. */
const inProcessAddress = '127.0.0.1'

/** Without a port, and IPv4 as such where a dual-stack socket writes it as IPv6. */
function plainAddress(text: string): string | undefined {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const address = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare
  return isIP(address) === 0 ? undefined : address
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}
