import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { describeFile, describeOwnFile } from './kept-file.ts'
import { keptProgram, manifestName, programFolder } from './kept-program.ts'

const hourAgo = new Date(Date.now() - 3_600_000)
const source = 'src/main.ts'
const made = join(programFolder, 'main.mjs')

/** A checkout of one source and the script that was made of it, both an hour old. */
async function given(t: TestContext) {
  const checkout = await mkdtemp(join(tmpdir(), 'kept-program-'))
  t.after(() => rm(checkout, { recursive: true }))
  await mkdir(join(checkout, 'src'))
  await mkdir(join(checkout, programFolder), { recursive: true })
  await writeFile(join(checkout, source), 'source')
  await writeFile(join(checkout, made), 'made')
  for (const file of [source, made]) await utimes(join(checkout, file), hourAgo, hourAgo)
  const files = () => [describeFile(checkout, source), describeOwnFile(checkout, made)]
  const manifest = join(checkout, programFolder, manifestName)
  const keep = () => writeFile(manifest, JSON.stringify({ entry: made, files: files() }))
  await keep()
  return { checkout, manifest, keep, source: join(checkout, source), made: join(checkout, made) }
}

type Given = Awaited<ReturnType<typeof given>>

describe('a kept program', () => {
  test('counts while its files are the same', async (t) => {
    const { checkout, made } = await given(t)
    assert.equal(keptProgram(checkout), made)
  })

  test('counts when its files have other times and the same bytes, as in an image', async (t) => {
    const { checkout, source, made } = await given(t)
    for (const file of [source, made]) await utimes(file, new Date(0), new Date(0))
    assert.equal(keptProgram(checkout), made)
  })

  const changes: [what: string, change: (given: Given) => Promise<void>][] = [
    ['a source was edited', ({ source }) => writeFile(source, 'Source')],
    ['a source is longer', ({ source }) => writeFile(source, 'source.')],
    ['a source is gone', ({ source }) => rm(source)],
    ['the script was edited', ({ made }) => writeFile(made, 'evil')],
    ['the script was cut short', ({ made }) => writeFile(made, 'ma')],
    ['the script is gone', ({ made }) => rm(made)],
    ['there is no manifest', ({ manifest }) => rm(manifest)],
    [
      'the manifest was cut short',
      async ({ manifest }) => writeFile(manifest, (await readFile(manifest, 'utf8')).slice(0, -5)),
    ],
    ['the manifest is of another form', ({ manifest }) => writeFile(manifest, '{"entry":"x"}')],
  ]
  for (const [what, change] of changes) {
    test(`does not count when ${what}`, async (t) => {
      const all = await given(t)
      await change(all)
      assert.equal(keptProgram(all.checkout), undefined)
    })
  }

  test('sees an edit that the clock of the file system does not', async (t) => {
    const { checkout, keep, source } = await given(t)
    const now = new Date()
    await utimes(source, now, now)
    await keep()
    await writeFile(source, 'Source')
    await utimes(source, now, now)
    assert.equal(keptProgram(checkout), undefined)
  })
})
