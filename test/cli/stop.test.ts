// How a server ends: by a signal, by the end of what started it, and within a bound.
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { repositoryRoot } from '../harness/mintage-command.ts'
import { sendRaw } from '../harness/raw-request.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
/** Makes this Node look like one that has to hand over to the bundled one. */
const olderNode = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process.versions, 'node', { value: '20.0.0' })")}`

/** Without a workflow, which only makes a start longer. */
const emptyProject = { 'kinde.json': '{}' }

async function startServer(t: TestContext, args: readonly string[] = []) {
  const path = await makeProject(t, emptyProject)
  const options = ['--project', '.', '--port', '0', ...args]
  const command = startCommand(t, ['start', ...options], { cwd: path })
  const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await command.until(/^Ready/m)
  return { command, issuer }
}

async function isListening(issuer: string): Promise<boolean> {
  return fetch(`${issuer}/healthz`).then(
    () => true,
    () => false,
  )
}

async function untilGone(issuer: string): Promise<void> {
  while (await isListening(issuer)) await pause(20)
}

/** Starts a server by another program, such as npm; resolves when it serves. */
async function startBy(t: TestContext, program: string, args: readonly string[]) {
  const project = await makeProject(t, emptyProject)
  const options = ['--port', '0', '--project', project, '--data-dir', project]
  const child = spawn(program, [...args, ...options], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ready = Promise.withResolvers<void>()
  let issuer = ''
  const output: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    output.push(line)
    issuer ||= /issuer +(http:\/\/localhost:\d+)$/.exec(line)?.[1] ?? ''
    if (line.startsWith('Ready')) ready.resolve()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text))
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGTERM')
    await exited
    if (issuer !== '') await untilGone(issuer)
  })
  const ended = exited.then(() => assert.fail(`${program} ended: ${output.join('\n')}`))
  await Promise.race([ready.promise, ended])
  ended.catch(() => {})
  return { child, issuer }
}

async function exitOf(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown[]> {
  const exited = once(child, 'exit')
  child.kill(signal)
  return exited
}

describe('F4: SIGTERM', () => {
  test('F4: says that it is not ready while it serves on, closes each connection, then ends', async (t) => {
    const { command, issuer } = await startServer(t, ['--drain-delay', '5'])
    assert.equal((await sendRaw(issuer, { target: '/readyz' })).status, 200)
    const ended = command.stop('SIGTERM')
    await command.until(/^Stopping/m)
    const ready = await sendRaw(issuer, { target: '/readyz', headers: { connection: 'keep-alive' } })
    assert.deepEqual([ready.status, ready.headers.connection], [503, 'close'])
    for (const target of ['/.well-known/openid-configuration', '/api/v1/users', '/playground', '/healthz']) {
      const answer = await sendRaw(issuer, { target, headers: { connection: 'keep-alive' } })
      assert.ok(answer.status < 500, target)
      assert.equal(answer.headers.connection, 'close', target)
    }
    assert.equal(await ended, 0)
    assert.equal(await isListening(issuer), false)
  })

  test('F4: ends at once on Ctrl+C, whatever the delay', async (t) => {
    const { command } = await startServer(t, ['--drain-delay', '3600'])
    assert.equal(await command.stop('SIGINT'), 0)
  })

  test('F4: ends at once on a second signal', async (t) => {
    const { command, issuer } = await startServer(t, ['--drain-delay', '3600'])
    const ended = command.stop('SIGTERM')
    await command.until(/^Stopping/m)
    await command.stop('SIGTERM')
    assert.equal(await ended, null)
    assert.equal(await isListening(issuer), false)
  })

  test('F4: refuses a delay that is not a number of seconds', async (t) => {
    const path = await makeProject(t, {})
    for (const [args, env] of [
      [['--drain-delay', 'soon'], {}],
      [['--drain-delay', '-1'], {}],
      [[], { MINTAGE_DRAIN_DELAY: '5s' }],
      [[], { MINTAGE_DRAIN_DELAY: '86400' }],
    ] as const) {
      const command = startCommand(t, ['start', '--port', '0', ...args], { cwd: path, env })
      await assert.rejects(command.until(/^Ready/m), /error\[usage\]: --drain-delay/)
    }
  })
})

describe('F4: a server whose parent ends', () => {
  for (const [program, args] of [
    ['npm', ['start', '--']],
    ['npx', ['mintage', 'start']],
  ] as const) {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      test(`F4: leaves nothing on its port after ${signal} of ${program}`, async (t) => {
        const { child, issuer } = await startBy(t, program, args)
        await exitOf(child, signal)
        await untilGone(issuer)
      })
    }
  }

  test('F4: leaves nothing on its port after SIGKILL of the launcher', async (t) => {
    const { child, issuer } = await startBy(t, process.execPath, ['--import', olderNode, launcher, 'start'])
    await exitOf(child, 'SIGKILL')
    await untilGone(issuer)
  })

  test('F4: stays when a shell started it in the background and ended', async (t) => {
    const project = await makeProject(t, emptyProject)
    const line = `env -u npm_lifecycle_event -u npm_command ${process.execPath} ${launcher} start --port 0 --project ${project} --data-dir ${project} & echo pid $!`
    const shell = spawn('sh', ['-c', line], { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'inherit'] })
    const pid = Promise.withResolvers<number>()
    const issuer = Promise.withResolvers<string>()
    const ready = Promise.withResolvers<void>()
    createInterface({ input: shell.stdout }).on('line', (text) => {
      const [, id] = /^pid (\d+)$/.exec(text) ?? []
      if (id !== undefined) pid.resolve(Number(id))
      const [, found] = /issuer +(http:\/\/localhost:\d+)$/.exec(text) ?? []
      if (found !== undefined) issuer.resolve(found)
      if (text.startsWith('Ready')) ready.resolve()
    })
    await once(shell, 'exit')
    t.after(async () => {
      process.kill(await pid.promise, 'SIGINT')
      await untilGone(await issuer.promise)
    })
    await ready.promise
    // Longer than it takes to notice that a parent has ended.
    await pause(1_200)
    assert.equal(await isListening(await issuer.promise), true)
  })
})

describe('E7: the launcher on an older Node', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`E7: hands on ${signal} that reaches it alone`, async (t) => {
      const { child, issuer } = await startBy(t, process.execPath, ['--import', olderNode, launcher, 'start'])
      const [code, killedBy] = await exitOf(child, signal)
      assert.deepEqual([code, killedBy], signal === 'SIGHUP' ? [null, 'SIGHUP'] : [0, null])
      assert.equal(await isListening(issuer), false)
    })
  }
})
