// What an author does to builtins changes nothing that the prelude does (SBX-37, SBX-45).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runGuest } from '../../harness/guest-engine.ts'

const answer = (kind: string) =>
  kind === 'jwtCacheGet'
    ? { ok: true, value: { miss: true } }
    : kind === 'jwtCachePut'
      ? { ok: true, value: { token: 'cached' } }
      : {
          ok: true,
          value: { status: 200, headers: [['content-type', 'application/json']], body: '{"n":7}', url: 'u' },
        }

// Walks every builtin, then replaces all functions and accessors that it found; written so that it needs none of them
// while it replaces. What the workflow uses afterwards is in `mine`.
const breakEverything = `
  const spoilt = () => { throw new Error('spoilt builtin was called') }
  const found = []
  const seen = new Set([kinde, console, ...Object.values(kinde)])
  const walk = (target) => {
    if (target === null || (typeof target !== 'object' && typeof target !== 'function') || seen.has(target)) return
    seen.add(target)
    for (const key of Reflect.ownKeys(target)) {
      const own = Reflect.getOwnPropertyDescriptor(target, key)
      if (own.get || own.set) {
        if (own.configurable) found.push({ target, key, change: { __proto__: null, get: spoilt, set: spoilt } })
        continue
      }
      walk(own.value)
      if (typeof own.value === 'function' && (own.configurable || own.writable)) {
        found.push({ target, key, change: { __proto__: null, value: spoilt } })
      }
    }
    walk(Reflect.getPrototypeOf(target))
  }
  for (const name of Object.getOwnPropertyNames(globalThis)) if (name !== 'globalThis') walk(globalThis[name])
  for (const value of [async () => {}, function* () {}, async function* () {}, [].keys(), new Map().keys(), /x/.exec('x')]) walk(value)
  for (const key of ['get', 'set', 'value', 'next', 'name', 'message', 'text', 'json', 'code']) {
    const change = { __proto__: null, get: spoilt, set: spoilt, configurable: true }
    found.push({ target: Object.prototype, key, change }, { target: Array.prototype, key, change })
  }
  const params = new URLSearchParams('a=1&b=2')
  const mine = { console, kinde, fetch, setTimeout, done: undefined }
  const define = Reflect.defineProperty
  for (let index = 0, count = found.length; index < count; index++) {
    define(found[index].target, found[index].key, found[index].change)
  }
`

test('every function of every builtin replaced by one that throws leaves every binding working', async () => {
  const result = await runGuest({
    source: `
      export default function (event) {
        ${breakEverything}
        mine.console.log('%s %d', 'text', 5, { deep: { list: [1, 'two'] } })
        mine.console.table([{ a: 1 }])
        mine.console.error(42)
        mine.kinde.accessToken.setCustomClaim('env', mine.kinde.env.get('X').value)
        mine.kinde.accessToken.getCustomClaims().nested.list[1] = 'b'
        mine.kinde.idToken.setCustomClaim('sub', 'evil')
        mine.kinde.idToken.setCustomClaim('text', mine.kinde.localization.get('hello'))
        mine.kinde.auth.denyAccess('because')
        const now = mine.kinde.fetch('https://a.example/x', { method: 'POST', body: params, headers: { a: 'b' } })
        mine.kinde.accessToken.setCustomClaim('n', now.json.n)
        mine.kinde.accessToken.setCustomClaim('status', mine.kinde.secureFetch('https://a.example', { method: 'POST', body: { a: 1 } }).status)
        const self = mine
        mine.setTimeout(function () { self.kinde.accessToken.setCustomClaim('timer', true); self.done() }, 1)
        return (async () => {
          const response = await mine.kinde.fetch('https://a.example/y')
          mine.kinde.accessToken.setCustomClaim('awaited', response.json.n)
          mine.kinde.accessToken.setCustomClaim('token', await mine.kinde.cache.jwtToken('t', { onMissingOrExpired: () => 'fresh' }))
          mine.kinde.accessToken.setCustomClaim('data', (await mine.fetch('https://a.example/z')).data.n)
          await { then(resolve) { self.done = resolve } }
        })()
      }`,
    claims: { accessToken: { nested: { list: ['a', 'x', true], date: 1 } }, idToken: {} },
    reservedClaims: { idToken: ['sub'] },
    env: { X: { value: 'x', isSecret: false } },
    localization: { hello: 'Hallo' },
    answer,
  })
  assert.deepEqual([result.error, result.kind], [{ name: '', message: '', stack: '' }, 'completed'])
  assert.deepEqual(result.claims, {
    accessToken: {
      nested: { list: ['a', 'b', true], date: 1 },
      env: 'x',
      n: 7,
      status: 200,
      awaited: 7,
      token: 'cached',
      data: 7,
      timer: true,
    },
    idToken: { text: 'Hallo' },
  })
  assert.deepEqual(result.denied, ['because'])
  assert.deepEqual(
    result.reserved.map(({ token, claim }) => [token, claim]),
    [['idToken', 'sub']],
  )
  assert.deepEqual(result.log, [
    "info: text 5 { deep: { list: [ 1, 'two' ] } }",
    'info: (index) | a\n0       | 1',
    'error: 42',
  ])
  assert.equal(result.calls[0]?.request.body, 'a=1&b=2')
  assert.equal(result.calls[1]?.request.body, '{"a":1}')
})

test('a setter on an index of Array.prototype can fail the run of its author, and can do nothing else', async () => {
  const result = await runGuest({
    source: `export default () => {
      const claims = kinde.accessToken.getCustomClaims()
      claims.list = ['a', 'b']
      Object.defineProperty(Array.prototype, '0', { set() { claims.sub = 'evil' }, get() { return 'evil' }, configurable: true })
    }`,
    claims: { accessToken: {} },
  })
  assert.ok(
    result.kind === 'threw' || result.message === '{"accessToken":{"list":["a","b"]}}',
    result.message,
  )
  assert.equal(result.finished.length, 1)
})

test('freezing or replacing the bindings of a run changes nothing that the host was told (SBX-37, SBX-38)', async () => {
  const result = await runGuest({
    source: `export default () => {
      kinde.auth.denyAccess('no')
      Object.freeze(kinde.accessToken.getCustomClaims())
      kinde.accessToken.setCustomClaim('frozen', 1)
      kinde.auth.denyAccess = kinde.accessToken.setCustomClaim = () => {}
      Object.defineProperty(globalThis, 'kinde', { value: null })
      return { accessToken: { forged: true }, kind: 'completed' }
    }`,
    claims: { accessToken: { a: 1 } },
  })
  assert.deepEqual([result.denied, result.message], [['no'], '{"accessToken":{"a":1}}'])
})
