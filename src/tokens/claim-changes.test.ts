import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonValue } from '../oauth/index.ts'
import { claimChanges } from './claim-changes.ts'

const changesOf = (before: JsonValue, after: JsonValue) =>
  claimChanges({ claim: before }, { claim: after }).changed.length > 0

describe('a claim counts as changed', () => {
  for (const [before, after] of [
    [1, 2],
    ['a', 'b'],
    [null, {}],
    [null, 0],
    [[], {}],
    [{}, []],
    ['', []],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['a'], ['a', 'b']],
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: null }],
    [{ toString: 1 }, {}],
    [{ roles: [{ key: 'admin' }] }, { roles: [{ key: 'owner' }] }],
  ] satisfies [JsonValue, JsonValue][]) {
    test(`from ${JSON.stringify(before)} to ${JSON.stringify(after)}`, () => {
      assert.equal(changesOf(before, after), true)
    })
  }
})

describe('a claim does not count as changed', () => {
  test('when another object says the same', () => {
    assert.equal(
      changesOf({ roles: [{ key: 'admin' }], at: null }, { roles: [{ key: 'admin' }], at: null }),
      false,
    )
  })

  test('when its members are in another order', () => {
    assert.equal(changesOf({ a: [1], b: 2 }, { b: 2, a: [1] }), false)
  })
})

test('names of claims are listed by what happened to them, sorted', () => {
  assert.deepEqual(claimChanges({ z: 1, y: 1, gone: 1, kept: 1 }, { y: 2, z: 2, kept: 1, new: 1, also: 1 }), {
    added: ['also', 'new'],
    changed: ['y', 'z'],
    removed: ['gone'],
  })
})
