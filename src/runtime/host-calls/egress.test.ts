import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { failureOf, fetchRequest, hostCallsFor, runContext, valueOf } from './fixtures/calls.ts'
import { serve } from '../../net/fixtures/local-server.ts'
import { resolveAllowed } from '../../net/resolve.ts'

const literals = [
  '127.0.0.1',
  '127.1',
  '0',
  '0.0.0.0',
  '2130706433',
  '0x7f.1',
  '017700000001',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '１２７.0.0.1',
  '127.0.0.1.',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  '0177.0.0.01',
]

describe('what may be reached', () => {
  test('no spelling of a loopback address reaches the listener (SBX-64)', async (t) => {
    const server = await serve(t, (_request, response) => response.end('reached'))
    const calls = hostCallsFor(t)
    for (const host of literals) {
      const result = await calls.execute(
        'fetch',
        fetchRequest(`http://${host}:${server.port}/`),
        runContext(),
      )
      assert.match(failureOf(result), /^egress_denied: GET http:\/\/\S+: the address \S+ is /, host)
    }
    assert.equal(server.connections(), 0)
  })

  for (const [what, addresses] of [
    ['a private address', ['127.0.0.1']],
    ['a public and a private address', ['93.184.216.34', '127.0.0.1']],
    ['an IPv4 address written as IPv6', ['::ffff:127.0.0.1']],
    [
      '512 addresses of which the last is private',
      [...Array.from({ length: 511 }, (_, i) => `8.8.${i >> 8}.${i & 255}`), '127.0.0.1'],
    ],
    ['an invalid address', ['localhost']],
  ] as const) {
    test(`a name that resolves to ${what} is refused without a connection (SBX-66, SBX-71)`, async (t) => {
      const server = await serve(t, (_request, response) => response.end('reached'))
      const calls = hostCallsFor(t, { resolve: async () => addresses })
      const result = await calls.execute(
        'fetch',
        fetchRequest(`http://crm.example.com:${server.port}/`),
        runContext(),
      )
      assert.equal(
        failureOf(result),
        `egress_denied: GET http://crm.example.com:${server.port}/: crm.example.com resolves to an address that is not public`,
      )
      assert.equal(server.connections(), 0)
    })
  }

  test('a name is looked up once for a connection, so that a second answer cannot rebind it (SBX-66)', async (t) => {
    const server = await serve(t, (_request, response) => response.end('pinned'))
    const answers = [['127.0.0.1'], ['127.0.0.2']]
    const asked: string[] = []
    const calls = hostCallsFor(t, {
      allow: [`http://crm.example.com:${server.port}`],
      resolve: async (hostname) => answers[asked.push(hostname) - 1] ?? [],
    })
    for (const attempt of [1, 2]) {
      const result = await calls.execute(
        'fetch',
        fetchRequest(`http://crm.example.com:${server.port}/${attempt}`),
        runContext(),
      )
      assert.equal(valueOf(result).body, 'pinned')
      // undici gives a connection back one turn of the event loop after the body.
      await setImmediate()
    }
    assert.deepEqual(asked, ['crm.example.com'], 'the second call reuses the connection that was checked')
    assert.equal(server.connections(), 1)
  })

  test('an answer that turns private on the next look-up is refused then (SBX-66)', async () => {
    const answers = [['8.8.8.8'], ['127.0.0.1']]
    const resolve = async () => answers.shift() ?? []
    assert.deepEqual(await resolveAllowed('a.example.com', { resolve, trusted: false }), ['8.8.8.8'])
    await assert.rejects(resolveAllowed('a.example.com', { resolve, trusted: false }), {
      code: 'egress_denied',
    })
  })

  test('of many addresses eight are tried (SBX-71)', async () => {
    const resolve = async () => Array.from({ length: 512 }, (_, i) => `8.8.${i >> 8}.${i & 255}`)
    assert.equal((await resolveAllowed('a.example.com', { resolve, trusted: false })).length, 8)
  })

  test('refuses a name with more addresses than are judged', async () => {
    const resolve = async () => Array.from({ length: 513 }, (_, i) => `8.8.${i >> 8}.${i & 255}`)
    await assert.rejects(resolveAllowed('a.example.com', { resolve, trusted: false }), {
      code: 'egress_denied',
      message: 'a.example.com resolves to more than 512 addresses',
    })
  })

  test('a name server that does not answer has a time limit of its own (SBX-71)', async () => {
    const resolve = () => new Promise<string[]>(() => {})
    await assert.rejects(resolveAllowed('a.example.com', { resolve, trusted: false, timeoutMs: 20 }), {
      code: 'fetch_failed',
      message: 'the name a.example.com was not resolved within 20 ms',
    })
  })

  test('the deadline of the call covers the look-up (SBX-71)', async (t) => {
    const calls = hostCallsFor(t, { resolve: () => new Promise<string[]>(() => {}) })
    const { limits } = runContext()
    const result = await calls.execute(
      'fetch',
      fetchRequest('http://a.example.com/'),
      runContext({ limits: { ...limits, callMs: 40 } }),
    )
    assert.equal(failureOf(result), 'fetch_timeout: GET http://a.example.com/: took longer than 40 ms')
  })

  test('a name that does not exist is a failure without details of the resolver (SBX-71)', async (t) => {
    const resolve = async () =>
      Promise.reject(
        Object.assign(new Error('getaddrinfo ENOTFOUND /etc/resolv.conf'), { code: 'ENOTFOUND' }),
      )
    const result = await hostCallsFor(t, { resolve }).execute(
      'fetch',
      fetchRequest('http://xn--nxasmq6b.example.com/'),
      runContext(),
    )
    assert.equal(
      failureOf(result),
      'fetch_failed: GET http://xn--nxasmq6b.example.com/: the name xn--nxasmq6b.example.com could not be resolved',
    )
  })
})
