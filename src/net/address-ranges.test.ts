import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { canonicalAddress, judgeAddress } from './address-ranges.ts'

const refusedAddresses = `
  0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 100.100.100.200 127.0.0.1 127.255.255.255
  169.254.0.0 169.254.169.254 169.254.255.255 168.63.129.16 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.192 192.0.2.1
  192.88.99.1 192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
  240.0.0.1 255.255.255.255
  :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1
  64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1 2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1 fc00::1 fd00::1
  fd00:ec2::254 fe80::1 fe80::1%eth0 febf::1 fec0::1 ff00::1 ff02::1 4000::1`
const allowedAddresses = `
  1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15 168.63.129.17
  169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0
  223.255.255.255
  2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808`

describe('addresses that a workflow may reach', () => {
  for (const address of refusedAddresses.trim().split(/\s+/)) {
    test(`refuses ${address} (SBX-65)`, () => assert.equal(judgeAddress(address).allowed, false))
  }
  for (const address of allowedAddresses.trim().split(/\s+/)) {
    test(`allows ${address}, which is public`, () =>
      assert.deepEqual(judgeAddress(address), { allowed: true }))
  }
  for (const text of [
    '',
    'example.com',
    '127.1',
    '0x7f.1',
    '2130706433',
    '8.8.8.8 ',
    '08.8.8.8',
    '8.8.8.8/8',
  ]) {
    test(`refuses ${JSON.stringify(text)}, which a look-up never gives`, () => {
      assert.deepEqual(judgeAddress(text), { allowed: false, reason: 'not an IP address' })
    })
  }
  test('says what is wrong with an address', () => {
    assert.deepEqual(judgeAddress('10.1.2.3'), { allowed: false, reason: 'private' })
    assert.deepEqual(judgeAddress('169.254.169.254'), { allowed: false, reason: 'link-local' })
    assert.deepEqual(judgeAddress('::1'), { allowed: false, reason: 'a loopback address' })
  })
  test('brings the spellings of one address to one', () => {
    assert.equal(canonicalAddress('::ffff:8.8.8.8'), '8.8.8.8')
    assert.equal(canonicalAddress('2606:4700:0:0:0:0:0:1'), '2606:4700::1')
  })
})
