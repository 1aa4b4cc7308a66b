// Which IP addresses an outgoing call may reach: only the public internet. Addresses are judged as parsed bytes and never as strings,
// because a string has many spellings (CVE-2023-42282 and CVE-2024-29415 are two libraries that matched strings).
//
// Both halves must agree: ipaddr.js knows the registries of IANA; our own list adds what they leave out (addresses of clouds, anycast
// of relays), so that a reviewer sees the whole rule. IPv6 is an allow list: 2000::/3 less exceptions.
import ipaddr from 'ipaddr.js'

/** `reason` fits after "the address is"; undefined when the address may be reached. */
export type AddressVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

const allowed: AddressVerdict = Object.freeze({ allowed: true })

const refusedV4 = ranges([
  ['0.0.0.0/8', 'not routable'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'private'], // shared by carriers; 100.100.100.200 is the metadata service of Alibaba Cloud
  ['127.0.0.0/8', 'a loopback address'],
  ['169.254.0.0/16', 'link-local'], // 169.254.169.254 and .170.2 are metadata services
  ['168.63.129.16/32', 'a metadata service'], // Azure, from within its machines
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'], // 192.0.0.192 is the metadata service of Oracle Cloud
  ['192.0.2.0/24', 'reserved'],
  ['192.31.196.0/24', 'reserved'],
  ['192.52.193.0/24', 'reserved'],
  ['192.88.99.0/24', 'a relay address'],
  ['192.168.0.0/16', 'private'],
  ['192.175.48.0/24', 'reserved'],
  ['198.18.0.0/15', 'reserved'],
  ['198.51.100.0/24', 'reserved'],
  ['203.0.113.0/24', 'reserved'],
  ['224.0.0.0/4', 'a multicast address'],
  ['240.0.0.0/4', 'reserved'],
])

const publicV6 = ipaddr.IPv6.parseCIDR('2000::/3')

const refusedV6 = ranges([
  ['2001::/23', 'reserved'], // Teredo (an IPv4 address inside), ORCHID, benchmarks
  ['2001:db8::/32', 'reserved'],
  ['2002::/16', 'a relay address'], // 6to4: an IPv4 address inside
  ['2620:4f:8000::/48', 'reserved'],
  ['3fff::/20', 'reserved'],
])

/** RFC 6052 §2.1: the last 32 bits are an IPv4 address, which is what the packet reaches in the end. */
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/** Judges one address as `dns.lookup` or `URL.hostname` (without brackets) gives it. What does not parse is refused. */
export function judgeAddress(text: string): AddressVerdict {
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text))
    return refused('not an IP address')
  const address = ipaddr.parse(text)
  if (address instanceof ipaddr.IPv4) return judgeV4(address)
  return address instanceof ipaddr.IPv6 ? judgeV6(address) : refused('not an IP address')
}

/** One spelling for each address, so that two can be compared; IPv4 written as IPv6 becomes IPv4 (RFC 4291 §2.5.5.2). */
export function canonicalAddress(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : text
}

function judgeV4(address: ipaddr.IPv4): AddressVerdict {
  const listed = refusedV4.find(({ range }) => address.match(range))
  if (listed) return refused(listed.reason)
  return address.range() === 'unicast' ? allowed : refused('reserved')
}

function judgeV6(address: ipaddr.IPv6): AddressVerdict {
  if (address.isIPv4MappedAddress()) return judgeV4(address.toIPv4Address())
  if (address.match(nat64)) return judgeV4(new ipaddr.IPv4(address.toByteArray().slice(12)))
  if (!address.match(publicV6)) return refused(reasonOutside(address.range()))
  const listed = refusedV6.find(({ range }) => address.match(range))
  if (listed) return refused(listed.reason)
  return address.range() === 'unicast' ? allowed : refused('reserved')
}

function reasonOutside(range: string): string {
  const reasons = new Map([
    ['loopback', 'a loopback address'],
    ['uniqueLocal', 'private'],
    ['linkLocal', 'link-local'],
    ['multicast', 'a multicast address'],
    ['unspecified', 'not routable'],
  ])
  return reasons.get(range) ?? 'reserved'
}

function refused(reason: string): AddressVerdict {
  return { allowed: false, reason }
}

function ranges(rows: readonly (readonly [cidr: string, reason: string])[]) {
  return rows.map(([cidr, reason]) => ({ range: ipaddr.parseCIDR(cidr), reason }))
}
