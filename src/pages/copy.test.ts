import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { copyFor } from './copy.ts'
import { languages } from './language.ts'

/** Every text by its path; functions are called with something for each parameter. */
function texts(table: object, path = ''): [path: string, text: string][] {
  return Object.entries(table).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const here = `${path}/${name}`
    if (typeof value === 'string') return [[here, value]]
    if (typeof value === 'function') return [[here, String(Reflect.apply(value, undefined, [7, 8, 9]))]]
    return typeof value === 'object' && value !== null ? texts(value, here) : [[here, '']]
  })
}

const english = new Map(texts(copyFor('en')))

describe('the words of the pages', () => {
  for (const language of languages) {
    test(`are complete and not empty: ${language}`, () => {
      const found = texts(copyFor(language))
      assert.deepEqual(found.map(([path]) => path).toSorted(), [...english.keys()].toSorted())
      assert.deepEqual(
        found.filter(([, text]) => text.trim() === '').map(([path]) => path),
        [],
      )
    })
  }

  test('say in German as much as in English with the values that they are given', () => {
    const dropped = texts(copyFor('de')).filter(([path, text]) => {
      const given = english.get(path)?.match(/[789]/g) ?? []
      return given.some((value) => !text.includes(value))
    })
    assert.deepEqual(dropped, [])
  })
})
