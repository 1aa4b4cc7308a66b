import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { editDistance, nearest } from './nearest.ts'

describe('nearest', () => {
  const distances: [string, string, number][] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ]
  for (const [from, to, distance] of distances) {
    test(`counts ${String(distance)} edits from "${from}" to "${to}"`, () => {
      assert.equal(editDistance(from, to), distance)
    })
  }

  test('chooses the candidate with the fewest edits, without regard to case', () => {
    assert.equal(nearest('KINDE.accesToken', ['kinde.idToken', 'kinde.accessToken']), 'kinde.accessToken')
  })

  test('chooses nothing when every candidate is a different word', () => {
    assert.equal(nearest('hello', ['kinde.idToken', 'url']), undefined)
  })

  test('answers for a giant text without comparing all of it', () => {
    assert.equal(nearest('x'.repeat(10_000_000), ['url']), undefined)
  })
})
