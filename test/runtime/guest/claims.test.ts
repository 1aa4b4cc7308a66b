// Claims as a workflow sees and changes them (C§6.4), and what is refused at the end of a run (SBX-28–35).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runGuest, type GuestResult, type GuestRun } from '../../harness/guest-engine.ts'

const reservedClaims = { accessToken: ['sub', 'exp'], idToken: ['sub'] }

function run(body: string, more: Partial<GuestRun> = {}): Promise<GuestResult> {
  const source = `
    import { accessTokenCustomClaims, idTokenCustomClaims } from '@kinde/infrastructure'
    export default async function (event) { const claims = kinde.accessToken.getCustomClaims(); ${body} }`
  return runGuest({
    source,
    reservedClaims,
    claims: { accessToken: { roles: ['a'], flags: { x: 1 } }, idToken: {} },
    ...more,
  })
}

test('getCustomClaims gives the same live object each time, and nested edits, delete and Object.assign count', async () => {
  const { claims } = await run(`
    if (claims !== kinde.accessToken.getCustomClaims()) throw new Error('another object')
    claims.flags.x = 2; claims.flags.y = { z: [null, true, -0, 1.5] }
    delete claims.roles
    Object.assign(claims, { a: 'b' }, { c: null })
    kinde.idToken.setCustomClaim('n', 1); kinde.idToken.setCustomClaim('gone', 1); kinde.idToken.setCustomClaim('gone', undefined)
    kinde.idToken.getCustomClaims().dropped = undefined`)
  assert.deepEqual(claims, {
    accessToken: { flags: { x: 2, y: { z: [null, true, 0, 1.5] } }, a: 'b', c: null },
    idToken: { n: 1 },
  })
})

test('the claims object looks plain: keys, spread, JSON and in show own claims only', async () => {
  const { claims } = await run(`
    claims.seen = [Object.keys(claims).join(), JSON.stringify(claims), Object.keys({ ...claims }).join(), 'roles' in claims, String(claims.sub)]`)
  assert.deepEqual(claims['accessToken']?.['seen'], [
    'roles,flags',
    '{"roles":["a"],"flags":{"x":1}}',
    'roles,flags',
    true,
    'undefined',
  ])
})

test('a claim may have any name, __proto__ and constructor included, and pollutes nothing (SBX-28)', async () => {
  const { message, claims } = await run(`
    kinde.accessToken.setCustomClaim('__proto__', { polluted: true })
    kinde.accessToken.setCustomClaim('constructor', 'c')
    kinde.accessToken.setCustomClaim('https://hasura.io/jwt/claims', { 'x-role': 'r' })
    Object.assign(claims, JSON.parse('{"toString":"t"}'))
    claims.polluted = String({}.polluted)`)
  assert.match(message, /"__proto__":\{"polluted":true\}/)
  assert.equal(claims['accessToken']?.['polluted'], 'undefined')
  assert.equal(claims['accessToken']?.['toString'], 't')
  assert.deepEqual(claims['accessToken']?.['https://hasura.io/jwt/claims'], { 'x-role': 'r' })
})

test('each way of setting a reserved claim is dropped and told once, with the line of the author (SBX-35)', async () => {
  const ways = [
    `claims.sub = 'x'`,
    `kinde.accessToken.setCustomClaim('sub', 'x')`,
    `Object.assign(claims, { sub: 'x' })`,
    `accessTokenCustomClaims().sub = 'x'`,
    `Reflect.set(claims, 'sub', 'x')`,
    `claims.sub = 'x'; claims['su' + 'b'] = 'y'; kinde.accessToken.setCustomClaim('sub', 'z')`,
  ]
  for (const way of ways) {
    const { claims, reserved } = await run(way)
    assert.deepEqual(claims['accessToken'], { roles: ['a'], flags: { x: 1 } }, way)
    assert.deepEqual(
      reserved.map(({ token, claim }) => [token, claim]),
      [['accessToken', 'sub']],
      way,
    )
    assert.match(reserved[0]?.stack ?? '', /workflow\.js:\d+/, way)
  }
})

test('a reserved claim that is defined past the setter still reaches the host, which refuses it', async () => {
  const { claims } = await run(
    `Object.defineProperty(claims, 'sub', { value: 'x', enumerable: true }); claims.ѕub = 'look-alike'`,
  )
  assert.equal(claims['accessToken']?.['sub'], 'x')
  assert.equal(claims['accessToken']?.['ѕub'], 'look-alike')
})

test('what JSON cannot carry is refused with token and path (SBX-31)', async () => {
  const cases: [string, string][] = [
    ['1n', 'a bigint cannot be written as JSON'],
    ['() => 1', 'a function cannot be written as JSON'],
    ['Symbol("s")', 'a symbol cannot be written as JSON'],
    ['NaN', 'NaN is not a JSON number'],
    ['-Infinity', '-Infinity is not a JSON number'],
    ['new Date(NaN)', 'an invalid Date cannot be written as JSON'],
    ['new Map([[1, 2]])', 'a Map cannot be written as JSON'],
    ['new Set()', 'a Set cannot be written as JSON'],
    ['new Uint8Array(2)', 'a TypedArray cannot be written as JSON'],
    ['new ArrayBuffer(2)', 'a ArrayBuffer cannot be written as JSON'],
    ['new TypeError("x")', 'a Error cannot be written as JSON'],
    ['Promise.resolve()', 'a Promise cannot be written as JSON'],
    ['new WeakMap()', 'a WeakMap cannot be written as JSON'],
    ['/x/', 'a RegExp cannot be written as JSON'],
    ['undefined', 'undefined has no place in an array; use null'],
    ['{ toJSON: () => undefined }', 'undefined has no place in an array; use null'],
    ['{ toJSON: () => 1n }', 'a bigint cannot be written as JSON'],
  ]
  for (const [value, text] of cases) {
    const { kind, message } = await run(`claims.user = { roles: ['a', 'b', 'c', ${value}] }`)
    assert.deepEqual([kind, message], ['claims-invalid', `accessToken.user.roles[3]: ${text}`], value)
  }
  assert.equal(
    (await run(`claims['a b'] = 1n`)).message,
    'accessToken["a b"]: a bigint cannot be written as JSON',
  )
  assert.equal(
    (await run(`claims.holes = [1, , 2]`)).message,
    'accessToken.holes[1]: undefined has no place in an array; use null',
  )
})

test('cycles and depth are refused; the deepest allowed nesting passes (SBX-32)', async () => {
  const nested = (levels: number) =>
    `let value = 1; for (let i = 0; i < ${levels}; i++) value = [value]; claims.deep = value`
  assert.equal((await run(nested(9), { claimsDepth: 10 })).kind, 'completed')
  const { kind, message } = await run(nested(10), { claimsDepth: 10 })
  assert.equal(kind, 'claims-invalid')
  assert.match(message, /^accessToken\.deep(\[0\]){9}: cycle or nested deeper than 10$/)
  assert.match(
    (await run(`claims.self = claims`)).message,
    /^accessToken(\.self)+.*…: cycle or nested deeper than 64$/,
  )
})

test('too many claims are refused early (SBX-32)', async () => {
  const over = 'The claims are larger than 1000 bytes as JSON'
  for (const body of [
    `for (let i = 0; i < 100000; i++) claims['k' + i] = i`,
    `claims.text = 'x'.repeat(2000)`,
    `claims.text = 'é'.repeat(600)`,
    `const big = 'x'.repeat(500); claims.list = Array(2000).fill(big)`,
    `const list = []; list.length = 4e9; claims.list = list; claims.pad = 'x'.repeat(990)`,
  ]) {
    const { kind, message } = await run(body, { resultBytes: 1_000 })
    if (kind === 'claims-too-large') assert.equal(message, over, body)
    else assert.match(message, /undefined has no place/, body)
  }
})

test('Dates, boxed values, class instances, getters and toJSON are written once, as JSON would (SBX-29, SBX-30)', async () => {
  const { claims } = await run(`
    let reads = 0
    class Money { constructor() { this.amount = 5 } get hidden() { return 1 } }
    claims.date = new Date(0)
    claims.boxed = [new String('s'), new Number(2), new Boolean(false)]
    claims.money = new Money()
    claims.getter = { get value() { return ++reads } }
    claims.changing = { toJSON() { return ++reads > 2 ? 1n : { reads } } }
    claims.key = { toJSON(key) { return key } }
    claims.proxy = new Proxy({ a: 1 }, {})
    claims.bare = Object.assign(Object.create(null), { b: 2 })`)
  assert.deepEqual(claims['accessToken'], {
    roles: ['a'],
    flags: { x: 1 },
    date: '1970-01-01T00:00:00.000Z',
    boxed: ['s', 2, false],
    money: { amount: 5 },
    getter: { value: 1 },
    changing: { reads: 2 },
    key: 'key',
    proxy: { a: 1 },
    bare: { b: 2 },
  })
})

test('a getter, trap or toJSON that throws fails the run with its own error', async () => {
  for (const value of [
    `{ get a() { throw new RangeError('mine') } }`,
    `{ toJSON() { throw new RangeError('mine') } }`,
    `new Proxy({}, { ownKeys() { throw new RangeError('mine') } })`,
  ]) {
    const { kind, error } = await run(`claims.x = ${value}`)
    assert.deepEqual([kind, error.name, error.message], ['threw', 'RangeError', 'mine'], value)
  }
})

test('lone surrogates, NUL and U+2028 are written so that every parser reads the same (SBX-33)', async () => {
  const { claims, message } = await run(
    `claims.odd = '\\ud800|\\u0000|\\u2028|\\u202e'; claims['0'] = 1; claims['-1'] = 2`,
  )
  assert.equal(claims['accessToken']?.['odd'], '\ud800|\0|\u2028|\u202e')
  assert.match(message, /\\ud800\|\\u0000/)
})

test('claims cannot be reached at the top level of the file, where they would be shared by all runs', async () => {
  const { loadError } = await runGuest({
    source: `kinde.accessToken.getCustomClaims(); export default () => {}`,
  })
  assert.match(loadError, /kinde\.accessToken can be used inside the workflow function only/)
})

test('a heavy token of 500 permissions and 100 flags is serialised', async () => {
  const source = `
    export default async function () {
      const claims = kinde.accessToken.getCustomClaims()
      claims.permissions = Array.from({ length: 500 }, (_, i) => 'permission:' + i + ':read')
      claims.feature_flags = Object.fromEntries(Array.from({ length: 100 }, (_, i) => ['flag_' + i, { t: 'b', v: i % 2 === 0 }]))
    }`
  const { kind, claims } = await runGuest({ source })
  assert.equal(kind, 'completed')
  assert.equal(Object.keys(claims['accessToken']?.['feature_flags'] ?? {}).length, 100)
})
