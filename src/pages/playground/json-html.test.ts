import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonValue } from '../../oauth/index.ts'
import { jsonHtml } from './json-html.ts'

/** The text that a person reads. */
function read(value: JsonValue): string {
  return jsonHtml(value)
    .toString()
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
}

describe('JSON for reading', () => {
  test('stays on one line when it is short', () => {
    assert.equal(read({ t: 'b', v: [true, null, 1.5] }), '{ "t": "b", "v": [true, null, 1.5] }')
    assert.equal(read([]), '[]')
    assert.equal(read({}), '{}')
    assert.equal(read('x'), '"x"')
  })

  test('is broken into lines when it is long, and holds the same value', () => {
    const value = { permissions: ['read:reports', 'create:reports', 'delete:reports'], plan: { seats: 25 } }
    assert.equal(
      read(value),
      '{\n  "permissions": ["read:reports", "create:reports", "delete:reports"],\n  "plan": { "seats": 25 }\n}',
    )
    assert.deepEqual(JSON.parse(read(value)), value)
  })

  test('shows names and texts that look like markup as text (BR-07)', () => {
    assert.equal(
      jsonHtml({ '<b>': '</code><script>' }).toString(),
      '{ <span class="json-name">&quot;&lt;b&gt;&quot;</span>: ' +
        '<span class="json-string">&quot;&lt;/code&gt;&lt;script&gt;&quot;</span> }',
    )
  })
})
