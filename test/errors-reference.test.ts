// docs/reference/errors.md against the table of codes, and the table against the code that uses it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { errorCodes, errorsReference } from '../src/errors/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('docs/reference/errors.md is the page of the table of codes', () => {
  const page = readFileSync(new URL('../docs/reference/errors.md', import.meta.url), 'utf8')
  assert.equal(page, errorsReference(), 'run `npm run docs`')
})

test('every code is used somewhere: one that nothing raises promises nothing', async () => {
  let code = ''
  for await (const path of glob('src/**/*.ts', { cwd: root })) {
    if (!/\.test\.ts$|errors\/[a-z-]*codes\.ts$/.test(path)) code += readFileSync(`${root}/${path}`, 'utf8')
  }
  const unused = Object.keys(errorCodes).filter((name) => !code.includes(`'${name}'`))
  assert.deepEqual(unused, [])
})
