import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { AfterRun } from '../../../test/harness/image-after-run.ts'
import { captureMemory, differenceFrom, wholeMemory } from './image.ts'

const page = 4096
function memoryWith(pages: number, bytes: Readonly<Record<number, number>>): Uint8Array {
  const memory = new Uint8Array(pages * page)
  for (const [at, value] of Object.entries(bytes)) memory[Number(at)] = value
  return memory
}

test('capture keeps the pages that hold something, neighbours together, and the whole memory has the same bytes', () => {
  const memory = memoryWith(8, { [page]: 1, [2 * page + 4095]: 2, [5 * page + 7]: 3 })
  const image = captureMemory(memory)
  assert.deepEqual(image.extents, [
    { at: page, length: 2 * page },
    { at: 5 * page, length: page },
  ])
  assert.equal(image.bytes.byteLength, 3 * page)
  assert.equal(image.memoryBytes, memory.length)
  assert.deepEqual(wholeMemory(image), memory)
})

test('an empty memory and a full one are captured too', () => {
  for (const memory of [new Uint8Array(3 * page), new Uint8Array(3 * page).fill(7)]) {
    assert.deepEqual(wholeMemory(captureMemory(memory)), memory)
  }
})

test('an engine differs from its image by one byte of memory, or by a register', () => {
  const memory = memoryWith(2, { 7: 1 })
  const registers = { stackPointer: 1024, runtimePtr: 8, contextPtr: 16, extensions: [] }
  const image = { id: 'image', roomBytes: 0, entries: {}, ...registers, ...captureMemory(memory) }
  assert.equal(differenceFrom(image, { memory, ...registers }), undefined)
  assert.equal(differenceFrom(image, { memory: memoryWith(2, { 7: 2 }), ...registers }), 'memory')
  assert.equal(differenceFrom(image, { memory: memoryWith(3, { 7: 1 }), ...registers }), 'memory')
  assert.equal(differenceFrom(image, { memory, ...registers, stackPointer: 1008 }), 'registers')
})

describe('D13: after a run and restore the engine’s memory is the image again, byte for byte, also its whole stack:', () => {
  const deep = 'const deep = (n) => { let v = []; for (let i = 0; i < n; i++) v = [v]; return v };'
  const bodies: Record<string, string> = {
    'claims and a log': `kinde.accessToken.setCustomClaim('a', [1, 2]); console.log('x'.repeat(5000))`,
    'changed prototypes and globals': `globalThis.x = new Map([[1, 2]]); Object.prototype.y = 1; delete globalThis.URL`,
    'recursion to the limit': `let depth = 0; const f = () => { depth++; f() }; try { f() } catch {}`,
    'recursion through getters, proxies and toString': `
      let o = {}; for (let i = 0; i < 3000; i++) { const inner = o; o = new Proxy({ toString: () => String(inner) }, {}) }
      try { String(o) } catch {}`,
    'recursion in JSON.stringify and structuredClone': `${deep} for (const f of [JSON.stringify, structuredClone]) try { f(deep(20000)) } catch {}`,
    'recursion in JSON.parse': `try { JSON.parse('['.repeat(50000) + ']'.repeat(50000)) } catch {}`,
    'recursion in join and flat': `${deep} try { String(deep(20000)) } catch {} try { deep(20000).flat(Infinity) } catch {}`,
    'recursion in a comparison of sort': `const f = () => [2, 1].sort(f); try { f() } catch {}`,
    'recursion in replace': `const f = () => 'a'.replace(/a/, f); try { f() } catch {}`,
    'regular expressions with many groups': `
      try { new RegExp('(a)'.repeat(200)).exec('a'.repeat(200)) } catch {}
      try { new RegExp('('.repeat(5000) + ')'.repeat(5000)) } catch {}
      try { /(?:(a)|(b)|(c))*?$/.exec('abc'.repeat(5000)) } catch {}`,
    'calls with many arguments': `try { Math.max(...new Array(60000).fill(1)) } catch {} try { ((...all) => all)(...'x'.repeat(60000)) } catch {}`,
    'generators and async functions in each other': `
      function* g(n) { if (n > 0) yield* g(n - 1) } try { [...g(5000)] } catch {}
      const f = async (n) => { if (n > 0) await f(n - 1) }; await f(500)`,
    'the native extensions': `
      for (let i = 0; i < 50; i++) new URL('https://user@xn--mgbh0fb.example:8080/' + 'a/../'.repeat(200) + '?q=' + 'é'.repeat(200))
      new TextDecoder().decode(new TextEncoder().encode('é'.repeat(50000))); new Headers({ a: 'b' }); crypto.randomUUID()
      await crypto.subtle.digest('SHA-256', new Uint8Array(50000)); 'x'.repeat(9000).normalize('NFKD')`,
    'what the host writes for it': `
      for (const name of ['SECRET', 'MISSING']) try { kinde.env.getEnvironmentVariable(name) } catch {}
      new Date().toLocaleString('de-DE', { timeZone: 'Asia/Tokyo' }); new Intl.NumberFormat('hi-IN').format(123456789.5)
      crypto.getRandomValues(new Uint8Array(60000)); Math.random(); performance?.now?.()
      for (let i = 0; i < 200; i++) console.log('é'.repeat(i), { i })
      await new Promise((resolve) => setTimeout(resolve, 1))`,
    'big numbers': `(3n ** 20000n).toString(); Number('1'.repeat(400)); (1e21).toFixed(20); (0.1).toString(3)`,
  }
  const file = new URL('../../../test/harness/image-after-run.ts', import.meta.url)
  const after = new Promise<Readonly<Record<string, AfterRun>>>((resolve, reject) => {
    new Worker(file, { workerData: bodies }).once('message', resolve).once('error', reject)
  })
  for (const name of Object.keys(bodies)) {
    test(name, async () => {
      const { outcome, isIntact, hasGrown, isImageAgain } = (await after)[name] ?? assert.fail('no result')
      assert.match(outcome, /completed/)
      assert.ok(isIntact, outcome)
      assert.equal(hasGrown, false, 'an engine that has grown is dropped, and compares nothing')
      assert.equal(isImageAgain, true)
    })
  }
})
