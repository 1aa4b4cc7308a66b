// Plain English in everything that a person reads: documents, pages, mails, errors, API descriptions, comments and test titles. The
// list holds habits that made texts read as if they were translated; CONTRIBUTING.md says how to write instead.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Habit {
  readonly pattern: RegExp
  readonly instead: string
}

const habits: readonly Habit[] = [
  {
    pattern: /\b(?:is|are|was|were) none\b/gi,
    instead: 'say what it is: unknown, invalid, missing, unsupported',
  },
  {
    pattern: /(?<!\bthere\s)\b(?:is|are|was|were) no (?!longer\b|more\b|less\b)/gi,
    instead: '"is not a …", or the word for it: invalid, unknown',
  },
  { pattern: /\bwho(?:m)?ever\b/gi, instead: 'the user, the client, the caller, anyone who' },
  { pattern: /\bof ours\b/gi, instead: 'our …' },
  {
    pattern: /\b(?:[Nn]obody|[Ss]omebody)\b/g,
    instead: 'the user, no one else, other people, all users',
  },
  { pattern: /\b(?:un)?mend(?:s|ed|ing)?\b/gi, instead: 'fix, correct' },
]

const spokenHabits: readonly Habit[] = [
  {
    pattern: /\btold (?:with|by|apart|of|at|in|so|to|where|when|on)\b/gi,
    instead: 'reported, notified, distinguished',
  },
  { pattern: /\b(?:is|are) told\b/gi, instead: 'reported, notified' },
  { pattern: /\bfor ever\b/gi, instead: 'forever, without an end' },
  { pattern: /\bof late\b/gi, instead: 'recently' },
]

/** Only in texts that are written for people, because code has other uses for these words. */
const proseHabits: readonly Habit[] = [
  ...spokenHabits,
  { pattern: /\ba text\b/gi, instead: 'a string, a message' },
]

async function filesOf(...patterns: string[]): Promise<string[]> {
  const exclude = ['**/node_modules/**', 'test/clients/.work/**', '**/*.d.ts', 'docs/reference/errors.md']
  const files: string[] = []
  for await (const file of glob(patterns, { cwd: root, exclude })) files.push(file)
  return files
}

function read(file: string): string {
  const text = readFileSync(join(root, file), 'utf8')
  if (file !== 'CHANGELOG.md') return text
  const [, unreleased = ''] = /^## Unreleased$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(text) ?? []
  return unreleased
}

function broken(text: string, list: readonly Habit[], place: (line: number) => string): string[] {
  return list.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map((match) => {
      const line = text.slice(0, match.index).split('\n').length
      const start = text.lastIndexOf('\n', match.index) + 1
      const shown = text.slice(start, text.indexOf('\n', match.index) >>> 0).trim()
      return `${place(line)}: "${match[0]}" in «${shown.slice(0, 160)}». Instead: ${instead}`
    }),
  )
}

describe('plain English', () => {
  test('holds in documents', async () => {
    const files = await filesOf('*.md', '{docs,examples,src,test}/**/*.md')
    assert.deepEqual(
      files.flatMap((file) => broken(read(file), [...habits, ...proseHabits], (line) => `${file}:${line}`)),
      [],
    )
  })

  test('holds in the texts of pages, mails, settings and errors', async () => {
    const files = await filesOf(
      'src/pages/copy/english-*.ts',
      'src/mail/copy.ts',
      'src/errors/*codes.ts',
      'src/config/schema/*.ts',
    )
    assert.deepEqual(
      files.flatMap((file) => broken(read(file), [...habits, ...proseHabits], (line) => `${file}:${line}`)),
      [],
    )
  })

  test('holds in the source, comments included', async () => {
    const files = await filesOf('{src,bin,bench,examples,docs}/**/*.{ts,js,yaml}')
    assert.deepEqual(
      files
        .filter((file) => !file.endsWith('.test.ts') && !file.includes('/german-'))
        .flatMap((file) => broken(read(file), [...habits, ...spokenHabits], (line) => `${file}:${line}`)),
      [],
    )
  })

  test('holds in the titles of tests', async () => {
    const files = await filesOf('{src,test}/**/*.test.ts')
    const title = /\b(?:test|describe|it)\(\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)/g
    assert.deepEqual(
      files.flatMap((file) =>
        [...read(file).matchAll(title)].flatMap(([text]) => broken(text, habits, () => file)),
      ),
      [],
    )
  })
})
