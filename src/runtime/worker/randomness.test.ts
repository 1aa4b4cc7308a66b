import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSeed } from '../seed.ts'
import { Randomness } from './randomness.ts'

function drawn(seed: string, ...lengths: number[]): string {
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
  const seed = '01'.repeat(32)
  assert.equal(drawn(seed, 40), drawn(seed, 1, 0, 16, 23))
})

test('streams of two seeds, and pieces of one stream, differ', () => {
  const pieces = drawn('01'.repeat(32), 16_000).match(/.{32}/g) ?? []
  assert.equal(new Set(pieces).size, 1_000)
  assert.notEqual(drawn('01'.repeat(32), 16), drawn('02'.repeat(32), 16))
})

test('a target that is filled is filled whole, whatever was in it', () => {
  const target = new Uint8Array(1 << 20).fill(0xff)
  new Randomness('00'.repeat(32)).fill(target)
  assert.ok(Math.abs(target.reduce((sum, byte) => sum + byte, 0) / target.length - 127.5) < 1)
})

test('no two runs have the same seed, also beyond a batch of them', () => {
  const seeds = Array.from({ length: 1_000 }, () => newSeed())
  assert.equal(new Set(seeds).size, 1_000)
  for (const seed of seeds) assert.match(seed, /^[0-9a-f]{64}$/)
})
