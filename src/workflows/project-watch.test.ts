import assert from 'node:assert/strict'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { makeProject } from '../../test/harness/temp-project.ts'
import { watchProject } from './project-watch.ts'

/** What was handled, one after the other; `during` stands for the work that a change causes. */
function handled(t: TestContext, dir: string, during: () => Promise<void> = async () => {}) {
  const seen: (readonly string[])[] = []
  const waiting: (() => void)[] = []
  const watch = watchProject(dir, {
    onChange: async (files) => {
      await during()
      seen.push(files)
      for (const wake of waiting.splice(0)) wake()
    },
    onError: (error) => assert.fail(String(error)),
  })
  t.after(() => watch.close())
  const until = async (isReached: () => boolean) => {
    while (!isReached()) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return { seen, until, watch }
}

describe('watchProject', () => {
  test('has a burst of changes handled, with the names of the files', async (t) => {
    const dir = await makeProject(t, { 'kinde.json': '{}', 'kindeSrc/a.ts': '' })
    const { seen, until } = handled(t, dir)
    await writeFile(join(dir, 'kindeSrc/a.ts'), '1')
    await writeFile(join(dir, 'mintage.yaml'), '')
    await until(() => seen.flat().includes('kindeSrc/a.ts') && seen.flat().includes('mintage.yaml'))
  })

  test('sees a file that an editor puts in the place of the old one, and one in a new folder', async (t) => {
    const dir = await makeProject(t, { 'kindeSrc/a.ts': '' })
    const { seen, until } = handled(t, dir)
    await writeFile(join(dir, 'kindeSrc/a.ts.new'), '1')
    await rename(join(dir, 'kindeSrc/a.ts.new'), join(dir, 'kindeSrc/a.ts'))
    await until(() => seen.flat().includes('kindeSrc/a.ts'))
    await mkdir(join(dir, 'kindeSrc/lib'))
    await writeFile(join(dir, 'kindeSrc/lib/b.ts'), '1')
    await until(() => seen.flat().some((file) => file.startsWith('kindeSrc/lib')))
  })

  test('sees each of many saves by rename, also from a hidden file', async (t) => {
    const dir = await makeProject(t, { 'mintage.yaml': '' })
    const { seen, until } = handled(t, dir)
    for (const [save, draft] of ['.mintage.yaml.1', '.mintage.yaml.2', 'sedA1b2'].entries()) {
      await writeFile(join(dir, draft), String(save))
      await rename(join(dir, draft), join(dir, 'mintage.yaml'))
      await until(() => seen.flat().filter((file) => file === 'mintage.yaml').length > save)
    }
  })

  test('sees a change in a folder that was put in the place of another', async (t) => {
    const dir = await makeProject(t, { 'kindeSrc/a.ts': '', 'next/a.ts': '', 'next/deep/b.ts': '' })
    const { seen, until } = handled(t, dir)
    await rename(join(dir, 'kindeSrc'), join(dir, 'former'))
    await rename(join(dir, 'next'), join(dir, 'kindeSrc'))
    await until(() => seen.flat().includes('next'))
    await writeFile(join(dir, 'kindeSrc/deep/b.ts'), '1')
    await until(() => seen.flat().includes(join('kindeSrc', 'deep', 'b.ts')))
  })

  test('does not watch dependencies and hidden folders', async (t) => {
    const dir = await makeProject(t, { 'node_modules/x/a.js': '', '.mintage/db': '', 'a.ts': '' })
    const { seen, until } = handled(t, dir)
    await writeFile(join(dir, 'node_modules/x/a.js'), '1')
    await writeFile(join(dir, '.mintage/db'), '1')
    await writeFile(join(dir, 'a.ts'), '1')
    await until(() => seen.flat().includes('a.ts'))
    assert.deepEqual([...new Set(seen.flat())], ['a.ts'])
  })

  test('has what changes during a handling handled after it, never beside it', async (t) => {
    const dir = await makeProject(t, { 'a.ts': '', 'b.ts': '' })
    let running = 0
    const { seen, until } = handled(t, dir, async () => {
      assert.equal(++running, 1)
      if (!seen.flat().includes('b.ts')) await writeFile(join(dir, 'b.ts'), '1')
      await Promise.resolve()
      running--
    })
    await writeFile(join(dir, 'a.ts'), '1')
    await until(() => seen.flat().includes('b.ts'))
  })

  test('handles nothing after it is closed, and waits for what is under way', async (t) => {
    const dir = await makeProject(t, { 'a.ts': '' })
    const began = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const { seen, watch } = handled(t, dir, () => {
      began.resolve()
      return mayEnd.promise
    })
    await writeFile(join(dir, 'a.ts'), '1')
    await began.promise
    await writeFile(join(dir, 'a.ts'), '2')
    const closing = watch.close()
    mayEnd.resolve()
    await closing
    assert.equal(seen.length, 1)
  })
})
