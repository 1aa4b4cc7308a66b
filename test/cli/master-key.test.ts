// The master key as an operator meets it: a file that others can read, and a database without its key.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { typeMintage } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'

const server = await startPostgres({ after })
const projectFiles = { 'kinde.json': '{ "rootDir": "src" }', 'mintage.yaml': '{}' }
const start = ['start', '--project', '.', '--port', '0']

async function served(t: TestContext, cwd: string, more: readonly string[] = []): Promise<ServingCommand> {
  const command = startCommand(t, [...start, ...more], { cwd })
  await command.until(/^Ready/m)
  return command
}

test('F12: a start warns of a master key that others can read, and says how to fix it', async (t) => {
  const cwd = await makeProject(t, projectFiles)
  await (await served(t, cwd)).stop()
  const key = join(cwd, '.mintage', 'master.key')
  await chmod(key, 0o644)
  const output = (await served(t, cwd)).output()
  assert.match(output, /warn .*master_key_readable_by_others.*mode=644.*chmod 600/)
})

test('F12: production refuses a copy of its master key that others can read', async (t) => {
  const cwd = await makeProject(t, projectFiles)
  await (await served(t, cwd)).stop()
  const file = join(cwd, '.mintage', 'master.key')
  const key = (await readFile(file, 'utf8')).trim()
  await chmod(file, 0o644)
  const production = [...start, '--production', '--issuer', 'https://id.example.com']
  const command = startCommand(t, production, { cwd, env: { MINTAGE_MASTER_KEY: key } })
  await assert.rejects(command.until(/server_ready/), (error: Error) => {
    assert.match(error.message, /setting_insecure/)
    assert.match(error.message, /chmod 600/)
    assert.ok(!error.message.includes(key))
    return true
  })
  await chmod(file, 0o600)
  await startCommand(t, production, { cwd, env: { MINTAGE_MASTER_KEY: key } }).until(/server_ready/)
})

test('F12: no key is made beside a database that has lost its own', async (t) => {
  const cwd = await makeProject(t, projectFiles)
  await (await served(t, cwd)).stop()
  const key = join(cwd, '.mintage', 'master.key')
  await rename(key, join(cwd, 'kept.key'))
  const refused = await typeMintage(start, cwd)
  assert.equal(refused.exitCode, 2)
  assert.match(refused.stderr, /master_key_missing/)
  assert.match(refused.stderr, /Restore that file/)
  assert.equal(existsSync(key), false)
  await rename(join(cwd, 'kept.key'), key)
  await served(t, cwd)
})

test('F12: no key stays beside a Postgres that was encrypted under another one', async (t) => {
  const url = await server.createDatabase()
  const [first, second] = [await makeProject(t, projectFiles), await makeProject(t, projectFiles)]
  const place = ['--database-url', url]
  await (await served(t, first, place)).stop()
  const refused = await typeMintage([...start, ...place], second)
  assert.equal(refused.exitCode, 2)
  assert.match(refused.stderr, /master_key_missing/)
  const key = join(second, '.mintage', 'master.key')
  assert.equal(existsSync(key), false)
  await writeFile(key, await readFile(join(first, '.mintage', 'master.key'), 'utf8'), { mode: 0o600 })
  await served(t, second, place)
})
