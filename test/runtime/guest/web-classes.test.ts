// The web's classes as web-platform-tests have them, in selected cases: one row is an expression and what it gives. An error is
// shown as its name; a promise is awaited.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runGuest } from '../../harness/guest-engine.ts'

type Rows = readonly (readonly [expression: string, expected: unknown])[]

async function evaluate(expressions: readonly string[]): Promise<unknown[]> {
  const source = `
    const of = async (f) => { try { return await f() } catch (error) { return error?.name ?? error } }
    const bytes = (...values) => new Uint8Array(values)
    const url = 'https://a.example/p'
    const post = (body, more) => new Request(url, { method: 'POST', body, ...more })
    export default async function () {
      const values = []
      for (const f of [${expressions.map((expression) => `async () => (${expression})`).join(',\n')}]) values.push(await of(f))
      kinde.accessToken.setCustomClaim('values', values.map((value) => value === undefined ? 'undefined' : value))
    }`
  const { claims, message, loadError } = await runGuest({ source })
  const values: unknown = claims['accessToken']?.['values']
  assert.ok(Array.isArray(values), message + loadError)
  return values
}

function holds(group: string, rows: Rows): void {
  test(group, async () => {
    const values = await evaluate(rows.map(([expression]) => expression))
    assert.deepEqual(
      rows.map(([expression], index) => [expression, values[index]]),
      rows.map(([expression, expected]) => [expression, expected]),
    )
  })
}

describe('D5: the web’s classes behave as web-platform-tests expect:', () => {
  holds('Headers combines, sorts, validates and takes every form of init', [
    [`new Headers([['a', '1'], ['A', '2']]).get('a')`, '1, 2'],
    [`[...new Headers({ b: '1', a: '2' })].join()`, 'a,2,b,1'],
    [`new Headers([['set-cookie', 'x'], ['set-cookie', 'y']]).getSetCookie()`, ['x', 'y']],
    [`[...new Headers(new Headers([['set-cookie', 'x'], ['set-cookie', 'y']]))].length`, 2],
    [`new Headers(new Map([['z', 1]])).get('z')`, '1'],
    [`new Headers(new URLSearchParams('q=1')).get('q')`, '1'],
    [`new Headers({ a: ' x ' }).get('A')`, 'x'],
    [`new Headers({ a: undefined }).get('a')`, 'undefined'],
    [`new Headers({ 'a b': '1' })`, 'TypeError'],
    [`new Headers({ a: 'x\\ny' })`, 'TypeError'],
    [`new Headers({ a: '€' })`, 'TypeError'],
    [`new Headers([['a']])`, 'TypeError'],
    [`new Headers(null)`, 'TypeError'],
    [`Headers()`, 'TypeError'],
    [
      `[Object.prototype.toString.call(new Headers()), new Headers() instanceof Headers, Headers.name].join()`,
      '[object Headers],true,Headers',
    ],
    [
      `class Own extends Headers { own() { return this.get('a') } }, new (class extends Headers { own() { return this.get('a') } })({ a: '1' }).own()`.replace(
        /^[^,]*, /,
        '',
      ),
      '1',
    ],
  ])

  holds('events reach their listeners in order, once each, and end as they are told', [
    [
      `((t, seen) => { t.addEventListener('a', (e) => seen.push(e.type, e.target === t, e.isTrusted)); t.dispatchEvent(new Event('a')); return seen })(new EventTarget(), [])`,
      ['a', true, false],
    ],
    [
      `((t, seen) => { const f = () => seen.push(1); t.addEventListener('a', f); t.addEventListener('a', f); t.addEventListener('a', f, true); t.dispatchEvent(new Event('a')); return seen.length })(new EventTarget(), [])`,
      2,
    ],
    [
      `((t, seen) => { t.addEventListener('a', () => seen.push(1), { once: true }); t.dispatchEvent(new Event('a')); t.dispatchEvent(new Event('a')); return seen.length })(new EventTarget(), [])`,
      1,
    ],
    [
      `((t, seen) => { t.addEventListener('a', (e) => { seen.push(1); e.stopImmediatePropagation() }); t.addEventListener('a', () => seen.push(2)); t.dispatchEvent(new Event('a')); return seen })(new EventTarget(), [])`,
      [1],
    ],
    [
      `((t) => { t.addEventListener('a', (e) => e.preventDefault()); return [t.dispatchEvent(new Event('a')), t.dispatchEvent(new Event('a', { cancelable: true }))] })(new EventTarget())`,
      [true, false],
    ],
    [
      `((t) => { t.addEventListener('a', (e) => e.preventDefault(), { passive: true }); return t.dispatchEvent(new Event('a', { cancelable: true })) })(new EventTarget())`,
      true,
    ],
    [
      `((t, seen) => { const o = { handleEvent(e) { seen.push(this === o, e.detail) } }; t.addEventListener('a', o); t.dispatchEvent(new CustomEvent('a', { detail: 7 })); return seen })(new EventTarget(), [])`,
      [true, 7],
    ],
    [
      `((t, c, seen) => { t.addEventListener('a', () => seen.push(1), { signal: c.signal }); c.abort(); t.dispatchEvent(new Event('a')); return seen.length })(new EventTarget(), new AbortController(), [])`,
      0,
    ],
    [
      `((t, seen) => { t.addEventListener('a', () => { t.addEventListener('a', () => seen.push(2)); seen.push(1) }, { once: true }); t.dispatchEvent(new Event('a')); return seen })(new EventTarget(), [])`,
      [1],
    ],
    [`new EventTarget().dispatchEvent({ type: 'a' })`, 'TypeError'],
    [
      `((t, e) => { t.addEventListener('a', () => t.dispatchEvent(e)); return new Promise((resolve) => { globalThis.addEventListener('error', (x) => { x.preventDefault(); resolve(x.error.name) }, { once: true }); t.dispatchEvent(e) }) })(new EventTarget(), new Event('a'))`,
      'InvalidStateError',
    ],
    [`new Event()`, 'TypeError'],
    [
      `[new CustomEvent('a').detail, new ErrorEvent('a', { message: 'm', error: 1 }).error, new MessageEvent('a', { data: 2 }).data, new PromiseRejectionEvent('a', { promise: 1, reason: 3 }).reason]`,
      [null, 1, 2, 3],
    ],
    [`new PromiseRejectionEvent('a')`, 'TypeError'],
    [`new (class extends EventTarget { constructor() { super(); this.x = 1 } })().x`, 1],
  ])

  holds('AbortSignal aborts once, with its reason, and all that follow it before a listener hears', [
    [
      `((c) => { c.abort(); c.abort(1); return [c.signal.aborted, c.signal.reason.name, c.signal.reason.code] })(new AbortController())`,
      [true, 'AbortError', 20],
    ],
    [`((c) => { c.abort(5); return c.signal.reason })(new AbortController())`, 5],
    [`AbortSignal.abort().throwIfAborted()`, 'AbortError'],
    [`AbortSignal.abort('why').throwIfAborted()`, 'why'],
    [`AbortSignal.any([]).aborted`, false],
    [`AbortSignal.any([AbortSignal.abort(1), AbortSignal.abort(2)]).reason`, 1],
    [
      `((c) => { const any = AbortSignal.any([AbortSignal.any([c.signal]), c.signal]); const seen = []; c.signal.onabort = () => seen.push('source', any.aborted); any.addEventListener('abort', (e) => seen.push('any', e.isTrusted)); c.abort(); return seen })(new AbortController())`,
      ['source', true, 'any', true],
    ],
    [`AbortSignal.any([{}])`, 'TypeError'],
    [`AbortSignal.any(1)`, 'TypeError'],
    [`AbortSignal.timeout(-1)`, 'TypeError'],
    [
      `new Promise((resolve) => { const s = AbortSignal.timeout(5); s.onabort = () => resolve([s.reason.name, s.reason instanceof DOMException]) })`,
      ['TimeoutError', true],
    ],
    [`new AbortSignal()`, 'TypeError'],
    [
      `((s, seen) => { s.onabort = () => seen.push(1); s.onabort = null; return seen.length })(AbortSignal.timeout(1), [])`,
      0,
    ],
  ])

  holds('Request keeps what it is given, is read once, and clones', [
    [
      `((r) => [r.method, r.url, r.redirect, r.credentials, r.body === null, r.signal.aborted])(new Request('HTTPS://A.example/p/../q#f'))`,
      ['GET', 'https://a.example/q#f', 'follow', 'same-origin', true, false],
    ],
    [`post('x').headers.get('content-type')`, 'text/plain;charset=UTF-8'],
    [
      `post(new URLSearchParams('a=b')).headers.get('content-type')`,
      'application/x-www-form-urlencoded;charset=UTF-8',
    ],
    [`post(bytes(1)).headers.get('content-type')`, null],
    [`post(new Blob(['x'], { type: 'a/b' })).headers.get('content-type')`, 'a/b'],
    [`post('x', { headers: { 'content-type': 'a/c' } }).headers.get('content-type')`, 'a/c'],
    [`post('x').clone().text()`, 'x'],
    [
      `(async (r) => { await r.text(); return [r.bodyUsed, await r.text().catch((e) => e.name)] })(post('x'))`,
      [true, 'TypeError'],
    ],
    [`(async (r) => { await r.text(); return r.clone() })(post('x'))`, 'TypeError'],
    [
      `(async (r) => [await new Request(r, { headers: { a: '1' } }).text(), r.bodyUsed])(post('x'))`,
      ['x', true],
    ],
    [`new Request(post('x'), { method: 'PUT' }).method`, 'PUT'],
    [
      `((c) => { const r = new Request(url, { signal: c.signal }); const s = r.clone().signal; c.abort(3); return [r.signal.reason, s.reason, r.signal === c.signal] })(new AbortController())`,
      [3, 3, false],
    ],
    [`new Request(url, { body: 'x' })`, 'TypeError'],
    [`new Request('/p')`, 'TypeError'],
    [`new Request()`, 'TypeError'],
    [`new Request(url, { method: 'TRACE' })`, 'TypeError'],
    [`new Request(url, { method: 'a b' })`, 'TypeError'],
    [`new Request(url, { redirect: 'never' })`, 'TypeError'],
    [`new Request(url, { signal: {} })`, 'TypeError'],
    [`['credentials', 'body', 'duplex', 'signal'].every((name) => name in Request.prototype)`, true],
  ])

  holds('Response says what it is, and json(), error() and redirect() make one', [
    [
      `((r) => [r.status, r.ok, r.statusText, r.type, r.url, r.redirected, r.body === null])(new Response())`,
      [200, true, '', 'default', '', false, true],
    ],
    [`new Response('x', { status: 404, statusText: 'No' }).ok`, false],
    [`new Response('x', { status: 199 })`, 'RangeError'],
    [`new Response('x', { status: 600 })`, 'RangeError'],
    [`new Response('x', { statusText: 'a\\nb' })`, 'TypeError'],
    [`new Response('x', { status: 204 })`, 'TypeError'],
    [`new Response(null, { status: 204 }).text()`, ''],
    [`Response.json({ a: 1 }).json()`, { a: 1 }],
    [`Response.json({}).headers.get('content-type')`, 'application/json'],
    [`Response.json({}, { headers: { 'content-type': 'a/b' } }).headers.get('content-type')`, 'a/b'],
    [`Response.json(undefined)`, 'TypeError'],
    [`((r) => [r.type, r.status])(Response.error())`, ['error', 0]],
    [
      `((r) => [r.status, r.headers.get('location')])(Response.redirect('https://a.example/x', 301))`,
      [301, 'https://a.example/x'],
    ],
    [`Response.redirect('https://a.example', 200)`, 'RangeError'],
    [`new Response('{').json()`, 'SyntaxError'],
    [`new Response(bytes(0xef, 0xbb, 0xbf, 0x68)).text()`, 'h'],
    [
      `new Response(bytes(1, 2)).arrayBuffer().then((b) => [b instanceof ArrayBuffer, b.byteLength])`,
      [true, 2],
    ],
    [`new Response(new DataView(bytes(9, 8, 7).buffer, 1)).bytes().then((b) => [...b])`, [8, 7]],
    [
      `new Response('x', { headers: { 'content-type': 'a/b' } }).blob().then(async (b) => [b.type, await b.text()])`,
      ['a/b', 'x'],
    ],
    [
      `new Response('a=1&b=x+y', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }).formData().then((f) => f.get('b'))`,
      'x y',
    ],
    [`new Response('x').formData()`, 'TypeError'],
  ])

  holds('Blob, File and FormData hold bytes and names', [
    [`((b) => [b.size, b.type])(new Blob(['é', bytes(1, 2), new Blob(['x'])], { type: 'A/B' }))`, [5, 'a/b']],
    [`new Blob(['abcdef']).slice(-4, -1, 't/t').text()`, 'cde'],
    [`new Blob('text')`, 'TypeError'],
    [`new Blob(['x'], { type: 'a\\u0001' }).type`, ''],
    [
      `((f) => [f.name, f.lastModified, f instanceof Blob])(new File(['x'], 'n', { lastModified: 3 }))`,
      ['n', 3, true],
    ],
    [`new File(['x'])`, 'TypeError'],
    [
      `((f) => { f.append('a', 1); f.append('a', 2); f.set('a', 3); f.append('b', 'x'); return [...f].join() })(new FormData())`,
      'a,3,b,x',
    ],
    [
      `((f) => { f.append('f', new Blob(['x'])); return [f.get('f').name, f.get('f') instanceof File, f.has('g'), f.get('g'), f.getAll('f').length] })(new FormData())`,
      ['blob', true, false, null, 1],
    ],
    [`((f) => { f.append('f', 'x', 'name') })(new FormData())`, 'TypeError'],
    [`new FormData({})`, 'TypeError'],
    [
      `(async (f) => { f.append('a"\\n', 'x\\ny'); f.append('f', new File(['hé'], 'n"é', { type: 't/p' })); const back = await new Response(f).formData(); const file = back.get('f'); return [[...back.keys()], back.get('a"\\r\\n'), file.name, file.type, await file.text()] })(new FormData())`,
      [['a"\r\n', 'f'], 'x\r\ny', 'n"é', 't/p', 'hé'],
    ],
    [
      `new Response('--x\\r\\n\\r\\n', { headers: { 'content-type': 'multipart/form-data; boundary=x' } }).formData()`,
      'TypeError',
    ],
    [
      `new Response('nothing', { headers: { 'content-type': 'multipart/form-data; boundary=' + 'x'.repeat(99) } }).formData()`,
      'TypeError',
    ],
  ])

  holds('the global object has the names by which libraries find it', [
    [
      `[self === globalThis, global === globalThis, typeof navigator.userAgent, typeof window, typeof process, typeof document]`,
      [true, true, 'string', 'undefined', 'undefined', 'undefined'],
    ],
    [
      `(() => { var g = typeof global == 'object' && global && global.Object === Object && global; var s = typeof self == 'object' && self && self.Object === Object && self; return (g || s || Function('return this')()) === globalThis })()`,
      true,
    ],
    [`Object.keys(globalThis)`, []],
    [
      `new Promise((resolve) => { addEventListener('error', (e) => { e.preventDefault(); resolve([e.type, e.error, e.isTrusted]) }, { once: true }); reportError(7) })`,
      ['error', 7, true],
    ],
    [
      `['Event', 'EventTarget', 'AbortSignal', 'Request', 'Response', 'Blob', 'File', 'FormData', 'Headers'].map((name) => [globalThis[name].name, globalThis[name].prototype[Symbol.toStringTag], globalThis[name].prototype.constructor === globalThis[name]].join()).filter((line, index, all) => line !== line.split(',')[0] + ',' + line.split(',')[0] + ',true')`,
      [],
    ],
  ])
})

test('D5: the console shows what answers, requests and headers hold', async () => {
  const { log } = await runGuest({
    source: `export default () => console.log(new Response('x', { status: 404, headers: { a: '1' } }), new Request('https://a.example', { method: 'PUT' }), new Headers([['b', '1'], ['b', '2']]), [new Headers()])`,
  })
  assert.equal(
    log[0]?.replaceAll(/\s+/g, ' '),
    "info: Response { status: 404, statusText: '', url: '', headers: Headers { a: '1', 'content-type': 'text/plain;charset=UTF-8' } } Request { method: 'PUT', url: 'https://a.example/', headers: Headers {} } Headers { b: '1, 2' } [ Headers {} ]",
  )
})

test('D5: an error that nothing catches fails the run: reportError, and what a listener throws', async () => {
  for (const body of [
    `reportError(new RangeError('reported'))`,
    `const t = new EventTarget(); t.addEventListener('a', () => { throw new RangeError('reported') }); t.dispatchEvent(new Event('a'))`,
  ]) {
    const { kind, error } = await runGuest({ source: `export default () => { ${body} }` })
    assert.deepEqual([kind, error.name, error.message], ['threw', 'RangeError', 'reported'])
  }
})
