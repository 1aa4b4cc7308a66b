// F5: a log that takes nothing more. The server goes on; what was lost is counted, and reported when writing works again.
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { machineToken, managementProject } from '../harness/management-project.ts'
import { repositoryRoot, typeShell } from '../harness/mintage-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { serveProject, tryRefresh } from './served-project.ts'
import { freePort } from '../harness/free-port.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const masterKey = Buffer.alloc(32, 5).toString('base64')

interface Started {
  readonly child: ChildProcess
  readonly issuer: string
  readonly errors: () => string
}

/** `stdout`: a file descriptor, or a pipe that the test may close or not read. `shell` goes before the command. */
async function startServer(
  t: TestContext,
  stdout: number | 'pipe',
  { shell = '', stderr = 'pipe' as number | 'pipe' } = {},
): Promise<Started> {
  const [project, data, port] = [await managementProject(t), await makeProject(t, {}), await freePort()]
  const issuer = `http://localhost:${port}`
  const options = `--production --project ${project} --data-dir ${data} --issuer ${issuer} --port ${port} --log-level debug`
  const child = spawn(
    'sh',
    ['-c', `${shell} MINTAGE_MASTER_KEY=${masterKey} exec ${process.execPath} ${launcher} start ${options}`],
    {
      stdio: ['ignore', stdout, stderr],
    },
  )
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => void (errors += chunk))
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const dead = exited.then(() => assert.fail(`the server ended: ${errors}`))
  dead.catch(() => {})
  await Promise.race([until(() => isReady(issuer)), dead])
  return { child, issuer, errors: () => errors }
}

async function isReady(issuer: string): Promise<boolean> {
  return fetch(`${issuer}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  )
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await pause(20)
}

async function stop(child: ChildProcess): Promise<unknown> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const [code]: unknown[] = await exited
  return code
}

function recordOf(line: string): Record<string, unknown> {
  return JSON.parse(line)
}

describe('F5: a log that takes nothing more', () => {
  test('F5: keeps serving with standard output on a full disk, and says so once on standard error', async (t) => {
    const full = openSync('/dev/full', 'w')
    t.after(() => closeSync(full))
    const { child, issuer, errors } = await startServer(t, full)
    for (let n = 0; n < 20; n += 1) await machineToken(issuer)
    assert.equal(await isReady(issuer), true)
    assert.equal(await stop(child), 0)
    const lines = errors().trim().split('\n')
    assert.equal(lines.length, 1, errors())
    const { level, event, reason } = recordOf(lines[0] ?? '')
    assert.deepEqual([level, event, reason], ['warn', 'log_not_written', 'ENOSPC'])
  })

  test('F5: keeps serving with both outputs on a full disk', async (t) => {
    const full = openSync('/dev/full', 'w')
    t.after(() => closeSync(full))
    const { child, issuer } = await startServer(t, full, { stderr: full })
    await machineToken(issuer)
    assert.equal(await stop(child), 0)
  })

  test('F5: keeps every session with its log on a full disk', async (t) => {
    const { server, sessions, assertNothingLost } = await serveProject(t, { hasFullLog: true })
    for (let round = 0; round < 10; round += 1)
      for (const result of await Promise.all(sessions.map(tryRefresh))) assert.equal(result, 'issued')
    assert.match(server.errorOutput(), /log_not_written/)
    await assertNothingLost()
  })

  test('F5: counts the lines that a file at its limit lost, and reports them when there is room', async (t) => {
    const folder = await makeProject(t, {})
    const file = join(folder, 'log.jsonl')
    const limitBytes = 8_388_608
    await writeFile(file, '')
    await truncate(file, limitBytes - 700)
    const log = openSync(file, 'a')
    t.after(() => closeSync(log))
    const { child, issuer, errors } = await startServer(t, log, { shell: 'ulimit -f 16384;' })
    await until(async () => {
      await machineToken(issuer)
      return errors().includes('log_not_written')
    })
    for (let n = 0; n < 5; n += 1) await machineToken(issuer)
    await truncate(file, 0)
    const written = () => readFile(file, 'utf8')
    await until(async () => (await written()).includes('log_lines_lost'))
    await machineToken(issuer)
    assert.equal(await stop(child), 0)
    const lines = (await written()).trim().split('\n').filter(Boolean).map(recordOf)
    const reports = lines.filter(({ event }) => event === 'log_lines_lost')
    assert.equal(reports.length, 1)
    assert.ok(Number(reports[0]?.['count']) >= 5)
    assert.equal(reports[0]?.['reason'], 'EFBIG')
    assert.equal(lines.at(-1)?.['event'], 'server_stopped')
  })

  test('F5: keeps serving when the reader of its log is gone', async (t) => {
    const { child, issuer, errors } = await startServer(t, 'pipe')
    child.stdout?.destroy()
    await until(async () => {
      await machineToken(issuer)
      return errors().includes('log_not_written')
    })
    assert.equal(recordOf(errors().trim())['reason'], 'EPIPE')
    assert.equal(await isReady(issuer), true)
    assert.equal(await stop(child), 0)
  })

  test('F5: keeps serving when the reader of its log reads nothing, and loses no line of a short pause', async (t) => {
    const { child, issuer } = await startServer(t, 'pipe')
    const requests = 1_500
    for (let n = 0; n < requests; n += 50)
      await Promise.all(Array.from({ length: 50 }, () => fetch(`${issuer}/healthz?${'x'.repeat(200)}`)))
    assert.equal(await isReady(issuer), true)
    let log = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => void (log += chunk))
    const served = () => log.split('\n').filter((line) => line.includes('"path":"/healthz"')).length
    await until(() => served() === requests)
    assert.doesNotMatch(log, /log_lines_lost/)
    assert.equal(await stop(child), 0)
  })
})

describe('F5: a command whose output is lost', () => {
  test('F5: says so and exits 6, without a stack', async () => {
    const line = `${process.execPath} ${launcher} --help > /dev/full`
    const { exitCode, stderr } = await typeShell(line, repositoryRoot)
    assert.equal(exitCode, 6)
    assert.match(stderr, /^error\[output_lost\]: .*ENOSPC/)
    assert.doesNotMatch(stderr, /\n\s+at /)
  })

  test('F5: ends quietly when its reader has enough', async () => {
    const { exitCode, stderr } = await typeShell(
      `${process.execPath} ${launcher} start --help | head -1`,
      repositoryRoot,
    )
    assert.deepEqual([exitCode, stderr], [0, ''])
  })
})
