import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { serve } from './fixtures/local-server.ts'
import { openGuardedFetch } from './guarded-fetch.ts'

type Options = Partial<Parameters<typeof openGuardedFetch>[0]>

const limits = { callMs: 3_000, callBytes: 65_536 }

function guarded(t: TestContext, options: Options) {
  const opened = openGuardedFetch({ limits, ...options })
  t.after(() => opened.close())
  return opened.fetch
}

const post = { method: 'POST', body: new URLSearchParams({ logout_token: 'x' }) } as const
const denied = { code: 'egress_denied' }

describe('the fetch of the issuer', () => {
  test('sends nothing to a private address, by literal, by name and by look-up', async (t) => {
    const server = await serve(t, (_request, response) => response.end())
    const fetch = guarded(t, { resolve: async () => ['127.0.0.1'] })
    for (const host of ['127.0.0.1', '[::1]', 'localhost', 'app.internal', 'app.example.com'])
      await assert.rejects(fetch(`http://${host}:${server.port}/`, post), denied)
    assert.equal(server.connections(), 0)
  })

  test('reaches a private origin that the operator allows, and no other port of it', async (t) => {
    let body = ''
    const server = await serve(t, (request, response) => {
      request.on('data', (chunk: Buffer) => (body += String(chunk)))
      request.on('end', () => response.end('told'))
    })
    const fetch = guarded(t, {
      allow: [`http://app.example.com:${server.port}`],
      resolve: async () => ['127.0.0.1'],
    })
    const answer = await fetch(`http://app.example.com:${server.port}/logout`, post)
    assert.deepEqual([answer.status, await answer.text(), body], [200, 'told', 'logout_token=x'])
    await assert.rejects(fetch('http://app.example.com:9/logout', post), denied)
  })

  test('reaches this machine in development, and still no other private address', async (t) => {
    const server = await serve(t, (_request, response) => response.writeHead(204).end())
    const fetch = guarded(t, { isLoopbackAllowed: true, resolve: async () => ['127.0.0.1'] })
    for (const host of ['127.0.0.1', 'localhost'])
      assert.equal((await fetch(`http://${host}:${server.port}/`, post)).status, 204)
    for (const host of ['10.0.0.1', 'app.example.com', 'localhost.example.com'])
      await assert.rejects(fetch(`http://${host}:${server.port}/`, post), denied)
  })

  test('follows no redirect and bounds the answer', async (t) => {
    const server = await serve(t, (request, response) =>
      request.url === '/redirect'
        ? response.writeHead(302, { location: '/' }).end()
        : response.end('x'.repeat(65_537)),
    )
    const origin = `http://127.0.0.1:${server.port}`
    const fetch = guarded(t, { allow: [origin] })
    await assert.rejects(fetch(`${origin}/redirect`, post), { code: 'fetch_failed' })
    await assert.rejects(fetch(origin, post), { code: 'fetch_too_large' })
  })

  test('gives up on an answer that does not come', async (t) => {
    const server = await serve(t, () => {})
    const origin = `http://127.0.0.1:${server.port}`
    await assert.rejects(guarded(t, { allow: [origin] })(origin, post), { code: 'fetch_timeout' })
  })
})
