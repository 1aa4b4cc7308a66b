import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { failureOf, fetchRequest, hostCallsFor, runContext, valueOf } from './fixtures/calls.ts'
import { listening, serve, textOf } from '../../net/fixtures/local-server.ts'

describe('fetch', () => {
  test('sends method, headers and body, and gives status, headers, body and address', async (t) => {
    const server = await serve(t, async (request, response) => {
      const sent = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: await textOf(request),
      }
      response
        .writeHead(418, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
        .end(JSON.stringify(sent))
    })
    const calls = hostCallsFor(t, { allow: [server.origin] })
    const request = fetchRequest(`${server.origin}/a?b=ä#c`, {
      method: 'patch',
      headers: [['X-Tier', ' gold ']],
      body: 'grün',
    })
    const result = await calls.execute('fetch', request, runContext())
    const { status, headers, body, url } = valueOf(result)
    assert.equal(status, 418)
    assert.equal(url, `${server.origin}/a?b=%C3%A4`)
    assert.deepEqual(
      headers.filter(([name]) => name === 'set-cookie'),
      [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    )
    const sent: unknown = JSON.parse(body)
    assert.deepEqual(sent, {
      method: 'PATCH',
      url: '/a?b=%C3%A4',
      headers: {
        host: `127.0.0.1:${server.port}`,
        connection: 'keep-alive',
        'x-tier': 'gold',
        accept: '*/*',
        'accept-encoding': 'gzip, br',
        'user-agent': 'mintage',
        'content-length': '5',
      },
      body: 'grün',
    })
    assert.deepEqual(result.trace, { method: 'PATCH', url: `${server.origin}/a?b=%C3%A4`, status: 418 })
  })

  test('keeps a user-agent that the author sets', async (t) => {
    const server = await serve(t, (request, response) => response.end(request.headers['user-agent']))
    const calls = hostCallsFor(t, { allow: [server.origin] })
    const result = await calls.execute(
      'fetch',
      fetchRequest(server.origin, { headers: [['User-Agent', 'acme/1']] }),
      runContext(),
    )
    assert.equal(valueOf(result).body, 'acme/1')
  })

  test('reads the charset that the answer names, and drops a byte order mark', async (t) => {
    const server = await serve(t, (request, response) => {
      if (request.url === '/latin')
        response.setHeader('content-type', 'text/plain; charset="ISO-8859-1"').end(Buffer.from([0xfc]))
      else if (request.url === '/bom') response.end(Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))
      else response.setHeader('content-type', 'text/plain; charset=klingon').end('ü')
    })
    const calls = hostCallsFor(t, { allow: [server.origin] })
    const bodyOf = async (path: string) =>
      valueOf(await calls.execute('fetch', fetchRequest(server.origin + path), runContext())).body
    assert.equal(await bodyOf('/latin'), 'ü')
    assert.equal(await bodyOf('/bom'), '{}')
    assert.equal(await bodyOf('/unknown'), 'ü')
  })

  for (const [request, text] of [
    [null, 'fetch_invalid: GET (invalid address): the request is malformed at "": '],
    [
      { url: 'https://a.com/', method: 'GET', headers: {} },
      'fetch_invalid: GET https://a.com/: the request is malformed at "headers": ',
    ],
    [
      { url: 'https://a.com/', method: 'GET', headers: [['a']] },
      'fetch_invalid: GET https://a.com/: a header is not a pair of a name and a value, both strings',
    ],
    [
      { url: 'https://a.com/', method: 'GET', headers: [], dispatcher: {} },
      'fetch_invalid: GET https://a.com/: the request is malformed at "": Unrecognized key: "dispatcher"',
    ],
    [
      { url: 'https://a.com/', method: 'GET', headers: [], body: { a: 1 } },
      'fetch_invalid: GET https://a.com/: the request is malformed at "body": ',
    ],
    [
      fetchRequest('/api/users?id=1'),
      'fetch_invalid: GET /api/users: the address is not a full one, such as https://example.com/path',
    ],
    [
      fetchRequest('https://a.com/', { method: 'TRACE' }),
      'fetch_invalid: (invalid method) https://a.com/: the method must be one of GET, POST',
    ],
    [
      fetchRequest('https://a.com/', { method: 'GET\r\nX: 1' }),
      'fetch_invalid: (invalid method) https://a.com/: the method must be one of GET',
    ],
    [
      fetchRequest('https://a.com/', { method: 'CONNECT' }),
      'fetch_invalid: (invalid method) https://a.com/: the method must be',
    ],
    [
      fetchRequest('https://a.com/', { body: 'x' }),
      'fetch_invalid: GET https://a.com/: a GET request carries no body',
    ],
    [
      fetchRequest(`https://a.com/${'a'.repeat(20_000)}`),
      'fetch_invalid: GET (address too long): the address is longer than 16384 characters',
    ],
    [fetchRequest(`https://a.com/${'é'.repeat(5_000)}`), 'fetch_invalid: GET https://a.com/%C3%A9'],
  ] as const) {
    test(`answers ${text}`, async (t) => {
      const result = await hostCallsFor(t).execute('fetch', request, runContext())
      assert.ok(failureOf(result).startsWith(text), failureOf(result))
    })
  }

  test('a request with a million faults costs the host little', async (t) => {
    const request = { url: 'https://a.com/', method: 'GET', headers: Array(1_000_000).fill([1]) }
    const calls = hostCallsFor(t)
    const before = process.threadCpuUsage()
    const result = await calls.execute('fetch', request, runContext())
    const { user } = process.threadCpuUsage(before)
    assert.equal(failureOf(result), 'fetch_invalid: GET https://a.com/: 1000000 headers are more than 100')
    assert.ok(user < 500_000, `${user} µs of processor time`)
  })

  test('says that a connection was refused, and nothing of the host', async (t) => {
    const closed = await listening(
      t,
      createServer((socket) => socket.destroy()),
    )
    const calls = hostCallsFor(t, { allow: [closed.origin, '127.0.0.1:1'] })
    const refused = await calls.execute('fetch', fetchRequest('http://127.0.0.1:1/'), runContext())
    assert.equal(failureOf(refused), 'fetch_failed: GET http://127.0.0.1:1/: connection refused')
    assert.deepEqual(refused.trace, { method: 'GET', url: 'http://127.0.0.1:1/' })
    const broken = await calls.execute('fetch', fetchRequest(`${closed.origin}/`), runContext())
    assert.equal(
      failureOf(broken),
      `fetch_failed: GET ${closed.origin}/: the connection was closed before the answer was complete`,
    )
  })

  test('shows neither secrets of the environment nor credentials in traces and messages (SBX-58)', async (t) => {
    const calls = hostCallsFor(t, { allow: ['127.0.0.1:1'] })
    const environment = {
      KEY: { value: 's3cr/et', isSecret: true },
      PLAIN: { value: 'plain', isSecret: false },
    }
    const url = 'http://127.0.0.1:1/s3cr/et/plain?client_secret=abc&x=s3cr%2Fet&Access_Token=y&page=2#s3cr/et'
    const result = await calls.execute('fetch', fetchRequest(url), runContext({ environment }))
    const shown =
      'http://127.0.0.1:1/[redacted]/plain?client_secret=[redacted]&x=[redacted]&Access_Token=[redacted]&page=2'
    assert.deepEqual(result.trace, { method: 'GET', url: shown })
    assert.equal(failureOf(result), `fetch_failed: GET ${shown}: connection refused`)
  })

  test('never shows user information', async (t) => {
    for (const url of [
      'https://bob:hunter2@example.com/',
      'bob:hunter2@example.com',
      'https://bob:hunter2@:x/',
    ]) {
      const result = await hostCallsFor(t).execute('fetch', fetchRequest(url), runContext())
      assert.doesNotMatch(JSON.stringify(result), /hunter2/)
    }
  })

  test('our own defect gives a neutral answer and goes to onDefect', async (t) => {
    const defects: unknown[] = []
    const boom = new Error('key store at /secret/path broke')
    const calls = hostCallsFor(t, {
      encryptionKey: () => Promise.reject(boom),
      onDefect: (error, kind) => defects.push([error, kind]),
    })
    const result = await calls.execute(
      'secureFetch',
      fetchRequest('https://a.com/', { method: 'POST' }),
      runContext(),
    )
    assert.equal(failureOf(result), 'fetch_failed: the call failed inside Mintage')
    assert.deepEqual(defects, [[boom, 'secureFetch']])
  })
})
