// What a workflow may expect of its runtime: globals, URL, console, Intl, timers, and how errors are described.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sandboxScript } from '../../../src/runtime/sandbox-scripts.ts'
import { boundGlobals, guestGlobals, kindeGlobal } from '../../../src/runtime/guest/surface.ts'
import { runGuest, type GuestRun } from '../../harness/guest-engine.ts'

function run(body: string, more: Partial<GuestRun> = {}) {
  const source = `export default async function () { const out = kinde.accessToken.getCustomClaims(); ${body} }`
  return runGuest({ source, ...more })
}

async function values(body: string): Promise<unknown> {
  const { claims, message } = await run(`out.x = ${body}`)
  return claims['accessToken']?.['x'] ?? message
}

test('the global object holds the listed names and no others (SBX-41)', async () => {
  const { claims } = await run(`out.names = Reflect.ownKeys(globalThis).map(String)`)
  const expected = [...guestGlobals, ...Object.values(boundGlobals).flat(), kindeGlobal]
  assert.deepEqual(new Set([claims['accessToken']?.['names']].flat()), new Set(expected))
  const bare = await runGuest({
    source: `export default () => { kinde.accessToken.setCustomClaim('n', Reflect.ownKeys(globalThis).map(String)) }`,
    bindings: ['kinde.accessToken'],
  })
  assert.deepEqual(
    new Set([bare.claims['accessToken']?.['n']].flat()),
    new Set([...guestGlobals, kindeGlobal]),
  )
})

test('no code comes from strings, however the constructor is reached (SBX-40, SBX-48)', async () => {
  const said = await values(`[
    () => Function('return 1'), () => new Function('return 1'), () => [].constructor.constructor('return 1'),
    () => (async () => {}).constructor('x'), () => (function* () {}).constructor('x'), () => (async function* () {}).constructor('x'),
    () => eval('1'), () => (0, eval)('1'), () => globalThis.eval('1'), () => kinde.fetch.constructor('return 1'), () => new Error().constructor.constructor('return 1'), () => Reflect.construct(Function, ['x']),
  ].map((attempt) => { try { attempt(); return 'ran' } catch (error) { return error.message } })`)
  assert.deepEqual(said, Array(12).fill('Code generation from strings is not available in a workflow'))
  assert.deepEqual(
    await values(
      `[typeof process, typeof SharedArrayBuffer, typeof WeakRef, (() => {}) instanceof Function]`,
    ),
    [...['undefined', 'undefined', 'undefined', true]],
  )
})

test('the prelude has no template literal, which the engine compiles to a call of String.prototype.concat', async () => {
  assert.doesNotMatch(
    (await sandboxScript('prelude')).replaceAll(/^\s*\/\/.*$|'[^'\n]*'|"[^"\n]*"/gm, ''),
    /`/,
  )
})

test('URLSearchParams takes every form of init and keeps in step with its URL', async () => {
  assert.deepEqual(
    await values(`(() => {
      const url = new URL('https://a.example/p?a=1&b=%20x+y')
      const { searchParams } = url
      searchParams.append('c', 'é&'); searchParams.delete('a')
      const first = url.href
      url.search = '?z=9'
      const read = [searchParams.get('z'), searchParams.get('b'), searchParams === url.searchParams]
      url.searchParams.set('z', '8')
      return [first, ...read, url.toString(), [...new URLSearchParams([['a', '1'], ['a', '2']])].join('|'),
        new URLSearchParams(new Map([['m', 1]])).toString(), new URLSearchParams({ o: 'x', u: undefined }).toString(),
        new URLSearchParams('?q=%zz&&=e').toString(), new URLSearchParams('b=1&a=2&a=1').getAll('a').join(),
        (() => { const p = new URLSearchParams('b=1&a=2'); p.sort(); return p.toString() + p.size + p.has('a', '2') + p.has('a', '3') })()]
    })()`),
    [
      ...['https://a.example/p?b=+x+y&c=%C3%A9%26', '9', null, true, 'https://a.example/p?z=8', 'a,1|a,2'],
      ...['m=1', 'o=x&u=undefined', 'q=%25zz&=e', '2,1', 'a=2&b=12truefalse'],
    ],
  )
})

test('console formats as Node does, bounds each line and never calls a getter (SBX-61)', async () => {
  const { log } = await run(`
    console.log('%s is %d (%i) %f %j %o %c%% %x', 'n', '4.5', 4.9, '1.5', { a: 1 }, [1], 'css', 'extra', -0, 10n, Symbol('s'))
    console.info(null, undefined, 'text', ['text'], { 'a-b': 1, get g() { throw new Error() }, set s(v) {} })
    console.debug(new Map([['k', { v: 1 }]]), new Set([1]), new Date(0), /x/g, class A {}, function f() {}, new (class B { x = 1 })())
    const loop = { name: 'l' }; loop.self = loop; console.warn(loop, { a: { b: { c: { d: { e: { f: 1 } } } } } })
    console.error('x'.repeat(100000))
    console.log(Array(200).fill(0))
    console.log(new Proxy({}, { ownKeys() { throw 1 } }), Object.create(null), [1, , 3])
    console.assert(true); console.assert(false, 'why'); console.count(); console.count('a'); console.countReset(); console.count()
    console.group('g'); console.log('in\\nside'); console.groupEnd(); console.time('t'); console.timeEnd('t'); console.timeEnd('t')
    console.dir({ a: 1 }); console.trace('here'); console.table([{ a: 1, b: 'x' }, { a: 2 }, 3])
    out.returned = console.log() === undefined`)
  assert.equal(log[0], `info: n is 4.5 (4) 1.5 {"a":1} [ 1 ] % %x extra -0 10n Symbol(s)`)
  assert.equal(log[1], `info: null undefined text [ 'text' ] { 'a-b': 1, g: [Getter], s: [Setter] }`)
  assert.equal(
    log[2],
    `debug: Map(1) { 'k' => { v: 1 } } Set(1) { 1 } 1970-01-01T00:00:00.000Z /x/g [class A] [Function: f] B { x: 1 }`,
  )
  assert.match(log[3] ?? '', /^warn: \{ name: 'l', self: \[Circular\] \} \{[^]*e: \[Object\]/)
  assert.ok((log[4]?.length ?? 0) <= 16_400)
  assert.match(log[4] ?? '', /… \d+ more characters$/)
  assert.match(log[5] ?? '', /… 100 more items/)
  assert.equal(log[6], 'info: [an object that cannot be shown] [Object: null prototype] {} [ 1, <empty>, 3 ]')
  assert.deepEqual(log.slice(7, 14), [
    ...['error: Assertion failed: why', 'info: default: 1', 'info: a: 1', 'info: default: 1'],
    ...['info: g', 'info:   in\n  side', 'info: t: 0ms'],
  ])
  assert.equal(log[14], "info: No such label 't'")
  assert.equal(log[15], 'info: { a: 1 }')
  assert.match(log[16] ?? '', /^error: Trace: here\n {4}at .*workflow\.js/)
  assert.equal(
    log[17],
    `info: (index) | a | b   | Values\n0       | 1 | 'x' |       \n1       | 2 |     |       \n2       |   |     | 3     `,
  )
})

test('whatever is thrown is described in bounded strings (SBX-23, SBX-46)', async () => {
  const rows: [string, string, RegExp][] = [
    [`throw new RangeError('r')`, 'RangeError', /^r$/],
    [`throw 'text'`, 'Error', /^Thrown: 'text'$/],
    [`throw null`, 'Error', /^Thrown: null$/],
    [`throw Symbol('s')`, 'Error', /^Thrown: Symbol\(s\)$/],
    [`throw { code: 7 }`, 'Error', /^Thrown: \{ code: 7 \}$/],
    [`throw new Error('x'.repeat(1e6))`, 'Error', /^x{1023}…$/],
    [
      `throw new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })`,
      'Error',
      /^Thrown: \[an object that cannot be shown\]$/,
    ],
    [`throw Object.defineProperty(new Error('m'), 'message', { get() { throw 1 } })`, 'Error', /^$/],
    [`const e = new Error('a'); e.cause = e; throw e`, 'Error', /^a \[cause\]: Error: a/],
    [
      `throw new AggregateError([new Error('one'), 'two'], 'many')`,
      'AggregateError',
      /^many \[errors\]: Error: one; 'two'$/,
    ],
    [`throw Object.assign(new Error('m'), { name: 5 })`, 'Error', /^m$/],
    [`Error.prepareStackTrace = () => { for (;;); }; throw new TypeError('p')`, 'TypeError', /^p$/],
    [`(function f() { f() })()`, 'RangeError', /call stack/],
  ]
  for (const [body, name, message] of rows) {
    const { kind, error, finished } = await run(body)
    assert.equal(kind, 'threw', body)
    assert.equal(finished.length, 1, body)
    assert.equal(error.name, name, body)
    assert.match(error.message, message, body)
    assert.ok(error.stack.length <= 8_192)
    assert.doesNotMatch(error.stack, /mintage:prelude/)
  }
  assert.match((await run(`throw new Error('at')`)).error.stack, /workflow\.js:\d+:\d+/)
})

test('a top level that throws is described, and the run is not started', async () => {
  const { loadError, finished } = await runGuest({
    source: `throw new TypeError('top')\nexport default () => {}`,
  })
  assert.match(loadError, /"name":"TypeError","message":"top"/)
  assert.deepEqual(finished, [])
})

test('timers fire in order, with arguments, repeat until cleared, and what a callback throws ends the run', async () => {
  const { claims } = await run(`
    out.fired = []
    const gone = setTimeout(() => out.fired.push('gone'), 1)
    clearTimeout(gone); clearTimeout(undefined); clearInterval('x')
    setTimeout((...rest) => out.fired.push(rest.join()), 5, 'a', 'b')
    setTimeout(() => out.fired.push('first'), 1)
    let ticks = 0
    await new Promise((resolve) => { const id = setInterval(() => { out.fired.push(++ticks); if (ticks === 2) { clearInterval(id); resolve() } }, 10) })`)
  assert.deepEqual(claims['accessToken']?.['fired'], ['first', 'a,b', 1, 2])
  for (const start of ['setTimeout', 'queueMicrotask']) {
    const { error, finished } = await run(
      `${start}(() => { throw new RangeError('late') }); await new Promise(() => {})`,
    )
    assert.deepEqual([error.name, error.message, finished.length], ['RangeError', 'late', 1])
  }
  assert.match((await run(`setTimeout('code')`)).error.message, /first argument must be a function/)
  assert.match((await run(`for (;;) setTimeout(() => {}, 1)`)).error.message, /more than 1000 timers at once/)
})

test('Intl and toLocaleString answer for any locale, in en-US and UTC by default (SBX-62)', async () => {
  assert.deepEqual(
    await values(`(() => {
      const date = new Date(Date.UTC(2024, 1, 29, 13, 5))
      const euro = new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' })
      return [
        date.toLocaleDateString(), date.toLocaleDateString('de-DE', { timeZone: 'Asia/Tokyo', dateStyle: 'long' }),
        new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'America/New_York' }).format(date),
        Intl.DateTimeFormat().resolvedOptions().timeZone, Intl.DateTimeFormat().resolvedOptions().locale,
        [1234.5, -0, NaN].map(euro.format).join(' ').replaceAll('\\u00a0', '_'), (1234567.891).toLocaleString(), 12345678901234567890n.toLocaleString('de-DE'),
        new Intl.PluralRules('en', { type: 'ordinal' }).select(2), new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-1, 'days'),
        new Intl.ListFormat('en').format(new Set(['a', 'b', 'c'])), ['ä', 'z', 'a'].sort(new Intl.Collator('de').compare).join(''),
        new Intl.DisplayNames('en', { type: 'region' }).of('DE'), 'ä'.localeCompare('z', 'de'), 'i'.toLocaleUpperCase('tr'), 'I'.toLocaleLowerCase(),
        Intl.getCanonicalLocales('EN-us')[0], Intl.DateTimeFormat.supportedLocalesOf(['de', 'xx'])[0],
        new Intl.NumberFormat('en').formatToParts(1.5).length, new Date(NaN).toLocaleString(),
      ]
    })()`),
    [
      ...[
        '2/29/2024',
        '29. Februar 2024',
        '08:05',
        'UTC',
        'en-US',
        '1.234,50_€ -0,00_€ NaN_€',
        '1,234,567.891',
      ],
      ...[
        '12.345.678.901.234.567.890',
        'two',
        'yesterday',
        'a, b, and c',
        'aäz',
        'Germany',
        -1,
        'İ',
        'i',
        'en-US',
        'de',
      ],
      ...[3, 'Invalid Date'],
    ],
  )
  const rows = [
    [`new Intl.NumberFormat('x')`, 'RangeError', /Incorrect locale/],
    [`new Intl.DateTimeFormat('en', { timeZone: 'Mars/Base' })`, 'RangeError', /time zone/i],
    [`new Intl.DateTimeFormat().format(NaN)`, 'RangeError', /Invalid time value/],
    [`Intl.PluralRules()`, 'TypeError', /requires 'new'/],
    [`new Intl.DisplayNames('en', {})`, 'TypeError', /"type"/],
    [`Intl.NumberFormat.prototype.formatToParts.call({}, 1)`, 'TypeError', /not an Intl\.NumberFormat/],
  ] as const
  for (const [body, name, message] of rows) {
    const { error } = await run(body)
    assert.equal(error.name, name, body)
    assert.match(error.message, message, body)
  }
})

test('Math.random and performance carry nothing over from the image', async () => {
  const first = await values(`[Math.random(), Math.random(), performance.now()]`)
  const second = await values(`[Math.random(), Math.random(), performance.now()]`)
  assert.ok(Array.isArray(first) && Array.isArray(second))
  assert.notEqual(first[0], first[1])
  assert.notEqual(first[0], second[0])
  assert.ok(first[0] >= 0 && first[0] < 1)
  assert.ok(first[2] < 5)
})

test('denials are reported at once, text only, and code after them still runs (SBX-36)', async () => {
  const { denied, kind } = await run(
    `kinde.auth.denyAccess('one'); kinde.auth.denyAccess({ two: 2 }); throw new Error('later')`,
  )
  assert.deepEqual([denied, kind], [['one', '{ two: 2 }'], 'threw'])
})
