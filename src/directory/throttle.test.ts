import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  accountThrottle,
  addressThrottle,
  devicesOfAccount,
  deviceThrottle,
  networkOf,
  throttleKey,
  waitSeconds,
} from './throttle.ts'

describe('the wait after wrong passwords of one account (BF-01)', () => {
  const wait = (count: number, afterSeconds = 0) =>
    waitSeconds({ count, lastAtMs: 1_000_000 }, accountThrottle, 1_000_000 + afterSeconds * 1_000)

  test('does not exist for the first nine', () => assert.equal(wait(9), 0))

  test('begins with the tenth and doubles up to a quarter of an hour', () => {
    assert.deepEqual(
      [10, 11, 12, 19, 20, 49].map((count) => wait(count)),
      [1, 2, 4, 512, 900, 900],
    )
  })

  test('passes', () => {
    assert.equal(wait(12, 3), 1)
    assert.equal(wait(12, 4), 0)
  })

  test('has no end in sight after fifty', () => {
    assert.ok(wait(50, 24 * 60 * 60) > 24 * 60 * 60)
  })
})

test('C9: an account takes a hundred wrong tries in a row at most, over all devices and its own page (BF-01)', () => {
  const ofPasswordChange = deviceThrottle.hardLimit
  assert.equal(
    accountThrottle.hardLimit + devicesOfAccount * deviceThrottle.hardLimit + ofPasswordChange,
    100,
  )
})

test('the counter of an address is forgotten after an hour without a failure (BF-02)', () => {
  const failures = { count: 900, lastAtMs: 0 }
  assert.ok(waitSeconds(failures, addressThrottle, 60_000) > 0)
  assert.equal(waitSeconds(failures, addressThrottle, 60 * 60_000 + 1), 0)
})

describe('addresses that count as one', () => {
  const networks: [string, string][] = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['no address', 'no address'],
  ]
  for (const [ip, network] of networks) test(`${ip} → ${network}`, () => assert.equal(networkOf(ip), network))
})

test('a key holds nothing of what was typed', () => {
  const key = throttleKey('account', 'ada@example.com')
  assert.ok(!key.includes('ada'))
  assert.ok(throttleKey('account', 'x'.repeat(1_000_000)).length < 64)
})
