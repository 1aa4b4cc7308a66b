import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findJsonSyntaxError } from './json-syntax.ts'

describe('the first syntax error of a JSON text', () => {
  for (const text of [
    'null',
    ' [] ',
    '{"a":[1,-2.5e3,"\\u00e9\\n",{}],"b":{"c":true}}',
    '"x"',
    '[[],[{}]]',
    '0',
  ]) {
    test(`finds no mistake in ${text}`, () => {
      assert.equal(findJsonSyntaxError(text), undefined)
    })
  }

  for (const [text, line, column, message] of [
    ['', 1, 1, 'the text ends too early'],
    ['{\n  "a": 1,\n}', 3, 1, 'expected a name in double quotes'],
    ['{a: 1}', 1, 2, 'expected a name in double quotes or }'],
    ['{"a" 1}', 1, 6, 'expected :'],
    ['[1 2]', 1, 4, 'expected , or ]'],
    ['[1,]', 1, 4, 'expected a value'],
    ['{"a":1]', 1, 7, 'expected , or }'],
    ['{} {}', 1, 4, 'expected the end of the text'],
    ['// a comment\n{}', 1, 1, 'expected a value'],
    ["{'a': 1}", 1, 2, 'expected a name in double quotes or }'],
    ['["a\nb"]', 1, 2, 'expected a value or ]'],
    ['[undefined]', 1, 2, 'expected a value or ]'],
    ['[', 1, 2, 'the text ends too early'],
  ] as const) {
    test(`is at ${line}:${column} in ${JSON.stringify(text)}`, () => {
      assert.throws(() => JSON.parse(text), SyntaxError)
      assert.deepEqual(findJsonSyntaxError(text), { line, column, message })
    })
  }
})
