import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { openWorkerEngines, startRun } from '../../../test/harness/worker-engine.ts'
import { blockBytes, overhangBytes, wasmPageBytes } from '../tracked-module/index.ts'
import { EngineMemory } from './engine-memory.ts'

const mebibyte = 1024 * 1024

function filled(memory: EngineMemory, value: number): Uint8Array {
  return new Uint8Array(memory.buffer).fill(value)
}

test('what is marked is put back, and what is not marked is left alone', () => {
  const memory = new EngineMemory({ pages: 1, mostPages: 2 })
  const bytes = filled(memory, 0xee)
  memory.mark(2 * blockBytes, 1)
  memory.mark(5 * blockBytes - 1, 2)
  memory.putBack(new Uint8Array(bytes.length))
  const isBack = (at: number): boolean => bytes[at] === 0
  const blocks = [...Array(wasmPageBytes / blockBytes).keys()]
  assert.deepEqual(
    blocks.filter((block) => isBack(block * blockBytes + overhangBytes)),
    [2, 4, 5],
  )
  assert.ok(isBack(3 * blockBytes + overhangBytes - 1), 'a write that began in the block may reach so far')
  assert.ok(!isBack(2 * blockBytes - 1))
})

test('marks count once: what is written after a putting back has to be marked again', () => {
  const memory = new EngineMemory({ pages: 1, mostPages: 1 })
  const whole = new Uint8Array(memory.buffer.byteLength)
  memory.mark(0, wasmPageBytes)
  memory.putBack(whole)
  const bytes = filled(memory, 0xee)
  memory.putBack(whole)
  assert.ok(bytes.every((byte) => byte === 0xee))
  memory.mark(wasmPageBytes - 1, 1)
  memory.putBack(whole)
  assert.equal(bytes.indexOf(0), wasmPageBytes - blockBytes)
})

test('putting another image in place writes all of it', () => {
  const memory = new EngineMemory({ pages: 1, mostPages: 1 })
  const bytes = filled(memory, 0xee)
  memory.put(new Uint8Array(bytes.length).fill(7))
  assert.ok(bytes.every((byte) => byte === 7))
})

test('a mark of what is not in the memory is nowhere, whatever an engine says that it has allocated', () => {
  const memory = new EngineMemory({ pages: 1, mostPages: 1 })
  for (const pointer of [0, 1, -1, 0x7fff_ffff, -0x8000_0000])
    for (const length of [0, 1, -1, 0x7fff_ffff, -0x8000_0000]) memory.mark(pointer, length)
  memory.mark(Number.NaN, 1)
  filled(memory, 0xee)
  memory.put(new Uint8Array(wasmPageBytes))
})

test('memory grows up to its bound and not beyond it', () => {
  const imports: unknown = new EngineMemory({ pages: 1, mostPages: 200 }).importsWith({})(
    new EngineMemory({ pages: 1, mostPages: 1 }),
  )
  const { memory } = z
    .object({ memory: z.custom<{ grow(pages: number): number; readonly buffer: ArrayBuffer }>() })
    .parse(imports)
  assert.equal(memory.grow(199), 1)
  assert.equal(memory.buffer.byteLength, 200 * wasmPageBytes)
  assert.throws(() => memory.grow(1), RangeError)
})

test('URLs of 20 MB, which the engine copies outside of its own accounting, cannot take it past the ceiling', async () => {
  const engines = await openWorkerEngines()
  const image = await engines.image(`
    const long = 'https://example.com/' + 'a'.repeat(event.bytes)
    const kept = []
    for (let i = 0; i < 50; i++) { try { kept.push(new URL(long)) } catch {} }`)
  for (const bytes of [1_000_000, 5_000_000, 20_000_000]) {
    const engine = await engines.engine(image)
    const input = JSON.stringify({
      event: { bytes },
      claims: { accessToken: {} },
      claimsDepth: 64,
      claimsBytes: 1,
      resultBytes: 1000,
    })
    const outcome = await startRun(engine, image, {
      input,
      limits: { runningTimeMs: 10_000, wallClockMs: 20_000 },
    }).ended
    assert.notEqual(outcome, 'moved')
    assert.ok(engine.memoryBytes <= engines.memoryBytes + 33 * mebibyte, `${engine.memoryBytes} bytes`)
  }
})
