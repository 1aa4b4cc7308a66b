// docs/guides/client-libraries.md shows the configuration that these tests ran with.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readdir } from 'node:fs/promises'
import { fileNameOf, guideSections } from './harness/guide.ts'
import { applicationSources } from './harness/world.ts'

test('the guide has a section for each library that is tested here', async () => {
  const titles = (await guideSections()).map(({ title }) => fileNameOf(title))
  const files = await readdir(import.meta.dirname)
  const tested = files
    .flatMap((file) => /^(.*)\.test\.ts$/.exec(file)?.[1] ?? [])
    .filter((name) => name !== 'guide')
  assert.deepEqual(titles.toSorted(), tested.toSorted())
})

test('each block of configuration in the guide is part of the application that is tested', async () => {
  for (const { title, code } of await guideSections()) {
    const sources = await applicationSources(fileNameOf(title))
    for (const block of code)
      assert.ok(
        sources.some((source) => lines(source).includes(lines(block))),
        `${title}: ${block}`,
      )
  }
})

/** Indentation aside: a block of the guide may stand deeper in the application. */
function lines(text: string): string {
  return text.trim().replaceAll(/^ +/gm, '')
}
