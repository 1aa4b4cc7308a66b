// The pages on mintage.yaml against the schema that they are made from.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { mintageJsonSchema, mintageYamlReference } from '../src/config/index.ts'

function page(name: string): string {
  return readFileSync(new URL(`../docs/reference/${name}`, import.meta.url), 'utf8')
}

test('docs/reference/mintage-yaml.md is the page of the schema', () => {
  assert.equal(page('mintage-yaml.md'), mintageYamlReference(), 'run `npm run docs`')
})

test('docs/reference/mintage.schema.json is the schema', () => {
  assert.deepEqual(JSON.parse(page('mintage.schema.json')), mintageJsonSchema(), 'run `npm run docs`')
})

test('every key of the reference says what it is', () => {
  const silent = page('mintage-yaml.md')
    .split('\n')
    .filter((line) => /^\| `.*\|\s*\|$/.test(line))
  assert.deepEqual(silent, [])
})

test('B3: every key of an application says what holds when it is left out, or that it is required', () => {
  const silent = page('mintage-yaml.md')
    .split('\n')
    .filter((line) => line.startsWith('| `applications.'))
    .filter((line) => !/, required \||default `|left out|required for it/.test(line))
  assert.deepEqual(silent, [])
})
