import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clientAddress, trustedProxies } from './trusted-proxies.ts'

describe('the address of the client (AS-19)', () => {
  const proxies = trustedProxies(['10.0.0.0/8', '192.0.2.7', 'fd00::/8'])
  const cases: [title: string, peer: string | undefined, forwarded: string | undefined, expected: string][] =
    [
      ['is the peer’s without a proxy', '203.0.113.5', undefined, '203.0.113.5'],
      ['is the peer’s when a stranger claims another', '203.0.113.5', '198.51.100.1', '203.0.113.5'],
      ['is what a trusted proxy says', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
      ['is what the nearest trusted proxy says', '10.1.2.3', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
      ['is found behind two trusted proxies', '10.1.2.3', '198.51.100.1, 192.0.2.7', '198.51.100.1'],
      ['is the first one when all of them are proxies', '10.1.2.3', '10.0.0.9, 192.0.2.7', '10.0.0.9'],
      ['is the proxy’s when it says nothing', '10.1.2.3', undefined, '10.1.2.3'],
      ['is the proxy’s when it says no address', '10.1.2.3', 'unknown', '10.1.2.3'],
      ['has no port', 'fd00::1', '[2001:db8::1]:4711', '2001:db8::1'],
      ['has no port in IPv4 either', '10.1.2.3', '198.51.100.1:4711', '198.51.100.1'],
      ['is IPv4 on a dual-stack socket', '::ffff:203.0.113.5', undefined, '203.0.113.5'],
      ['is trusted as IPv4 on a dual-stack socket', '::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
      ['is our own for a call in process', undefined, '198.51.100.1', '127.0.0.1'],
    ]
  for (const [title, peer, forwarded, expected] of cases) {
    test(title, () => assert.equal(clientAddress(peer, forwarded, proxies), expected))
  }

  for (const entry of ['proxy', '10.0.0.0/33', '10.0.0.0/', 'fd00::/129', '10.0.0/8', '']) {
    test(`refuses ${JSON.stringify(entry)} as a trusted proxy`, () => {
      assert.throws(() => trustedProxies([entry]), {
        code: 'usage',
        message: /is not an IP address or CIDR range/,
      })
    })
  }
})
