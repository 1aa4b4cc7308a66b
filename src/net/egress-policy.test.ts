import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError } from '../errors/index.ts'
import { egressPolicy } from './egress-policy.ts'

const strict = egressPolicy([])
const reasonFor = (url: string, policy = strict) => {
  const verdict = policy.judgeUrl(new URL(url))
  return verdict.allowed ? 'allowed' : verdict.reason
}

describe('addresses of calls', () => {
  for (const url of [
    'file:///etc/passwd',
    'data:text/plain,x',
    'blob:https://a.com/x',
    'ftp://a.com/',
    'http+unix://x/',
    'gopher://a.com/',
    'ws://a.com/',
  ]) {
    test(`refuses ${url} (SBX-68)`, () =>
      assert.match(reasonFor(url), /^only http and https may be called, not /))
  }
  test('refuses user information (SBX-68)', () => {
    assert.equal(
      reasonFor('https://user:pass@example.com/'),
      'a user name or password in the address is refused',
    )
    assert.equal(
      reasonFor('https://example.com@evil.example.org/'),
      'a user name or password in the address is refused',
    )
  })
  for (const port of [22, 25, 3306, 5432, 6379, 9200, 11211, 27017, 10250, 2375]) {
    test(`refuses port ${port} (SBX-68)`, () =>
      assert.equal(reasonFor(`http://example.com:${port}/`), `port ${port} is refused`))
  }
  for (const url of [
    'https://example.com/',
    'http://example.com:8080/',
    'https://example.com:8443/x?y#z',
    'https://8.8.8.8/',
    'https://bücher.example.com./',
  ]) {
    test(`allows ${url}`, () => assert.equal(reasonFor(url), 'allowed'))
  }
})

describe('names', () => {
  for (const host of [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'printer.local',
    'metadata.google.internal',
    'metadata.google.internal.',
    'metadata',
    'db',
    'kubernetes.default.svc.cluster.local',
    'a.home.arpa',
  ]) {
    test(`refuses ${host} (SBX-66)`, () => assert.match(reasonFor(`http://${host}/`), /local network$/))
  }
  test('refuses what DNS cannot hold (SBX-71)', () => {
    assert.equal(
      reasonFor(`http://${'a'.repeat(64)}.example.com/`),
      'the host is not a name that DNS can hold',
    )
    assert.equal(reasonFor(`http://${'a.'.repeat(130)}com/`), 'the host is not a name that DNS can hold')
    assert.equal(reasonFor('http://a..example.com/'), 'the host is not a name that DNS can hold')
  })
})

describe('origins that the operator allows', () => {
  test('are exempt from the rules on ports and addresses, and nothing next to them is', () => {
    const policy = egressPolicy(['http://127.0.0.1:6379', 'crm.internal', '[::1]:8080'])
    assert.deepEqual(policy.judgeUrl(new URL('http://127.1:6379/x')), { allowed: true, trusted: true })
    assert.deepEqual(policy.judgeUrl(new URL('https://crm.internal./')), { allowed: true, trusted: true })
    assert.deepEqual(policy.judgeUrl(new URL('http://crm.internal:80/')), { allowed: true, trusted: true })
    assert.deepEqual(policy.judgeUrl(new URL('https://[0:0::1]:8080/')), { allowed: true, trusted: true })
    assert.equal(reasonFor('https://127.0.0.1:6379/', policy), 'port 6379 is refused')
    assert.equal(reasonFor('http://127.0.0.1:6380/', policy), 'port 6380 is refused')
    assert.match(reasonFor('https://crm.internal:8443/', policy), /local network$/)
    assert.match(reasonFor('https://a.crm.internal/', policy), /local network$/)
  })
  test('are not exempt from the rule on user information', () => {
    assert.match(reasonFor('http://u:p@127.0.0.1:9/', egressPolicy(['127.0.0.1:9'])), /user name/)
  })
  for (const entry of [
    '',
    '*',
    '*.example.com',
    'http://a.com/path',
    'ftp://a.com',
    'a.com/x',
    'u@a.com',
    'http://a.com?x',
    'a b',
    'a:99999',
  ]) {
    test(`cannot be written as ${JSON.stringify(entry)}`, () => {
      assert.throws(
        () => egressPolicy([entry]),
        (error) => error instanceof ConfigError && error.message.includes(JSON.stringify(entry)),
      )
    })
  }
})
