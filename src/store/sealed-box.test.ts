// Encryption at rest: what opens, and what must not (SE-01).
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SealedBox, type Place } from './sealed-box.ts'

const box = new SealedBox<Place>(new Uint8Array(32).fill(1))
const place = { table: 'applications', row: 'app_1', column: 'client secret' }
const corrupt = {
  name: 'StoreError',
  code: 'store_corrupt',
  message: 'The client secret of applications app_1 cannot be read.',
}

describe('a sealed value', () => {
  test('opens in its place, the empty one and one of many bytes too', () => {
    for (const value of ['', 'secret', 'ключ 🔑'.repeat(1_000)]) {
      assert.equal(box.open(box.seal(value, place), place), value)
    }
  })

  test('never looks the same twice, and never like its text', () => {
    const sealed = new Set(Array.from({ length: 100 }, () => box.seal('secret', place)))
    assert.equal(sealed.size, 100)
    for (const text of sealed) assert.match(text, /^v1\.[\w-]+$/)
  })

  test('does not open in another row, column or table', () => {
    const sealed = box.seal('secret', place)
    for (const other of [{ row: 'app_2' }, { column: 'name' }, { table: 'secrets' }]) {
      assert.throws(() => box.open(sealed, { ...place, ...other }), { code: 'store_corrupt' })
    }
  })

  test('no two places are the same bytes: a boundary that moves is another place', () => {
    const sealed = box.seal('secret', { table: 'a', row: 'b","c', column: 'd' })
    assert.throws(() => box.open(sealed, { table: 'a', row: 'b', column: 'c","d' }))
  })

  test('does not open with one bit flipped, wherever it is, nor cut short', () => {
    const sealed = Buffer.from(box.seal('secret', place).slice(3), 'base64url')
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      assert.throws(() => box.open(`v1.${flipped.toString('base64url')}`, place), corrupt)
    }
    for (const text of ['', 'v1.', 'secret', `v1.${sealed.subarray(0, 40).toString('base64url')}`]) {
      assert.throws(() => box.open(text, place), corrupt)
    }
    assert.throws(() => box.open(`v2.${sealed.toString('base64url')}`, place), corrupt)
  })

  test('does not open under another master key', () => {
    const other = new SealedBox<Place>(new Uint8Array(32).fill(2))
    assert.throws(() => other.open(box.seal('secret', place), place), corrupt)
  })
})
