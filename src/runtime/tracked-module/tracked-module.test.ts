import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { blockBytes, overhangBytes, trackedModule, wasmPageBytes } from './index.ts'

const i32 = 0x7f
const i64 = 0x7e
const f32 = 0x7d
const f64 = 0x7c
const noLocals = [0]
const end = 0x0b
const localGet = (index: number): number[] => [0x20, index]

const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const section = (id: number, ...content: number[]): number[] => [id, ...leb128(content.length), ...content]
const onePage = section(5, 1, 0, 1)
const noImports = section(2, 0)

interface Parts {
  readonly memory?: readonly number[]
  readonly imports?: readonly number[]
  /** Of a passive data segment. */
  readonly data?: readonly number[]
}

/** A module that exports one function `f` without results. */
function moduleOf(parameters: readonly number[], code: readonly number[], parts: Parts = {}) {
  const { memory = onePage, imports = noImports, data } = parts
  return Uint8Array.from([
    ...header,
    ...section(1, 1, 0x60, parameters.length, ...parameters, 0),
    ...imports,
    ...section(3, 1, 0),
    ...memory,
    ...section(7, 1, 1, 0x66, 0, 0),
    ...(data === undefined ? [] : section(12, 1)),
    ...section(10, 1, ...leb128(code.length), ...code),
    ...(data === undefined ? [] : section(11, 1, 1, data.length, ...data)),
  ])
}

/** The memory and the map after `f` was called. */
async function written(binary: Uint8Array<ArrayBuffer>, parameters: readonly (number | bigint)[]) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 })
  const writes = new WebAssembly.Memory({ initial: 1, maximum: 1 })
  const module = await WebAssembly.compile(trackedModule(binary).binary)
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: { memory, writes } })
  instance.exports['f']?.(...parameters)
  const marks = new Uint8Array(writes.buffer)
  return {
    memory: new Uint8Array(memory.buffer),
    marked: [...marks.keys()].filter((block) => marks[block] !== 0),
  }
}

const stores = [
  { name: 'i32.store', code: 0x36, type: i32, value: -1, bytes: 4 },
  { name: 'i64.store', code: 0x37, type: i64, value: -1n, bytes: 8 },
  { name: 'f32.store', code: 0x38, type: f32, value: Number.NaN, bytes: 4 },
  { name: 'f64.store', code: 0x39, type: f64, value: -1 / 3, bytes: 8 },
  { name: 'i32.store8', code: 0x3a, type: i32, value: -1, bytes: 1 },
  { name: 'i32.store16', code: 0x3b, type: i32, value: -1, bytes: 2 },
  { name: 'i64.store8', code: 0x3c, type: i64, value: -1n, bytes: 1 },
  { name: 'i64.store16', code: 0x3d, type: i64, value: -1n, bytes: 2 },
  { name: 'i64.store32', code: 0x3e, type: i64, value: -1n, bytes: 4 },
] as const

describe('each instruction that writes does what it did, and marks the block in which its write begins:', () => {
  for (const { name, code, type, value, bytes } of stores) {
    const store = (offset: number): Uint8Array<ArrayBuffer> =>
      moduleOf([i32, type], [...noLocals, ...localGet(0), ...localGet(1), code, 0, ...leb128(offset), end])

    test(name, async () => {
      const { memory, marked } = await written(store(0), [3 * blockBytes, value])
      assert.deepEqual(marked, [3])
      assert.ok(memory.subarray(3 * blockBytes, 3 * blockBytes + bytes).some((byte) => byte !== 0))
      assert.ok(memory.subarray(3 * blockBytes + bytes).every((byte) => byte === 0))
    })

    test(`${name} with an offset`, async () => {
      const { marked } = await written(store(5 * blockBytes), [blockBytes, value])
      assert.deepEqual(marked, [6])
    })

    test(`${name} across the end of a block: the first is marked, and counts as longer than it is`, async () => {
      const { memory, marked } = await written(store(0), [blockBytes - 1, value])
      assert.deepEqual(marked, [0])
      assert.ok(memory.subarray(blockBytes + overhangBytes).every((byte) => byte === 0))
    })
  }
})

describe('an instruction that writes a range marks every block of it:', () => {
  const three = [...localGet(0), ...localGet(1), ...localGet(2)]
  const fill = moduleOf([i32, i32, i32], [...noLocals, ...three, 0xfc, 11, 0, end])
  const copy = moduleOf([i32, i32, i32], [...noLocals, ...three, 0xfc, 10, 0, 0, end])
  const init = moduleOf([i32, i32, i32], [...noLocals, ...three, 0xfc, 8, 0, 0, end], { data: [1, 2, 3, 4] })

  test('memory.fill', async () => {
    const { memory, marked } = await written(fill, [blockBytes - 1, 7, blockBytes + 2])
    assert.deepEqual(marked, [0, 1, 2])
    assert.equal(memory.indexOf(7), blockBytes - 1)
    assert.equal(memory.lastIndexOf(7), 2 * blockBytes)
  })

  test('memory.fill of whole blocks: those and no other', async () => {
    assert.deepEqual((await written(fill, [blockBytes, 7, 2 * blockBytes])).marked, [1, 2])
  })

  test('memory.fill of nothing', async () => {
    assert.deepEqual((await written(fill, [blockBytes, 7, 0])).marked, [])
  })

  test('memory.copy marks where it writes, not where it reads', async () => {
    assert.deepEqual((await written(copy, [4 * blockBytes, 0, blockBytes + 1])).marked, [4, 5])
  })

  test('memory.init', async () => {
    const { memory, marked } = await written(init, [2 * blockBytes - 2, 0, 4])
    assert.deepEqual(marked, [1, 2])
    assert.deepEqual([...memory.subarray(2 * blockBytes - 2, 2 * blockBytes + 2)], [1, 2, 3, 4])
  })

  test('one that reaches beyond the memory writes nothing and marks nothing', async () => {
    await assert.rejects(written(fill, [wasmPageBytes - 1, 7, 2]), WebAssembly.RuntimeError)
  })
})

test('what looks like a store within other instructions is not changed', async () => {
  const store = 0x36
  const code = [
    // Five groups of locals, of which the numbers of those that keep a value are counted on.
    ...[2, store, i32, 1, f64],
    ...[0x41, store, 0x1a, 0x42, store, 0x1a, 0x43, store, store, store, store, 0x1a],
    ...[0x44, ...Array.from({ length: 8 }, () => store), 0x1a],
    ...[0x20, store, 0x1a, 0x41, 0, 0x41, 1, 0x41, 0, 0x1c, 1, i32, 0x1a],
    ...[0x02, 0x40, 0x02, 0x40, 0x41, 1, 0x0e, 1, 0, 1, end, end],
    ...[0x02, 0x40, 0x1f, 0x40, 1, 2, 0, end, end],
    ...[0x3f, 0, 0x1a, ...localGet(0), 0x41, 9, 0x3a, 0, 0, end],
  ]
  const { memory, marked } = await written(moduleOf([i32], code), [2 * blockBytes])
  assert.deepEqual(marked, [2])
  assert.equal(memory[2 * blockBytes], 9)
})

describe('a binary of another form is refused:', () => {
  const idle = [...noLocals, end]
  const refusals: Record<string, Uint8Array> = {
    'without imports': moduleOf([], idle, { imports: [] }),
    'without memory': moduleOf([], idle, { memory: [] }),
    'with two memories': moduleOf([], idle, { memory: section(5, 2, 0, 1, 0, 1) }),
    'with a memory of its own beside another one’s': moduleOf([], idle, {
      imports: section(2, 1, 1, 0x6d, 1, 0x6d, 2, 0, 1),
    }),
    'with a maximum of its own': moduleOf([], idle, { memory: section(5, 1, 1, 1, 2) }),
    'with an instruction of vectors': moduleOf([], [...noLocals, 0xfd, 12, ...Array(16).fill(0), 0x1a, end]),
    'with an instruction of threads': moduleOf([], [...noLocals, 0xfe, 3, 0, end]),
    'with an instruction that nobody knows': moduleOf([], [...noLocals, 0xff, end]),
    'with a local of a type that takes more than a byte': moduleOf([], [1, 1, 0x63, 0x70, end]),
    'with a vector as a parameter': moduleOf([0x7b], idle),
    'with a store that names its memory': moduleOf(
      [i32, i32],
      [...noLocals, ...localGet(0), ...localGet(1), 0x36, 0x40, 0, 0, end],
    ),
    'with a load that names its memory': moduleOf(
      [i32],
      [...noLocals, ...localGet(0), 0x28, 0x40, 0, 0, 0x1a, end],
    ),
    'that ends in the middle': moduleOf([], idle).subarray(0, -3),
  }
  for (const [name, binary] of Object.entries(refusals)) {
    test(name, () => assert.throws(() => trackedModule(binary), RangeError))
  }
})

describe('of the shipped binaries', () => {
  const names = ['url', 'encoding', 'headers', 'crypto', 'structured-clone']
  const files = ['quickjs.wasm', ...names.map((name) => `${name}.so`)]
  const binaryOf = async (file: string): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await readFile(new URL(import.meta.resolve(`quickjs-wasi/${file}`))))

  test('each stays valid, and as shipped each is valid with one memory: nothing but marks can name the map', async () => {
    for (const file of files) {
      const binary = await binaryOf(file)
      assert.ok(WebAssembly.validate(binary), file)
      assert.ok(WebAssembly.validate(trackedModule(binary).binary), file)
    }
  })

  test('the engine brings a memory, the extensions use it', async () => {
    const pages = await Promise.all(
      files.map(async (file) => trackedModule(await binaryOf(file)).memoryPages),
    )
    assert.deepEqual(
      pages.map((count) => count > 0),
      [true, false, false, false, false, false],
    )
  })
})

function leb128(value: number): number[] {
  const low = value & 0x7f
  return value < 0x80 ? [low] : [low | 0x80, ...leb128(value >>> 7)]
}
