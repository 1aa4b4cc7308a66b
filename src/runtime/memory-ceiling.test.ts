import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { z } from 'zod'
import { openWorkerEngines, startRun } from '../../test/harness/worker-engine.ts'
import { wasmPageBytes, withMemoryCeiling } from './memory-ceiling.ts'

const mebibyte = 1024 * 1024

/** A module with one exported memory: `(memory (export "m") 1)`, with a maximum when the limits say so. */
function moduleWithMemory(limits: readonly number[]): Uint8Array<ArrayBuffer> {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
  const memory = [0x05, limits.length + 1, 0x01, ...limits]
  const exported = [0x07, 0x05, 0x01, 0x01, 0x6d, 0x02, 0x00]
  return Uint8Array.from([...header, ...memory, ...exported])
}

const memorySchema = z.custom<{ grow(pages: number): number; readonly buffer: ArrayBuffer }>()

async function memoryOf(module: Uint8Array<ArrayBuffer>) {
  const compiled = await WebAssembly.compile(module)
  const instance: unknown = Reflect.construct(
    z.custom<new () => object>().parse(Reflect.get(WebAssembly, 'Instance')),
    [compiled],
  )
  return z.object({ exports: z.object({ m: memorySchema }) }).parse(instance).exports.m
}

test('memory grows up to the ceiling and not beyond it', async () => {
  const memory = await memoryOf(withMemoryCeiling(moduleWithMemory([0x00, 0x01]), 200 * wasmPageBytes))
  assert.equal(memory.grow(199), 1)
  assert.equal(memory.buffer.byteLength, 200 * wasmPageBytes)
  assert.throws(() => memory.grow(1), RangeError)
})

test('a ceiling within a page is rounded up to the page', async () => {
  const memory = await memoryOf(withMemoryCeiling(moduleWithMemory([0x00, 0x01]), wasmPageBytes + 1))
  assert.equal(memory.grow(1), 1)
  assert.throws(() => memory.grow(1), RangeError)
})

test('a binary of another form is refused: one with a maximum of its own, one without memory', () => {
  const message = 'the engine binary has no memory section of the known form; check the quickjs-wasi version'
  assert.throws(() => withMemoryCeiling(moduleWithMemory([0x01, 0x01, 0x02]), mebibyte), { message })
  assert.throws(() => withMemoryCeiling(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), mebibyte), {
    message,
  })
})

test('the engine’s own binary is changed in its memory section alone', async () => {
  const binary = new Uint8Array(await readFile(new URL(import.meta.resolve('quickjs-wasi/quickjs.wasm'))))
  const changed = withMemoryCeiling(binary, 64 * mebibyte)
  const differing = changed.length - binary.length
  assert.ok(differing > 0 && differing < 8)
  let at = 0
  while (binary[at] === changed[at]) at++
  const rest = binary.subarray(at + 8)
  assert.ok(Buffer.from(changed.subarray(-rest.length)).equals(Buffer.from(rest)))
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
