// The global fetch of a workflow against a real server: bodies of every form, answers of bytes, redirect modes, and calls that
// are given up, which end on the host as well and end again in a replay.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { claimsOf, openTestSandbox, workflow } from '../harness/sandbox.ts'

interface Received {
  readonly method: string
  readonly path: string
  readonly type: string | undefined
  readonly body: Buffer
}

const received: Received[] = []
/** Settled when the connection of a request to /held is gone. */
let closed = Promise.withResolvers<void>()
const server = createServer((request, response) => void answer(request).then((send) => send(response)))

async function answer(request: IncomingMessage): Promise<(response: ServerResponse) => void> {
  const { method = '', url = '/', headers } = request
  received.push({ method, path: url, type: headers['content-type'], body: await buffer(request) })
  if (url === '/held') request.socket.once('close', () => closed.resolve())
  return (response) => {
    if (url === '/held') return
    if (url === '/bytes')
      return void response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from([0, 255, 128, 10]))
    if (url === '/latin1')
      return void response
        .writeHead(200, { 'content-type': 'text/plain; charset=iso-8859-1' })
        .end(Buffer.from([0xe9]))
    if (url === '/moved') return void response.writeHead(302, { location: '/there' }).end('moved')
    if (url === '/none') return void response.writeHead(204).end()
    response.writeHead(200, 'Fine', { 'content-type': 'application/json' }).end('{"n":1}')
  }
}

server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
assert.ok(typeof address === 'object' && address !== null)
const origin = `http://127.0.0.1:${address.port}`
const runs = await openTestSandbox({ after }, { hostCalls: { allow: [`127.0.0.1:${address.port}`] } })
after(() => {
  server.closeAllConnections()
  server.close()
})

async function claims(body: string) {
  const { x } = claimsOf(
    await runs.run(
      `const out = {}; const url = '${origin}'; ${body}; kinde.accessToken.setCustomClaim('x', out)`,
    ),
  )
  return x
}

test('D5: sends every form of body as its bytes, with its content type', async () => {
  received.length = 0
  await claims(`
    const post = (body, more) => fetch(url + '/sent', { method: 'POST', body, ...more })
    await post('é'); await post(new URLSearchParams({ a: 'b c' })); await post(new Uint8Array([0, 255])); await post(new Uint8Array([1, 2, 3]).buffer)
    await post(new DataView(new Uint8Array([5, 6]).buffer, 1)); await post(new Blob([new Uint8Array([200]), 'x'], { type: 'a/b' })); await post([1, { a: 2 }]); await post({ a: [1] })
    await post('{}', { headers: { 'Content-Type': 'a/json' } })
    await fetch(new Request(url + '/sent', { method: 'PUT', body: 'request' })); await kinde.fetch(url + '/sent', { method: 'POST', body: [1] })`)
  assert.deepEqual(
    received.map(({ method, type, body }) => [method, type, body.toString('latin1')]),
    [
      ['POST', 'text/plain;charset=UTF-8', 'Ã©'],
      ['POST', 'application/x-www-form-urlencoded;charset=UTF-8', 'a=b+c'],
      ['POST', undefined, '\0\xff'],
      ['POST', undefined, '\x01\x02\x03'],
      ['POST', undefined, '\x06'],
      ['POST', 'a/b', '\xc8x'],
      ['POST', 'application/json', '[1,{"a":2}]'],
      ['POST', 'application/json', '{"a":[1]}'],
      ['POST', 'a/json', '{}'],
      ['PUT', 'text/plain;charset=UTF-8', 'request'],
      ['POST', 'application/json', '[1]'],
    ],
  )
})

test('D5: sends a FormData with its files as multipart/form-data', async () => {
  received.length = 0
  await claims(`
    const form = new FormData(); form.append('name', 'Ada'); form.append('file', new File([new Uint8Array([255, 0])], 'a.bin', { type: 'a/b' }))
    await fetch(url + '/form', { method: 'POST', body: form })`)
  const [sent] = received
  assert.ok(sent)
  const form = await new Response(new Uint8Array(sent.body), {
    headers: { 'content-type': sent.type ?? '' },
  }).formData()
  const file = form.get('file')
  assert.ok(file instanceof File)
  assert.deepEqual(
    [form.get('name'), file.name, file.type, [...new Uint8Array(await file.arrayBuffer())]],
    ['Ada', 'a.bin', 'a/b', [255, 0]],
  )
})

test('D5: keeps the query that a body of a GET becomes in front of a fragment', async () => {
  received.length = 0
  await claims(
    `await kinde.fetch(url + '/get?x=1#part', { body: { a: 1 } }); await fetch(url + '/get#part', { body: 'b=2' })`,
  )
  assert.deepEqual(
    received.map(({ path }) => path),
    ['/get?x=1&a=1', '/get?b=2'],
  )
})

test('D5: reads answers as bytes, text, JSON and data', async () => {
  assert.deepEqual(
    await claims(
      `
      const bytes = await fetch(url + '/bytes'); out.bytes = [...new Uint8Array(await bytes.arrayBuffer())]
      const latin1 = await fetch(url + '/latin1'); out.latin1 = [await latin1.clone().text(), (await kinde.fetch(url + '/latin1', { responseFormat: 'text' })).text]
      const json = await fetch(url); out.json = [json.statusText, json.url === url + '/', json.data.n, (await json.json()).n, json.bodyUsed, json instanceof Response]
      const none = await fetch(url + '/none'); out.none = [none.status, none.body, await none.text()]`.replace(
        'latin1.data === undefined, ',
        '',
      ),
    ),
    {
      bytes: [0, 255, 128, 10],
      latin1: ['\ufffd', 'é'],
      json: ['Fine', true, 1, 1, true, true],
      none: [204, null, ''],
    },
  )
})

describe('D5: redirect', () => {
  test('"follow" follows, "manual" gives the redirect, "error" rejects', async () => {
    assert.deepEqual(
      await claims(`
        const followed = await fetch(url + '/moved'); out.follow = [followed.status, followed.redirected, followed.url === url + '/there']
        const manual = await fetch(url + '/moved', { redirect: 'manual' }); out.manual = [manual.status, manual.headers.get('location'), manual.redirected, await manual.text()]
        out.error = await fetch(url + '/moved', { redirect: 'error' }).catch((e) => [e instanceof TypeError, e.code, e.message.endsWith('redirected, and the request says redirect: "error"')])
        out.kinde = (await kinde.fetch(url + '/moved', { redirect: 'manual', responseFormat: 'text' })).status`),
      {
        follow: [200, true, true],
        manual: [302, '/there', false, 'moved'],
        error: [true, 'fetch_failed', true],
        kinde: 302,
      },
    )
  })
})

describe('D5: a signal', () => {
  const ways: Record<string, string> = {
    'of an AbortController': `const c = new AbortController(); setTimeout(() => c.abort(new Error('mine')), 20); const signal = c.signal`,
    'of AbortSignal.timeout': `const signal = AbortSignal.timeout(20)`,
    'of AbortSignal.any': `const signal = AbortSignal.any([new AbortController().signal, AbortSignal.timeout(20)])`,
    'of a Request': `const signal = new Request(url, { signal: AbortSignal.timeout(20) }).signal`,
  }
  for (const [way, make] of Object.entries(ways)) {
    test(`${way} ends the call, in the run and on the host, and the replay ends it the same`, async () => {
      closed = Promise.withResolvers()
      const deployment = await runs.deploy(
        workflow(`
          const url = '${origin}'; const began = Date.now(); ${make}
          const error = await fetch(url + '/held', { signal }).catch((error) => error)
          const gone = Date.now() - began
          kinde.accessToken.setCustomClaim('x', [error === signal.reason, error.name, gone >= 20, gone, (await fetch(url)).status])`),
      )
      const first = await runs.invoke(deployment, { limits: { wallClockMs: 10_000, callMs: 9_000 } })
      const x = claimsOf(first)['x']
      assert.ok(Array.isArray(x))
      assert.deepEqual([x[0], x[2], x[4]], [true, true, 200])
      assert.equal(x[1], way.includes('Controller') ? 'Error' : 'TimeoutError')
      // The connection is closed, not left to the end of the run.
      await closed.promise
      assert.deepEqual(
        first.calls.map(({ error }) => error?.message.replace(/^.*: /, '')),
        ['the workflow aborted the call', undefined],
      )
      const before = received.length
      const again = await runs.invoke(deployment, { replay: first.recording })
      assert.deepEqual([again.outcome, again.recording], [first.outcome, first.recording])
      assert.equal(received.length, before)
    })
  }

  test('that is aborted already makes no call; one that comes late changes nothing', async () => {
    received.length = 0
    assert.deepEqual(
      await claims(`
        out.before = await fetch(url, { signal: AbortSignal.abort('no') }).catch((reason) => reason)
        const c = new AbortController(); const r = await fetch(url, { signal: c.signal }); c.abort(); out.late = (await r.json()).n
        try { kinde.fetch(url, { signal: AbortSignal.abort('no') }) } catch (reason) { out.kinde = reason }
        out.wrong = await fetch(url, { signal: {} }).catch((e) => e.name)`),
      { before: 'no', late: 1, kinde: 'no', wrong: 'TypeError' },
    )
    assert.equal(received.length, 1)
  })

  test('ends a call of a run that was moved meanwhile', async () => {
    closed = Promise.withResolvers()
    const result = await runs.run(
      `const c = new AbortController(); const held = fetch('${origin}/held', { signal: c.signal }).catch((e) => e.name)
       const now = kinde.fetch('${origin}/now').json.n; c.abort(); kinde.accessToken.setCustomClaim('x', [now, await held])`,
    )
    assert.deepEqual(claimsOf(result)['x'], [1, 'AbortError'])
    await closed.promise
  })
})
