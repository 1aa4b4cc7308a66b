import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { validCertificate, testAuthority } from '../../net/fixtures/certificates.ts'
import { failureOf, fetchRequest, hostCallsFor, runContext, valueOf } from './fixtures/calls.ts'
import { listening, serve, textOf } from '../../net/fixtures/local-server.ts'
import { parseFetchRequest } from '../../net/fetch-request.ts'
import { redirected } from '../../net/redirect.ts'

describe('redirects (SBX-67)', () => {
  test('three are followed and a fourth is refused', async (t) => {
    const server = await serve(t, (request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('there')
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    })
    const calls = hostCallsFor(t, { allow: [server.origin] })
    const value = valueOf(await calls.execute('fetch', fetchRequest(`${server.origin}/3`), runContext()))
    assert.deepEqual([value.body, value.url], ['there', `${server.origin}/0`])
    const failure = failureOf(await calls.execute('fetch', fetchRequest(`${server.origin}/4`), runContext()))
    assert.equal(failure, `fetch_failed: GET ${server.origin}/4: redirected more than 3 times`)
    assert.equal(server.requests().at(-1), 'GET /1')
  })

  test('a target is judged like any address, and is not connected to', async (t) => {
    const inner = await serve(t, (_request, response) => response.end('inner'))
    const targets = [
      [`http://127.0.0.1:${inner.port}/`, /the address 127\.0\.0\.1 is a loopback address$/],
      [`//2130706433:${inner.port}/`, /the address 127\.0\.0\.1 is a loopback address$/],
      [
        `http://inner.example.com:${inner.port}/`,
        /inner\.example\.com resolves to an address that is not public$/,
      ],
      ['file:///etc/passwd', /only http and https may be called, not file:$/],
      ['gopher://a.com/', /not gopher:$/],
      ['data:text/plain,x', /not data:$/],
      ['http://u:p@a.com/', /a user name or password in the address is refused$/],
      ['http://169.254.169.254/latest/', /is link-local$/],
      ['http://[', /redirected to something that is not an address$/],
    ] as const
    const outer = await serve(t, (request, response) => {
      response.writeHead(302, { location: targets[Number(request.url?.slice(1))]?.[0] ?? '' }).end()
    })
    const calls = hostCallsFor(t, { allow: [outer.origin], resolve: async () => ['127.0.0.1'] })
    for (const [index, [, text]] of targets.entries()) {
      const failure = failureOf(
        await calls.execute('fetch', fetchRequest(`${outer.origin}/${index}`), runContext()),
      )
      assert.match(failure, text)
      assert.doesNotMatch(failure, /u:p/)
    }
    assert.equal(inner.connections(), 0)
  })

  test('from https to http is refused', async (t) => {
    const plain = await serve(t, (_request, response) => response.end('plain'))
    const secure = await serve(
      t,
      (_request, response) => response.writeHead(301, { location: plain.origin }).end(),
      validCertificate,
    )
    const calls = hostCallsFor(t, {
      allow: [plain.origin, secure.origin],
      certificateAuthorities: [testAuthority],
    })
    const failure = failureOf(await calls.execute('fetch', fetchRequest(`${secure.origin}/`), runContext()))
    assert.equal(
      failure,
      `egress_denied: GET ${secure.origin}/: redirected from https to http, which is refused`,
    )
    assert.equal(plain.connections(), 0)
  })

  test('to another origin leaves credentials behind', async (t) => {
    const other = await serve(t, (request, response) => response.end(JSON.stringify(request.rawHeaders)))
    const first = await serve(t, (_request, response) =>
      response.writeHead(302, { location: `${other.origin}/` }).end(),
    )
    const calls = hostCallsFor(t, { allow: [first.origin, other.origin] })
    const headers = [
      ['Authorization', 'Bearer abc'],
      ['Cookie', 'a=b'],
      ['X-Api-Key', 'k'],
      ['X-Tier', 'gold'],
    ] as const
    const value = valueOf(await calls.execute('fetch', fetchRequest(first.origin, { headers }), runContext()))
    assert.doesNotMatch(value.body, /Bearer|cookie|api-key/i)
    assert.match(value.body, /gold/)
  })

  test('a body of 307 stays within its origin', async (t) => {
    const other = await serve(t, (_request, response) => response.end())
    const first = await serve(t, async (request, response) => {
      const location = request.url === '/out' ? `${other.origin}/` : '/end'
      if (request.url === '/end') response.end(`${request.method} ${await textOf(request)}`)
      else response.writeHead(307, { location }).end()
    })
    const calls = hostCallsFor(t, { allow: [first.origin, other.origin] })
    const post = { method: 'POST', body: 'client_secret=x' }
    const inside = await calls.execute('fetch', fetchRequest(`${first.origin}/in`, post), runContext())
    assert.equal(valueOf(inside).body, 'POST client_secret=x')
    const outside = await calls.execute('fetch', fetchRequest(`${first.origin}/out`, post), runContext())
    assert.match(failureOf(outside), /^egress_denied: .*a body is never sent on to another origin$/)
    assert.equal(other.connections(), 0)
  })

  test('a line break in Location ends the header and nothing more', async (t) => {
    const head = 'HTTP/1.1 302 Found\r\nlocation: /next\nx-injected: 1\r\ncontent-length: 0\r\n\r\n'
    const server = await listening(
      t,
      createServer((socket) => socket.once('data', () => socket.end(head))),
    )
    const failure = failureOf(
      await hostCallsFor(t, { allow: [server.origin] }).execute(
        'fetch',
        fetchRequest(`${server.origin}/`),
        runContext(),
      ),
    )
    assert.match(failure, /^fetch_failed: /)
  })

  for (const [method, status, becomes] of [
    ['POST', 301, 'GET'],
    ['POST', 302, 'GET'],
    ['POST', 303, 'GET'],
    ['POST', 307, 'POST'],
    ['POST', 308, 'POST'],
    ['PUT', 302, 'PUT'],
    ['PUT', 303, 'GET'],
    ['HEAD', 303, 'HEAD'],
    ['GET', 308, 'GET'],
  ] as const) {
    test(`${status} turns ${method} into ${becomes}, and the body goes with the method`, () => {
      const body = method === 'GET' || method === 'HEAD' ? {} : { body: 'x' }
      const request = parseFetchRequest(
        fetchRequest('https://a.com/', {
          method,
          headers: [
            ['content-type', 'text/plain'],
            ['x-a', '1'],
          ],
          ...body,
        }),
      )
      const next = redirected(request, status, [['location', '/b']])
      assert.equal(next?.method, becomes)
      assert.equal(next?.body, becomes === method ? request.body : undefined)
      assert.equal(next?.headers.length, becomes === method ? 2 : 1)
    })
  }

  test('a redirect status without Location is an answer', () => {
    assert.equal(redirected(parseFetchRequest(fetchRequest('https://a.com/')), 302, []), undefined)
  })
})
