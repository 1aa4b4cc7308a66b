import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { redactor } from './redaction.ts'
import { traceUrl } from '../../net/index.ts'

const secret = 'p4/ss "wörd"+é'
const redact = redactor([secret])

describe('redaction', () => {
  for (const [form, text] of [
    ['as it is', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['URL-encoded in lower case', encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase())],
    ['form-encoded', new URLSearchParams({ s: secret }).toString().slice(2)],
    ['in the query of a URL', new URL(`http://a/?${secret}`).search.slice(1)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in base64', Buffer.from(secret).toString('base64').replace(/=+$/, '')],
    ['in base64url', Buffer.from(secret).toString('base64url')],
  ] as const) {
    test(`finds a secret ${form}`, () => assert.equal(redact(`a ${text} b`), 'a [redacted] b'))
  }
  for (const user of ['a', 'ab', 'abc', 'abcd']) {
    test(`finds a secret inside Basic credentials after "${user}:"`, () => {
      const basic = Buffer.from(`${user}:${secret}:tail`).toString('base64')
      const shown = redact(basic)
      assert.match(shown, /\[redacted\]/)
      assert.ok(
        shown.replace('[redacted]', '').length <=
          basic.length - Math.floor((Buffer.byteLength(secret) * 4) / 3) + 2,
      )
    })
  }
  test('takes the longest secret where one begins with another', () => {
    assert.equal(redactor(['abcd', 'abcdef'])('x abcdef y abcd'), 'x [redacted] y [redacted]')
  })
  test('takes out a secret of 32 KiB, and what is left of it where a text was cut', () => {
    const long = `${'a'.repeat(32_000)}b`
    assert.equal(redactor([long])(`x ${long} y`), 'x [redacted] y')
    assert.equal(redactor([long])(`x ${long.slice(0, 100)}`), 'x [redacted]')
    assert.equal(redactor([long])(`x ${long.slice(0, 63)}`), `x ${long.slice(0, 63)}`)
  })
  test('takes out each of a thousand secrets', () => {
    const secrets = Array.from({ length: 1_000 }, (_, index) => `secret/"é ${index} ${'x'.repeat(200)}`)
    assert.equal(redactor(secrets)(`a ${secrets[7]} b ${secrets[999]} c`), 'a [redacted] b [redacted] c')
  })
  test('leaves secrets of fewer than four characters alone', () => {
    assert.equal(redactor(['abc', ''])('abc'), 'abc')
    assert.equal(redactor([])('abc'), 'abc')
  })
  test('takes secrets literally, whatever characters they have', () => {
    assert.equal(redactor(['.*+?^${}()|[]\\-/'])('a.*+?^${}()|[]\\-/b axxxxb'), 'a[redacted]b axxxxb')
    assert.equal(redactor(['$&$1\ud800'])('a $&$1\ud800 b'), 'a [redacted] b')
  })
})

describe('the address in a trace', () => {
  const plain = redactor([])
  test('shows neither user information nor fragment nor the values of credentials', () => {
    assert.equal(
      traceUrl(
        'https://u:p@a.com/x?client_secret=1&code=2&state=3&client%5Fassertion=4&flag&apiKey=5#f',
        plain,
      ),
      'https://a.com/x?client_secret=[redacted]&code=[redacted]&state=3&client%5Fassertion=[redacted]&flag&apiKey=[redacted]',
    )
  })
  test('of an invalid address is short and without its query', () => {
    assert.equal(traceUrl('/users?token=1', plain), '/users')
    assert.equal(traceUrl('u:p@a.com', plain), '(invalid address)')
    assert.equal(traceUrl('x'.repeat(500), plain).length, 201)
  })
  test('is never long', () => {
    assert.equal(traceUrl(`https://a.com/${'x'.repeat(5_000)}`, plain).length, 2_049)
  })
})
