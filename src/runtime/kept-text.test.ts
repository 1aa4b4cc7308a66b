import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { keptText } from './kept-text.ts'

const hourAgo = new Date(Date.now() - 3_600_000)
const anHourAndAMinuteAgo = new Date(Date.now() - 3_660_000)

/** Two files that a text is made of, and a count of how often it was. */
async function given(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'kept-text-'))
  t.after(() => rm(folder, { recursive: true }))
  const files = [join(folder, 'a.ts'), join(folder, 'b.ts')] as const
  const write = async (file: string, text: string, at: Date) => {
    await writeFile(file, text)
    await utimes(file, at, at)
  }
  await write(files[0], 'a', hourAgo)
  await write(files[1], 'b', hourAgo)
  const made: string[] = []
  return {
    folder,
    files,
    write,
    made,
    script: (kept: string | undefined = folder) =>
      keptText(
        'name',
        async () => {
          const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('+')
          made.push(text)
          return { text, files }
        },
        kept,
      ),
    kept: join(folder, 'name.json'),
  }
}

describe('a text that was kept', () => {
  test('is used again while its files are the same', async (t) => {
    const { script, made, folder } = await given(t)
    assert.deepEqual([await script(), await script()], ['a+b', 'a+b'])
    assert.deepEqual(made, ['a+b'])
    assert.deepEqual((await readdir(folder)).toSorted(), ['a.ts', 'b.ts', 'name.json'])
  })

  test('is made anew when one of them has changed, also in nothing but its bytes', async (t) => {
    const { script, files, write, made } = await given(t)
    await script()
    await write(files[1], 'c', anHourAndAMinuteAgo)
    assert.deepEqual([await script(), await script()], ['a+c', 'a+c'])
    assert.deepEqual(made, ['a+b', 'a+c'])
  })

  test('is not kept when one of them was written just now, for it may have been edited since it was read', async (t) => {
    const { script, files, write, made } = await given(t)
    await write(files[1], 'c', new Date())
    assert.deepEqual([await script(), await script()], ['a+c', 'a+c'])
    assert.deepEqual(made, ['a+c', 'a+c'])
  })

  for (const [name, change] of [
    ['was cut short', (text: string) => text.slice(0, -20)],
    ['is of another form', () => '{"text":"x"}'],
    ['has another text than it was kept with', (text: string) => text.replace('a+b', 'evil')],
    ['names a file that is gone', (text: string) => text.replace('b.ts', 'gone.ts')],
  ] as const) {
    test(`is made anew when what was kept ${name}`, async (t) => {
      const { script, made, kept } = await given(t)
      await script()
      await writeFile(kept, change(await readFile(kept, 'utf8')))
      assert.equal(await script(), 'a+b')
      assert.equal(made.length, 2)
    })
  }

  test('is made each time where nothing can be kept', async (t) => {
    const { script, made, files } = await given(t)
    assert.deepEqual([await script(files[0]), await script(files[0])], ['a+b', 'a+b'])
    assert.equal(made.length, 2)
  })
})
