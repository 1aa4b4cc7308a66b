import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { Hono } from 'hono'
import { openLogger } from '../telemetry/index.ts'
import { fetchHandler } from './fetch-handler.ts'
import { healthRoutes } from './health.ts'
import type { Route } from './router.ts'
import { startServer, type ServerLimits } from './server.ts'
import { trustedProxies } from './trusted-proxies.ts'

const origin = 'https://id.example.com'

interface Given {
  readonly routes?: readonly Route[]
  readonly limits?: Partial<ServerLimits>
  readonly proxies?: readonly string[]
  readonly customDomains?: readonly string[]
}

async function openServer(
  t: TestContext,
  { routes = [], limits = {}, proxies = [], customDomains = [] }: Given,
) {
  const lines: string[] = []
  const log = openLogger({ level: 'debug', format: 'json', write: (line) => lines.push(line) })
  const server = await startServer({ port: 0, host: '127.0.0.1', log, limits })
  let open = true
  const close = async () => {
    if (open) await server.close()
    open = false
  }
  t.after(close)
  server.serve({
    origin: new URL(origin),
    customDomains: customDomains.map((domain) => new URL(domain)),
    proxies: trustedProxies(proxies),
    routes,
  })
  const url = `http://127.0.0.1:${server.port}`
  const raw = (bytes: string) => exchange(server.port, bytes)
  return { server, url, raw, close, lines, log }
}

/** What the server says to these bytes until it closes the connection. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

const echo: Route = {
  path: '/echo',
  handler: async (request, response) => {
    response.end(
      JSON.stringify({ headers: request.headers, raw: request.rawHeaders, body: await text(request) }),
    )
  },
}

describe('the server', () => {
  test('says that nothing is there, as JSON to a program and as a page to a browser', async (t) => {
    const { url } = await openServer(t, {})
    const asJson = await fetch(`${url}/x`)
    assert.equal(asJson.status, 404)
    assert.deepEqual(await asJson.json(), {
      error: 'not_found',
      error_description: 'There is nothing at this address.',
    })
    const asPage = await fetch(`${url}/x`, { headers: { accept: 'text/html' } })
    assert.match(await asPage.text(), /<h1>Not found<\/h1>/)
    assert.match(asPage.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  })

  test('is not available until it has its routes', async (t) => {
    const log = openLogger({ level: 'error', format: 'json', write: () => {} })
    const server = await startServer({ port: 0, host: '127.0.0.1', log })
    t.after(() => server.close())
    assert.equal((await fetch(`http://127.0.0.1:${server.port}/`)).status, 503)
  })

  test('answers 500 when a handler breaks, and logs why, once and without the query', async (t) => {
    const { url, lines } = await openServer(t, {
      routes: [{ path: '/', handler: () => Promise.reject(new Error('the reason')) }],
    })
    const response = await fetch(`${url}/token?code=canary`)
    assert.equal(response.status, 500)
    assert.doesNotMatch(await response.text(), /reason/)
    assert.equal(lines.filter((line) => line.includes('the reason')).length, 1)
    assert.doesNotMatch(lines.join(), /canary/)
  })

  test('says which port is taken and what to do', async (t) => {
    const { server, log } = await openServer(t, {})
    const { port } = server
    await assert.rejects(startServer({ port, host: '127.0.0.1', log }), {
      code: 'port_in_use',
      message: `Port ${port} of 127.0.0.1 is taken by another process.`,
      hint: /another port: --port \d+\.$/,
    })
  })

  test('says so when the host is not this machine', async (t) => {
    const { log } = await openServer(t, {})
    await assert.rejects(startServer({ port: 0, host: '192.0.2.1', log }), {
      code: 'address_unavailable',
      message: '192.0.2.1 is not an address of this machine.',
    })
  })

  test('tells handlers the configured address and the client’s, whatever a stranger says (BR-10, AS-19)', async (t) => {
    const { raw } = await openServer(t, { routes: [echo] })
    const answer = await raw(
      [
        'GET /echo HTTP/1.1',
        'Host: evil.example',
        'X-Forwarded-Host: evil.example',
        'X-Forwarded-For: 1.1.1.1',
        'X-Forwarded-Proto: http',
        'Forwarded: host=evil.example;for=1.1.1.1',
        'X-Real-IP: 1.1.1.1',
        'X-Ssl-Cert: evil',
        'X-Kept: yes',
        'Connection: close\r\n\r\n',
      ].join('\r\n'),
    )
    assert.doesNotMatch(answer, /evil|1\.1\.1\.1/)
    const { headers } = JSON.parse(answer.slice(answer.indexOf('{')))
    assert.deepEqual(
      [headers.host, headers['x-forwarded-for'], headers['x-forwarded-proto'], headers['x-kept']],
      ['id.example.com', '127.0.0.1', 'https', 'yes'],
    )
  })

  test('tells an app the same, also of what is said more than once', async (t) => {
    const app = new Hono().get('/app', (c) => c.json(c.req.header()))
    const handler = fetchHandler(app, { mostBodyBytes: 10, onDefect: (error) => assert.fail(String(error)) })
    const { url } = await openServer(t, { routes: [{ path: '/app', handler }] })
    const response = await fetch(`${url}/app`, {
      headers: {
        'x-forwarded-for': '1.1.1.1',
        forwarded: 'for=1.1.1.1',
        'x-real-ip': '1.1.1.1',
        'mintage-in-process': '1.1.1.1',
      },
    })
    const answer = await response.text()
    assert.doesNotMatch(answer, /1\.1\.1\.1/)
    assert.match(answer, /"x-forwarded-for":"127\.0\.0\.1"/)
  })

  test('takes a trusted proxy’s word for the client’s address', async (t) => {
    const { url } = await openServer(t, { routes: [echo], proxies: ['127.0.0.1'] })
    const response = await fetch(`${url}/echo`, { headers: { 'x-forwarded-for': '198.51.100.1' } })
    assert.match(await response.text(), /"x-forwarded-for":"198\.51\.100\.1"/)
  })
})

describe('the address that a request came to (BR-10)', () => {
  const customDomains = ['https://auth.example.com', 'http://login.localhost:4000']
  const main = 'https id.example.com'
  const auth = 'https auth.example.com'

  async function settled(t: TestContext, proxies: readonly string[], lines: readonly string[]) {
    const { raw } = await openServer(t, { routes: [echo], customDomains, proxies })
    const answer = await raw(['GET /echo HTTP/1.1', ...lines, 'Connection: close\r\n\r\n'].join('\r\n'))
    const { headers } = JSON.parse(answer.slice(answer.indexOf('{')))
    assert.equal(headers['x-forwarded-host'], undefined)
    return `${headers['x-forwarded-proto']} ${headers.host}`
  }

  const strangers: readonly [said: string, lines: readonly string[], expected: string][] = [
    ['a custom domain', ['Host: auth.example.com'], auth],
    ['it in capitals, with the port that goes without saying', ['Host: Auth.Example.COM:443'], auth],
    ['another custom domain, by its port', ['Host: login.localhost:4000'], 'http login.localhost:4000'],
    ['a custom domain at another port', ['Host: auth.example.com:80'], main],
    ['a custom domain with a dot at its end', ['Host: auth.example.com.'], main],
    ['an unknown host', ['Host: evil.example'], main],
    ['a host below a custom domain', ['Host: x.auth.example.com'], main],
    [
      'a custom domain by X-Forwarded-Host',
      ['Host: id.example.com', 'X-Forwarded-Host: auth.example.com'],
      main,
    ],
    ['a custom domain by Forwarded', ['Host: id.example.com', 'Forwarded: host=auth.example.com'], main],
  ]
  for (const [said, lines, expected] of strangers)
    test(`is ${expected} for a stranger who says ${said}`, async (t) => {
      assert.equal(await settled(t, [], lines), expected)
    })

  const proxied: readonly [said: string, forwarded: string, expected: string][] = [
    ['a custom domain', 'auth.example.com', auth],
    ['a custom domain behind what a client wrote', 'evil.example, auth.example.com', auth],
    ['an unknown host behind a custom domain', 'auth.example.com, evil.example', main],
    ['an unknown host', 'evil.example', main],
  ]
  for (const [said, forwarded, expected] of proxied)
    test(`is ${expected} when a trusted proxy forwards ${said}`, async (t) => {
      const lines = ['Host: 10.0.0.1:8080', `X-Forwarded-Host: ${forwarded}`]
      assert.equal(await settled(t, ['127.0.0.1'], lines), expected)
    })

  test('is not chosen by two Host headers', async (t) => {
    const { raw } = await openServer(t, { routes: [echo], customDomains })
    const answer = await raw('GET /echo HTTP/1.1\r\nHost: id.example.com\r\nHost: auth.example.com\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 400 /)
  })
})

describe('the health checks', () => {
  test('tell a process that lives from one that can serve', async (t) => {
    let unavailable = ['database']
    const { url } = await openServer(t, { routes: healthRoutes(async () => unavailable) })
    assert.equal((await fetch(`${url}/healthz`)).status, 200)
    const refused = await fetch(`${url}/readyz`)
    assert.equal(refused.status, 503)
    assert.deepEqual(await refused.json(), { status: 'unavailable', unavailable: ['database'] })
    unavailable = []
    assert.deepEqual(await (await fetch(`${url}/readyz`)).json(), { status: 'ok' })
  })
})

describe('the limits of a request (FI-18)', () => {
  test('headers that are too large get 431', async (t) => {
    const { url } = await openServer(t, { routes: [echo] })
    const response = await fetch(`${url}/echo`, { headers: { 'x-large': 'x'.repeat(1_000_000) } })
    assert.equal(response.status, 431)
  })

  test('headers and bodies that do not come get 408', async (t) => {
    const limits = { headersTimeoutMs: 50, requestTimeoutMs: 100 }
    const { raw } = await openServer(t, { routes: [echo], limits })
    assert.match(await raw('GET /echo HTTP/1.1\r\nHost: a\r\nX-Slow: '), /^HTTP\/1\.1 408 /)
    const slowBody = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc'
    assert.match(await raw(slowBody), /^HTTP\/1\.1 408 /)
  })

  test('a body that is announced too large gets 413 before anybody reads it', async (t) => {
    const { url } = await openServer(t, { routes: [echo], limits: { bodyBytes: 10 } })
    assert.equal((await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(10) })).status, 200)
    assert.equal((await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(11) })).status, 413)
  })

  test('an app’s body is bounded also when it comes in chunks', async (t) => {
    const app = new Hono().post('/app', async (c) => c.text(await c.req.text()))
    const handler = fetchHandler(app, {
      mostBodyBytes: 10,
      onDefect: (error) => assert.fail(String(error)),
    })
    const { raw, url } = await openServer(t, { routes: [{ path: '/app', handler }] })
    assert.equal(
      await (await fetch(`${url}/app`, { method: 'POST', body: '0123456789' })).text(),
      '0123456789',
    )
    const chunked = (size: number) =>
      raw(
        `POST /app HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n${'x'.repeat(size)}\r\n0\r\n\r\n`,
      )
    assert.match(await chunked(10), /^HTTP\/1\.1 200 /)
    assert.match(await chunked(11), /^HTTP\/1\.1 413 /)
  })

  test('a request that is not HTTP gets 400', async (t) => {
    const { raw } = await openServer(t, {})
    assert.match(await raw('HELLO\r\n\r\n'), /^HTTP\/1\.1 400 /)
  })

  test('two lengths, or a length beside chunks, get 400: no request hides in another', async (t) => {
    const { raw } = await openServer(t, { routes: [echo] })
    const post = 'POST /echo HTTP/1.1\r\nHost: a\r\n'
    assert.match(await raw(`${post}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`), /^HTTP\/1\.1 400 /)
    const both = `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
    assert.match(await raw(both), /^HTTP\/1\.1 400 /)
  })
})

describe('an app that breaks', () => {
  test('gives a 500 that says nothing, and its error to the log alone, never to the terminal', async (t) => {
    const seen: unknown[] = []
    const printed = t.mock.method(console, 'error')
    const app = new Hono().get('/', () => Promise.reject(new Error('inside')))
    const handler = fetchHandler(app, { mostBodyBytes: 10, onDefect: (error) => seen.push(error) })
    const { url } = await openServer(t, { routes: [{ path: '/', handler }] })
    const response = await fetch(url)
    assert.equal(response.status, 500)
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.doesNotMatch(await response.text(), /inside/)
    assert.equal(seen.length, 1)
    assert.equal(printed.mock.callCount(), 0)
  })
})

describe('an app', () => {
  test('gets a plain Request, whatever the method, the target and the body', async (t) => {
    const app = new Hono().all('*', (c) => {
      // As middlewares do.
      const { method, url } = new Request(c.req.raw, { headers: { a: 'b' } })
      return c.json({ method, url })
    })
    const onDefect = (error: unknown) => assert.fail(String(error))
    const handler = fetchHandler(app, { mostBodyBytes: 10, onDefect })
    const { raw } = await openServer(t, { routes: [{ path: '/', handler }] })
    const at = (path: string) => `"url":"${origin}${path}"`
    for (const [request, expected] of [
      ['DELETE /a?b=c', `"method":"DELETE",${at('/a?b=c')}`],
      ['OPTIONS /a', `"method":"OPTIONS",${at('/a')}`],
      ['GET http://evil.example/a?b', `"method":"GET",${at('/a?b')}`],
      ['TRACE /a', '"method":"TRACE-REFUSED"'],
      ['HEAD /a', 'content-type: application/json'],
    ] as const) {
      const answer = await raw(`${request} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
      assert.match(answer, /^HTTP\/1\.1 200 /, request)
      assert.ok(answer.includes(expected), answer)
    }
  })

  test('is not asked when the client goes away during its upload, and nothing is called a defect', async (t) => {
    const asked: string[] = []
    const app = new Hono().all('*', (c) => {
      asked.push(c.req.path)
      return c.text('')
    })
    const handled = Promise.withResolvers<void>()
    const onDefect = (error: unknown) => assert.fail(String(error))
    const handler = fetchHandler(app, { mostBodyBytes: 10, onDefect })
    let ended = 0
    const counted: Route['handler'] = async (...given) => {
      await handler(...given)
      ended += 1
      if (ended === 2) handled.resolve()
    }
    const { server, lines } = await openServer(t, { routes: [{ path: '/', handler: counted }] })
    for (const length of ['Content-Length: 5', 'Transfer-Encoding: chunked']) {
      const socket = connect(server.port, '127.0.0.1')
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${length}\r\n\r\n1\r\n`, () => socket.destroy())
    }
    await handled.promise
    assert.deepEqual(asked, [])
    assert.deepEqual(
      lines.filter((line) => !line.includes('"debug"')),
      [],
    )
  })
})

describe('the routes in process', () => {
  test('answer as they do over a socket', async (t) => {
    const app = new Hono().post('/api/:id', async (c) => {
      c.header('set-cookie', 'a=1', { append: true })
      c.header('set-cookie', 'b=2', { append: true })
      return c.json({ url: c.req.url, id: c.req.param('id'), body: await c.req.text() }, 201)
    })
    const handler = fetchHandler(app, {
      mostBodyBytes: 100,
      onDefect: (error) => assert.fail(String(error)),
    })
    const { server } = await openServer(t, { routes: [{ path: '/api', handler }] })
    const response = await server.handle(
      new Request(`${origin}/api/7?q=1`, { method: 'POST', body: 'hällo' }),
    )
    assert.equal(response.status, 201)
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
    assert.deepEqual(await response.json(), {
      url: 'https://id.example.com/api/7?q=1',
      id: '7',
      body: 'hällo',
    })
    assert.equal((await server.handle(new Request(`${origin}/none`))).status, 404)
    assert.equal((await server.handle(new Request(`${origin}//evil.example/api/7`))).status, 404)
  })

  test('answer 50 at once, without a body where none is due', async (t) => {
    const { server } = await openServer(t, {
      routes: [echo, { path: '/empty', handler: (_, response) => void response.writeHead(204).end() }],
    })
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const response = await server.handle(
          new Request(`${origin}/echo`, { method: 'POST', body: String(n) }),
        )
        return JSON.parse(await response.text()).body
      }),
    )
    assert.deepEqual(
      answers,
      Array.from({ length: 50 }, (_, n) => String(n)),
    )
    const empty = await server.handle(new Request(`${origin}/empty`))
    assert.deepEqual([empty.status, empty.body], [204, null])
  })

  test('run in the asynchronous context of who asked: by it the sandbox knows a call of a call', async (t) => {
    const mark = new AsyncLocalStorage<string>()
    const { server } = await openServer(t, {
      routes: [
        {
          path: '/',
          handler: async (request, response) => {
            await text(request)
            response.end(mark.getStore() ?? 'none')
          },
        },
      ],
    })
    const ask = async () =>
      (await server.handle(new Request(origin, { method: 'POST', body: 'x'.repeat(100_000) }))).text()
    assert.equal(await mark.run('mine', ask), 'mine')
    assert.equal(await ask(), 'none')
  })

  test('end when the client has gone', async (t) => {
    const arrived = Promise.withResolvers<void>()
    const { server } = await openServer(t, { routes: [{ path: '/', handler: () => arrived.resolve() }] })
    const controller = new AbortController()
    const answer = server.handle(new Request(origin, { signal: controller.signal }))
    await arrived.promise
    controller.abort(new Error('enough'))
    await assert.rejects(answer)
  })
})

describe('a server that closes', () => {
  test('lets a request in flight end, and takes no other', async (t) => {
    const [arrived, mayAnswer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { server, url, close } = await openServer(t, {
      routes: [
        {
          path: '/',
          handler: async (_, response) => {
            arrived.resolve()
            await mayAnswer.promise
            response.end('done')
          },
        },
      ],
    })
    const inFlight = fetch(url)
    await arrived.promise
    const closing = close()
    assert.equal(server.isDraining, true)
    await assert.rejects(fetch(url))
    mayAnswer.resolve()
    assert.equal(await (await inFlight).text(), 'done')
    await closing
  })

  test('ends a request that takes too long', async (t) => {
    const arrived = Promise.withResolvers<void>()
    const { url, close } = await openServer(t, {
      limits: { drainMs: 20 },
      routes: [{ path: '/', handler: () => arrived.resolve() }],
    })
    const inFlight = assert.rejects(fetch(url))
    await arrived.promise
    await close()
    await inFlight
  })
})
