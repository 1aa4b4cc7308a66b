import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wasiImports, type WrittenMemory } from './wasi.ts'

const fault = 21
const badFileDescriptor = 8
const notSupported = 52

type SystemCall = (...parameters: (number | bigint)[]) => number

/** A memory that notes what it is told of. */
function memoryOf(bytes: number) {
  const marked: [number, number][] = []
  return {
    buffer: new ArrayBuffer(bytes),
    marked,
    mark: (pointer: number, length: number) => void marked.push([pointer, length]),
  }
}

function importsFor(memory: WrittenMemory) {
  const table: Record<string, SystemCall> = Object.fromEntries(
    Object.entries(
      wasiImports(memory, { nowMs: () => 1_234_567, fillRandom: (target) => void target.fill(0xab) }),
    ).map(([name, call]) => [name, (...parameters) => Number(Reflect.apply(call, undefined, parameters))]),
  )
  return (name: string, ...parameters: (number | bigint)[]) => table[name]?.(...parameters)
}

test('the clock is the run’s, in nanoseconds, for real time and monotonic time', () => {
  const memory = memoryOf(64)
  const call = importsFor(memory)
  for (const clock of [0, 1]) {
    assert.equal(call('clock_time_get', clock, 0n, 8 * clock), 0)
    assert.equal(new DataView(memory.buffer).getBigUint64(8 * clock, true), 1_234_567_000_000n)
  }
  assert.equal(call('clock_time_get', 2, 0n, 0), notSupported)
  assert.deepEqual(memory.marked, [
    [0, 8],
    [8, 8],
  ])
})

test('randomness is the run’s and stays within the range that was asked for', () => {
  const memory = memoryOf(16)
  assert.equal(importsFor(memory)('random_get', 4, 8), 0)
  assert.equal(Buffer.from(memory.buffer).toString('hex'), '00000000abababababababab00000000')
  assert.deepEqual(memory.marked, [[4, 8]])
})

test('a range that is not wholly in the memory is a fault, and nothing is written', () => {
  const memory = memoryOf(16)
  const call = importsFor(memory)
  for (const [pointer, length] of [
    [16, 1],
    [15, 2],
    [0, 17],
    [-1, 1],
    [0, -1],
    [-8, 16],
    [0x7fffffff, 1],
    [-0x80000000, 0],
    [1, -1],
  ] as const) {
    assert.equal(call('random_get', pointer, length), fault, `${pointer} ${length}`)
  }
  for (const pointer of [9, 16, -1, -8, 0x7fffffff, -0x80000000])
    assert.equal(call('clock_time_get', 0, 0n, pointer), fault)
  assert.deepEqual(new Uint8Array(memory.buffer), new Uint8Array(16))
  assert.deepEqual(memory.marked, [])
})

test('the range is judged by the memory as it is, also after it has grown', () => {
  const memory = memoryOf(8)
  const call = importsFor(memory)
  assert.equal(call('random_get', 8, 8), fault)
  memory.buffer = new ArrayBuffer(16)
  assert.equal(call('random_get', 8, 8), 0)
})

test('there is no file and no output', () => {
  const call = importsFor(memoryOf(16))
  for (const name of ['fd_write', 'fd_close', 'fd_fdstat_get', 'fd_seek']) {
    for (const descriptor of [0, 1, 2, 3, -1])
      assert.equal(call(name, descriptor, 0, 1, 0), badFileDescriptor)
  }
})
