import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hasMore, pageById, pageByIdQuery, placeById } from './page-by-id.ts'
import { z } from 'zod'

const items = ['e', 'b', 'd', 'a', 'c'].map((id) => ({ id }))
const query = z.object(pageByIdQuery)
const answer = z.strictObject({ ids: z.string(), ...hasMore })

function page(given: z.input<typeof query>) {
  const { items: shown, has_more } = pageById(items, placeById(query.parse(given)))
  return answer.parse({ ids: shown.map(({ id }) => id).join(''), has_more })
}

describe('pages by id', () => {
  const rows = [
    [{}, 'abcde', false],
    [{ page_size: '2' }, 'ab', true],
    [{ page_size: '2', starting_after: 'b' }, 'cd', true],
    [{ page_size: '2', starting_after: 'c' }, 'de', false],
    [{ page_size: '2', ending_before: 'd' }, 'bc', true],
    [{ page_size: '2', ending_before: 'c' }, 'ab', false],
    [{ starting_after: 'bb' }, 'cde', false],
    [{ starting_after: 'z' }, '', false],
  ] as const
  for (const [given, ids, has_more] of rows) {
    test(`answers ${JSON.stringify(given)} with "${ids}"`, () => {
      assert.deepEqual(page(given), { ids, has_more })
    })
  }

  test('refuses both sides at once', () => {
    assert.throws(() => placeById({ starting_after: 'a', ending_before: 'c' }), /not both/)
  })
})
