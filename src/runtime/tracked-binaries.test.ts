import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { trackedBinaries, writeTrackedBinaries } from './tracked-binaries.ts'

async function temporaryFolder(t: { after(work: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tracked-binaries-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

test('writes the rewritten binaries with their hashes, and a start reads the same bytes from there', async (t) => {
  const folder = join(await temporaryFolder(t), 'engine')
  const hashes = await writeTrackedBinaries(folder)
  assert.deepEqual((await readdir(folder)).toSorted(), Object.keys(hashes).toSorted())
  for (const [file, expected] of Object.entries(hashes)) {
    assert.equal(hash('sha256', await readFile(join(folder, file))), expected)
  }
  assert.deepEqual(await trackedBinaries(folder), await trackedBinaries())
})

test('refuses a shipped binary of which one byte differs', async (t) => {
  const folder = await temporaryFolder(t)
  await writeTrackedBinaries(folder)
  const file = join(folder, 'headers.so')
  const bytes = await readFile(file)
  bytes[100] = (bytes[100] ?? 0) ^ 1
  await writeFile(file, bytes)
  await assert.rejects(trackedBinaries(folder), {
    code: 'internal',
    message: /headers\.so of this package is not the one that this version was tested with/,
  })
})
