import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSeed } from '../seed.ts'
import { Randomness } from './randomness.ts'

function drawn(seed: Uint8Array, ...lengths: number[]): string {
  const randomness = new Randomness(seed)
  return lengths
    .map((length) => {
      const target = new Uint8Array(length)
      randomness.fill(target)
      return Buffer.from(target).toString('hex')
    })
    .join('')
}

test('the seed decides the stream, however it is drawn', () => {
  const seed = Buffer.alloc(32, 1)
  assert.equal(drawn(seed, 40), drawn(seed, 1, 0, 16, 23))
})

test('streams of two seeds, and pieces of one stream, differ', () => {
  const pieces = drawn(Buffer.alloc(32, 1), 16_000).match(/.{32}/g) ?? []
  assert.equal(new Set(pieces).size, 1_000)
  assert.notEqual(drawn(Buffer.alloc(32, 1), 16), drawn(Buffer.alloc(32, 2), 16))
})

test('a target that is filled is filled whole, whatever was in it', () => {
  const target = new Uint8Array(1 << 20).fill(0xff)
  new Randomness(Buffer.alloc(32)).fill(target)
  assert.ok(Math.abs(target.reduce((sum, byte) => sum + byte, 0) / target.length - 127.5) < 1)
})

test('no two runs have the same seed, also beyond a batch of them', () => {
  const seeds = Array.from({ length: 1_000 }, () => newSeed())
  assert.equal(new Set(seeds.map((seed) => seed.toString('hex'))).size, 1_000)
  for (const seed of seeds) assert.equal(seed.length, 32)
})
