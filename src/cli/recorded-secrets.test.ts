import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withoutSecrets, withSecrets } from './recorded-secrets.ts'

const key = 'ab'.repeat(32)
const value = 'p$& "1"/+ é'
const environment = { KEY: { value, isSecret: true }, PLAN: { value: 'gold', isSecret: false } }

describe('secrets in a recording', () => {
  const recording = {
    plan: 'gold',
    texts: [value, `a ${value} b`, encodeURIComponent(value), JSON.stringify({ echo: value }), 1, null, true],
    envelope: JSON.stringify({ value: { body: JSON.stringify({ echo: value }) } }),
  }

  test('are marks in every spelling, and no other text is touched', () => {
    const written = JSON.stringify(withoutSecrets(recording, environment, key))
    for (const spelling of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) {
      assert.equal(written.includes(spelling), false, spelling)
    }
    assert.match(written, /"plan":"gold"/)
  })

  test('come back to the letter when the same values are given again', () => {
    assert.deepEqual(withSecrets(withoutSecrets(recording, environment, key), environment, key), recording)
  })

  test('are left alone when they are too short to be told from other text', () => {
    const short = { KEY: { value: 'abc', isSecret: true } }
    assert.deepEqual(withoutSecrets({ text: 'abcdef' }, short, key), { text: 'abcdef' })
  })
})
