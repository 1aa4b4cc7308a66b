// A citation resolves inside the repository: `C§…` in docs/reference/kinde-dialect.md, ids such as `SBX-36` and findings such as `B14` in
// docs/assurance.md, standards by their number elsewhere.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const sections = new Set(
  [...read('docs/reference/kinde-dialect.md').matchAll(/^#+ (C§\d+(?:\.\d+)?) /gm)].map(([, id]) => id),
)
const ids = new Set(
  [...read('docs/assurance.md').matchAll(/^- \*\*([A-F]\d{1,2}|[A-Z]+-\d+)\*\* /gm)].map(([, id]) => id),
)
const families = new Set([...ids].flatMap((id) => (id?.includes('-') ? [id.split('-')[0] ?? ''] : [])))

const cited = new RegExp(String.raw`C§\d+(?:\.\d+)?|\b(?:${[...families].join('|')})-\d+\b`, 'g')
/** A finding is cited by a test: at the start of its title, or in brackets at its end. */
const findingTitle = /\b(?:test|describe|it)\(\s*['"`](?:([A-F]\d{1,2})[:, ]|[^\n]*\(([A-F]\d{1,2})\)['"`])/g

const files: string[] = []
const patterns = ['{src,test,bench,bin,examples,docs,.ci}/**/*.{ts,js,md,yaml,sh}', '*.md']
for await (const path of glob(patterns, { cwd: root, exclude: ['**/node_modules/**'] })) files.push(path)

describe('a citation', () => {
  test('of Kinde’s dialect or of an assurance id resolves', () => {
    const unresolved = files.flatMap((file) =>
      [...read(file).matchAll(cited)].flatMap(([citation]) =>
        sections.has(citation) || ids.has(citation) ? [] : [`${file}: ${citation}`],
      ),
    )
    assert.deepEqual(unresolved, [])
  })

  test('of a finding in a test title resolves', () => {
    const unresolved = files
      .filter((file) => file.endsWith('.test.ts'))
      .flatMap((file) =>
        [...read(file).matchAll(findingTitle)].flatMap(([, first, last]) => {
          const finding = first ?? last ?? ''
          return ids.has(finding) ? [] : [`${file}: ${finding}`]
        }),
      )
    assert.deepEqual(unresolved, [])
  })

  test('names no page outside the repository', () => {
    const outside = files.flatMap((file) =>
      [
        ...read(file).matchAll(
          /\b(?:assurance|design)(?:\.md)? §[\d.]+|\/work\/|\.\.\/shared\/|contract(?:-2)?\.md/g,
        ),
      ].map(([citation]) => `${file}: ${citation}`),
    )
    assert.deepEqual(
      outside.filter((line) => !line.startsWith('test/citations.test.ts')),
      [],
    )
  })
})

test('every id of the assurance page is there once', () => {
  const all = [...read('docs/assurance.md').matchAll(/^- \*\*(\S+)\*\* /gm)].map(([, id]) => id)
  assert.deepEqual(
    all.filter((id, index) => all.indexOf(id) !== index),
    [],
  )
})
