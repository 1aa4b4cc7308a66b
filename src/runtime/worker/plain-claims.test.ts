// The reader of the engine's heap against the guest's own walk: wherever it answers, it answers what the walk would; and
// it answers for what tokens are made of. Its knowledge of the heap's layout is tested here and nowhere else.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runGuest } from '../../../test/harness/guest-engine.ts'
import { openWorkerEngines, startRun } from '../../../test/harness/worker-engine.ts'
import type { Engine } from './engine.ts'
import { JsonWriter } from './json-writer.ts'
import { readPlainClaims } from './plain-claims.ts'
import type { RunOrder } from '../protocol.ts'

const engines = await openWorkerEngines()
const bounds = { claimsDepth: 64, claimsBytes: 16_384, resultBytes: 1_000_000 }

interface Read {
  /** What the reader gave: the claims, or undefined when it left them to the walk. */
  readonly plain: unknown
  readonly ended: unknown
}

async function read(body: string, claims: object = {}, given: Partial<RunOrder> = {}): Promise<Read> {
  const image = await engines.image(`const claims = kinde.accessToken.getCustomClaims(); ${body}`)
  const engine = await engines.engine(image)
  const texts = watchReader(engine)
  const input = JSON.stringify({ event: {}, claims: { accessToken: claims }, ...bounds })
  const outcome = await startRun(engine, image, { input, ...given }).ended
  assert.ok(outcome !== 'moved')
  const ended: unknown = outcome.kind === 'completed' ? JSON.parse(outcome.claimsJson) : outcome
  const [text] = texts
  return { plain: text === undefined ? undefined : JSON.parse(text), ended }
}

function watchReader(engine: Engine): (string | undefined)[] {
  const texts: (string | undefined)[] = []
  const original = engine.plainClaims.bind(engine)
  engine.plainClaims = (given) => {
    const text = original(given)
    texts.push(text)
    return text
  }
  return texts
}

/** What the guest's walk makes of the same body. */
async function walk(body: string, claims: object = {}): Promise<unknown> {
  const source = `export default async (event) => { const claims = kinde.accessToken.getCustomClaims(); ${body} }`
  const { kind, message, claims: walked } = await runGuest({ source, claims: { accessToken: claims } })
  return kind === 'completed' ? walked : { kind, message }
}

const plainBodies: Readonly<Record<string, string>> = {
  'nothing but the defaults': '',
  'literals of every kind': `claims.all = { text: 'x', empty: '', yes: true, no: false, nothing: null, list: [], object: {} }`,
  'integers to the edges of 32 bits and beyond': `claims.n = [0, -0, 1, -1, 2147483647, -2147483648, 2147483648, 4294967295, 2 ** 53, -(2 ** 53)]`,
  'floating-point numbers': `claims.n = [1.5, -1.5, 0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, -2.2250738585072014e-308, Math.PI]`,
  'strings that need escapes': `claims.s = 'a"b\\\\c\\n\\t\\r\\b\\f\\u0000\\u001f\\u007f/'; claims['k"\\n'] = 1`,
  'Latin-1 and wider strings, whole and broken surrogate pairs': `claims.s = ['é', 'ÿ', '\\u0080', '€', '😀', '\\ud800', 'a\\udc00b', '\\u2028']; claims['schlüssel€'] = 1`,
  'nested objects and arrays': `claims.deep = { a: [{ b: [[], [1, [2]]] }, { c: { d: {} } }] }`,
  'names like integers, __proto__ and constructor': `claims.x = JSON.parse('{"2":1,"1":2,"4294967294":3,"-1":4,"__proto__":5,"constructor":6}')`,
  'deleted and undefined properties, and names that are symbols': `claims.x = { a: 1, b: 2, c: undefined, [Symbol('s')]: 3, [Symbol.for('t')]: 4 }; delete claims.x.a`,
  'many properties and many items': `claims.x = Object.fromEntries(Array.from({ length: 300 }, (_, i) => ['key' + i, i])); claims.y = Array.from({ length: 600 }, (_, i) => 'item ' + i)`,
  'arrays that grew and shrank, mapped, filtered, sorted and joined': `const a = []; for (let i = 0; i < 100; i++) a.push(i); a.pop(); a.unshift('x'); claims.a = [a, a.map(String), a.filter((i) => i > 5), a.toSorted(), a.concat([1]), [...a, 'y'], a.slice(3)]`,
  'objects without prototype, frozen and sealed': `claims.a = Object.assign(Object.create(null), { b: 1 }); claims.c = Object.freeze({ d: 1 }); claims.e = Object.seal({ f: 1 })`,
  'shared parts, written twice': `const part = { a: [1] }; claims.x = [part, part]`,
  'a toJSON that is not a function': `claims.x = { toJSON: 'text' }`,
  'a reserved name defined past its setter': `Object.defineProperty(claims, 'sub', { value: 'x', enumerable: true, writable: true, configurable: true })`,
  'what the parts of strings give': `claims.x = ['create:reports'.replace(':', '.'), 'a-b'.split('-'), 'eu-' + 1, 'abc'.slice(1), 'É'.toLowerCase(), String(5)]`,
  'replaced builtins': `JSON.stringify = () => '"x"'; Object.keys = () => []; String.prototype.toString = () => 'x'; claims.x = ['y']`,
}

describe('plain data is read without the guest, as its walk would write it:', () => {
  const defaults = { roles: [{ key: 'admin' }], flags: { theme: { t: 's', v: 'violet' } } }
  for (const [name, body] of Object.entries(plainBodies)) {
    test(name, async () => {
      const { plain, ended } = await read(body, defaults)
      assert.notEqual(plain, undefined)
      assert.deepEqual(plain, await walk(body, defaults))
      assert.deepEqual(ended, plain)
    })
  }
})

const otherBodies: Readonly<Record<string, string>> = {
  'a getter': `claims.x = { get a() { return 1 } }`,
  'a getter of the claims themselves': `Object.defineProperty(claims, 'a', { get: () => 1, enumerable: true })`,
  'a hidden toJSON': `claims.x = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'b' })`,
  'a toJSON': `claims.x = { toJSON: () => 'b' }`,
  'a toJSON on an array': `claims.x = Object.assign([1], { toJSON: () => 'b' })`,
  'a toJSON on Object.prototype': `Object.prototype.toJSON = function () { return 'b' }; claims.x = { a: 1 }`,
  'a toJSON on Array.prototype': `Array.prototype.toJSON = function () { return 'b' }; claims.x = [1]`,
  'a toJSON on the prototype of the claims': `Object.getPrototypeOf(claims).toJSON = function () { return 'b' }; claims.x = 1`,
  'a toJSON above Array.prototype': `Object.setPrototypeOf(Array.prototype, { toJSON() { return 'b' } }); claims.x = [1]`,
  'a toJSON of a class': `class A { a = 1; toJSON() { return 'b' } }; claims.x = new A()`,
  'a class instance': `class A { a = 1 }; claims.x = new A()`,
  'a Proxy': `claims.x = new Proxy({ a: 1 }, {})`,
  'a Proxy of an array': `claims.x = new Proxy([1], {})`,
  'a Date': `claims.x = new Date(0)`,
  'boxed values': `claims.x = [new String('s'), new Number(1), new Boolean(true), Object('t')]`,
  'a hole': `claims.x = [1, , 2]`,
  'a length beyond the items': `const x = [1]; x.length = 3; claims.x = x`,
  'a frozen array': `claims.x = Object.freeze([1])`,
  'undefined in an array': `claims.x = [undefined]`,
  'numbers that JSON has not': `claims.x = [NaN]`,
  infinity: `claims.x = { y: -Infinity }`,
  'a bigint': `claims.x = 1n`,
  'a large bigint': `claims.x = [2n ** 100n]`,
  'a symbol': `claims.x = Symbol('s')`,
  'a function': `claims.x = () => 1`,
  'a Map': `claims.x = new Map([[1, 2]])`,
  'what only looks plain': `claims.x = Object.create(Map.prototype)`,
  'an error, a pattern, bytes, arguments': `claims.x = (function () { return arguments })(1)`,
  'a cycle': `claims.self = claims`,
  'a long string that was put together and one that was cut out': `const long = 'x'.repeat(5000); claims.x = [long + long + '!', long.slice(1, 4000)]`,
}

describe('what is not plain data is left to the guest’s walk:', () => {
  for (const [name, body] of Object.entries(otherBodies)) {
    test(name, async () => {
      const { plain, ended } = await read(body)
      assert.equal(plain, undefined)
      assert.deepEqual(ended, await walk(body))
    })
  }
})

test('claims deeper or larger than their bounds are left to the walk; those just within are read', async () => {
  const nested = (levels: number) =>
    `let value = 1; for (let i = 0; i < ${levels}; i++) value = [value]; claims.x = value`
  const limits = { claimsDepth: 10 }
  assert.notEqual((await read(nested(9), {}, { limits })).plain, undefined)
  assert.equal((await read(nested(10), {}, { limits })).plain, undefined)
  const { plain } = await read(`let x = []; for (let i = 0; i < 60; i++) x = [x, x]; claims.x = x`)
  assert.equal(plain, undefined)
})

test('a memory that makes no sense is read within its bounds, whatever it points to', () => {
  const bytes = 10_000
  let random = 12_345
  for (let turn = 0; turn < 300; turn++) {
    const words = new Uint32Array(16_384)
    const draw = (): number => (random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0)
    for (let index = 0; index < words.length; index++) {
      const kind = draw() % 4
      words[index] =
        kind === 0
          ? draw() % 65_536
          : kind === 1
            ? 0x0001_0002 + (draw() % 2) * 0x0001_0010
            : draw() >> (draw() % 32)
    }
    const handle = () => (draw() % 16_384) * 4
    const handles = {
      claims: handle(),
      claimsPrototypes: handle(),
      objectPrototype: turn % 2 === 0 ? handle() : 0xffff_fff0,
      arrayPrototype: handle(),
    }
    const heap = { memory: words.buffer, runtimePointer: handle(), handles }
    const text = readPlainClaims(heap, { depth: 64, bytes }, new JsonWriter())
    assert.ok(text === undefined || text.length <= bytes * 7)
  }
})
