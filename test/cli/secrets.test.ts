// `mintage secrets rotate` as an operator types it: another master key, and everything still opens.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { resealDatabase } from '../../src/store/index.ts'
import { History } from '../harness/history.ts'
import { typeMintage } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { Client, codeOf, tokensOf } from '../reliability/client.ts'
import { projectFiles } from '../reliability/project.ts'

const person = { id: 'kp_1', email: 'one@example.com', password: 'correct horse battery staple' }
const postgres = await startPostgres({ after })
const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))

/** A project that was served once: its database has keys, secrets and a session. `refresh` goes on with that session. */
async function served(t: TestContext, place: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cwd = await makeProject(t, projectFiles([person]))
  let origin = ''
  const start = async (variables = env) => {
    const args = ['start', '--project', '.', '--port', '0', ...place]
    const isEmbedded = place.length === 0
    const replayed = isEmbedded && { replayedData: '.mintage' }
    const server = startCommand(t, args, { cwd, env: variables, ...replayed })
    origin = (await server.until(/issuer +(http:\/\/localhost:\d+)$/m))[1] ?? ''
    await server.until(/^Ready/m)
    return server
  }
  const server = await start()
  const client = new Client({ name: 'one', history: new History(), origin: () => origin })
  let { refreshToken } = tokensOf(await client.redeem(codeOf(await client.signIn(person))))
  return {
    cwd,
    server,
    start,
    key: join(cwd, '.mintage', 'master.key'),
    async refresh() {
      refreshToken = tokensOf(await client.refresh(refreshToken)).refreshToken
    },
  }
}

async function run(cwd: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await typeMintage(args, cwd)
  assert.equal(exitCode, 0, stderr)
  return stdout
}

async function refused(cwd: string, code: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await typeMintage(args, cwd)
  assert.equal(exitCode, 2, stderr)
  assert.equal(stdout, '')
  assert.match(stderr, new RegExp(`^error\\[${code}\\]`))
  assert.match(stderr, /help: /)
  return stderr
}

/** As a shell that exports the master key. */
async function runWithKey(cwd: string, masterKey: string, ...args: readonly string[]) {
  const line = [`MINTAGE_MASTER_KEY=${masterKey}`, process.execPath, launcher, ...args]
  const child = spawn('env', line, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => void chunks.push(chunk))
  const [exitCode]: unknown[] = await once(child, 'close')
  return { exitCode, output: Buffer.concat(chunks).toString('utf8') }
}

describe('mintage secrets rotate', () => {
  test('changes the master key of an embedded database, and sessions and secrets go on', async (t) => {
    const { cwd, server, start, refresh, key } = await served(t, [])
    const old = await readFile(key, 'utf8')
    await refused(cwd, 'database_in_use', 'secrets', 'rotate')
    await server.stop()
    await run(cwd, 'backup', 'before.gz')
    const said = await run(cwd, 'secrets', 'rotate')
    assert.match(said, /^Encrypted \d+ values under a new master key/)
    assert.match(said, /Make a backup now/)
    assert.notEqual(await readFile(key, 'utf8'), old)
    assert.equal((await stat(key)).mode & 0o777, 0o600)
    const again = await start()
    await refresh()
    await again.stop()

    // An earlier backup opens with the old key, which the command kept.
    const files = await readdir(join(cwd, '.mintage'))
    const kept = files.find((name) => name.startsWith('master.key.until-')) ?? ''
    assert.equal(await readFile(join(cwd, '.mintage', kept), 'utf8'), old)
    const restore = ['restore', 'before.gz', '--data-dir', 'restored']
    await mkdir(join(cwd, 'restored'), { mode: 0o700 })
    await copyFile(key, join(cwd, 'restored', 'master.key'))
    await refused(cwd, 'master_key_wrong', ...restore)
    await copyFile(join(cwd, '.mintage', kept), join(cwd, 'restored', 'master.key'))
    await run(cwd, ...restore)
  })

  test('is killed once the new key is on the disk, and is finished by the same command', async (t) => {
    const { cwd, server, start, refresh, key } = await served(t, [])
    await server.stop()
    const child = spawn(process.execPath, [launcher, 'secrets', 'rotate'], { cwd, stdio: 'ignore' })
    const closed = once(child, 'close')
    while (!existsSync(`${key}.next`) && child.exitCode === null) await setTimeout(1)
    child.kill('SIGKILL')
    await closed
    const said = await run(cwd, 'secrets', 'rotate')
    assert.match(said, /under (?:a new|the new) master key/)
    assert.equal(existsSync(`${key}.next`), false)
    await start()
    await refresh()
  })

  test('is killed after its commit and before the new key has its place: says how to go on, and goes on', async (t) => {
    const { cwd, server, start, refresh, key } = await served(t, [])
    await server.stop()
    const from = Buffer.from((await readFile(key, 'utf8')).trim(), 'base64')
    const to = Buffer.alloc(32, 7)
    await writeFile(`${key}.next`, `${to.toString('base64')}\n`, { mode: 0o600 })
    const file = join(cwd, '.mintage', 'mintage.db')
    await resealDatabase({ location: { kind: 'sqlite', file }, from, to, nowMs: Date.now() })
    assert.match(await refused(cwd, 'master_key_wrong', 'keys', 'list'), /mintage secrets rotate/)
    assert.match(await run(cwd, 'secrets', 'rotate'), /under the new master key already/)
    assert.equal((await readFile(key, 'utf8')).trim(), to.toString('base64'))
    await start()
    await refresh()
  })

  test('writes the new key to a file when the old one comes from the environment, on Postgres', async (t) => {
    const url = await postgres.createDatabase()
    const old = Buffer.alloc(32, 5).toString('base64')
    const { cwd, server, start, refresh } = await served(t, ['--database-url', url], {
      MINTAGE_MASTER_KEY: old,
    })
    const rotate = ['secrets', 'rotate', '--database-url', url]
    assert.match((await runWithKey(cwd, old, ...rotate)).output, /error\[usage\].*new-key-file/s)
    const withFile = [...rotate, '--new-key-file', 'new.key', '--json']
    assert.match((await runWithKey(cwd, old, ...withFile)).output, /database_in_use/)
    await server.stop()
    const { exitCode, output } = await runWithKey(cwd, old, ...withFile)
    assert.equal(exitCode, 0, output)
    const report = z.object({ values: z.number().min(5), keyFile: z.string(), oldKeyFile: z.null() })
    const { keyFile } = report.parse(JSON.parse(output))
    const MINTAGE_MASTER_KEY = (await readFile(keyFile, 'utf8')).trim()
    assert.ok(!output.includes(MINTAGE_MASTER_KEY))
    await start({ MINTAGE_MASTER_KEY })
    await refresh()
  })

  test('says what is wrong with a command, and changes nothing', async (t) => {
    const { cwd, server, key } = await served(t, [])
    await server.stop()
    const before = await readFile(key, 'utf8')
    for (const args of [[], ['list'], ['rotate', '--new-key-file', 'x']])
      await refused(cwd, 'usage', 'secrets', ...args)
    assert.equal(await readFile(key, 'utf8'), before)
    assert.equal(existsSync(join(cwd, 'x')), false)
    await refused(cwd, 'file_unreadable', 'secrets', 'rotate', '--data-dir', 'nowhere')
  })
})
