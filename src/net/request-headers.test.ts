import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkedHeaders } from './request-headers.ts'

describe('headers that a workflow may send (SBX-69)', () => {
  for (const name of `Host Transfer-Encoding TE Trailer Upgrade Expect Proxy-Authorization
    Proxy-Connection X-Forwarded-For X-Forwarded-Host Forwarded Via Metadata-Flavor Metadata X-aws-ec2-metadata-token
    X-Google-Metadata-Request`.split(/\s+/)) {
    test(`refuses ${name}`, () => {
      assert.throws(() => checkedHeaders([[name, '1']]), {
        code: 'fetch_invalid',
        message: `the header "${name.toLowerCase()}" cannot be set by a workflow`,
      })
    })
  }
  for (const name of ['', 'a b', 'a\r\nb', 'a:', 'ä', '__proto__\0']) {
    test(`refuses the name ${JSON.stringify(name)}`, () => {
      assert.throws(() => checkedHeaders([[name, '1']]), {
        message: `${JSON.stringify(name)} is not a header name`,
      })
    })
  }
  for (const value of ['a\r\nhost: b', 'a\nb', 'a\0b', '\u{1f600}', 'a\u007f', '\u0100']) {
    test(`refuses the value ${JSON.stringify(value)}`, () => {
      assert.throws(() => checkedHeaders([['x-a', value]]), {
        message: 'the value of the header "x-a" holds a character that headers cannot carry',
      })
    })
  }
  test('leaves out what the connection sets itself, whatever it says', () => {
    const headers = ['Connection', 'Content-Length', 'Keep-Alive'].map((name) => [name, '1\r\nx: y'])
    assert.deepEqual(checkedHeaders([...headers, ['x-a', 'b']]), [['x-a', 'b']])
  })
  test('takes 100 headers and not 101', () => {
    const headers = (count: number) => Array.from({ length: count }, (_, i) => [`x-${i}`, ''] as const)
    assert.equal(checkedHeaders(headers(100)).length, 100)
    assert.throws(() => checkedHeaders(headers(101)), { message: '101 headers are more than 100' })
  })
  test('takes 32 KiB and not a byte more', () => {
    assert.equal(checkedHeaders([['x-a', 'v'.repeat(32 * 1024 - 3)]]).length, 1)
    assert.throws(() => checkedHeaders([['x-a', 'v'.repeat(32 * 1024 - 2)]]), {
      message: 'the headers are larger than 32768 bytes',
    })
  })
  test('keeps authorization, cookie, repeated headers and __proto__ as they are', () => {
    const headers = [
      ['authorization', 'Bearer x'],
      ['cookie', 'a=b'],
      ['x-a', '1'],
      ['x-a', '2'],
      ['__proto__', 'x'],
    ] as const
    assert.deepEqual(checkedHeaders(headers), headers)
  })
})
