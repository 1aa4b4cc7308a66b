import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { makeProject } from '../../test/harness/temp-project.ts'
import { ensureDataFolder } from './data-folder.ts'
import { masterKey, masterKeyFile } from './master-key.ts'

const given = Buffer.alloc(32, 7)
const developing = { masterKey: undefined, isProduction: false, databaseUrl: undefined }

async function bytesOf(settings: Parameters<typeof masterKey>[0]): Promise<Uint8Array> {
  return (await masterKey(settings, (event) => assert.fail(event))).bytes
}

describe('the master key', () => {
  test('is the one that is given, as base64 or base64url', async (t) => {
    const dataDir = await makeProject(t, {})
    for (const encoding of ['base64', 'base64url'] as const) {
      const key = await bytesOf({
        ...developing,
        masterKey: given.toString(encoding),
        isProduction: true,
        dataDir,
      })
      assert.deepEqual(Buffer.from(key), given)
    }
  })

  test('is made on the first start, for its owner alone, and kept', async (t) => {
    const dataDir = join(await makeProject(t, {}), 'data')
    await ensureDataFolder(dataDir)
    const first = await bytesOf({ ...developing, dataDir })
    assert.equal(first.length, 32)
    assert.equal((await stat(join(dataDir, masterKeyFile))).mode & 0o777, 0o600)
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700)
    assert.equal(await readFile(join(dataDir, '.gitignore'), 'utf8'), '*\n')
    assert.deepEqual(await bytesOf({ ...developing, dataDir }), first)
  })

  test('is one for two processes that start at once', async (t) => {
    const dataDir = await makeProject(t, {})
    const keys = await Promise.all(Array.from({ length: 8 }, () => bytesOf({ ...developing, dataDir })))
    assert.equal(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size, 1)
  })

  test('has to be given in production, also when a file is there', async (t) => {
    const dataDir = await makeProject(t, { [masterKeyFile]: given.toString('base64') })
    await assert.rejects(bytesOf({ ...developing, isProduction: true, dataDir }), {
      code: 'master_key_missing',
    })
  })

  for (const [what, text] of [
    ['too short', Buffer.alloc(31).toString('base64')],
    ['too long', Buffer.alloc(33).toString('base64')],
    ['no base64', 'correct horse battery staple'],
  ] as const) {
    test(`is refused when it is ${what}, without being repeated`, async (t) => {
      const dataDir = await makeProject(t, {})
      await assert.rejects(bytesOf({ ...developing, masterKey: text, dataDir }), (error: Error) => {
        assert.equal('code' in error && error.code, 'master_key_invalid')
        assert.ok(!error.message.includes(text))
        return true
      })
      await writeFile(join(dataDir, masterKeyFile), text, { mode: 0o600 })
      await assert.rejects(bytesOf({ ...developing, dataDir }), { code: 'master_key_invalid' })
    })
  }
})
