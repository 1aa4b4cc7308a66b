// A recording holds all that a run needs but the values of its environment; a replay needs no other file.
import assert from 'node:assert/strict'
import { readFile, stat, unlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFolder, smallEvent, steady, workflow, type Folder } from './mintage.ts'

/** `run.json` is the recording. */
const record = (folder: Folder, ...options: readonly string[]) =>
  folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json', '--record', 'run.json', ...options)

test('a recorded run is replayed to the same output, without workflow, event and network', async (t) => {
  let answers = 0
  const server = createServer((_, response) => {
    answers += 1
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ answers }))
  })
  const stop = () => server.close().closeAllConnections()
  t.after(stop)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts':
      workflow(`  const answer = await kinde.fetch('http://127.0.0.1:${address.port}/?key=' + kinde.env.get('KEY').value)
  token.answers = answer.json.answers
  token.id = crypto.randomUUID()
  token.at = Date.now()
  console.log(Math.random())`),
  })
  const secret = ['--secret', 'KEY=s3cr3t-value']
  const recorded = await record(folder, ...secret, '--allow-host', `127.0.0.1:${address.port}`)
  assert.equal(recorded.code, 0, recorded.stderr)
  stop()
  await unlink(join(folder.path, 'tokensWorkflow.ts'))
  await unlink(join(folder.path, 'event.json'))

  const replayed = await folder.mintage('run', '--replay', 'run.json', ...secret)
  assert.equal(steady(replayed.stdout), `${steady(recorded.stdout)}\nreplay: identical\n`)
  assert.equal(replayed.code, 0)
  assert.equal(answers, 1)

  const text = await readFile(join(folder.path, 'run.json'), 'utf8')
  assert.doesNotMatch(text, /s3cr3t-value/)
  assert.equal((await stat(join(folder.path, 'run.json'))).mode & 0o777, 0o600)
})

test('D6: a run that generates keys, signs and encrypts is replayed to the same bytes, also when it moved', async (t) => {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end('{"plan":"pro"}'),
  )
  const stop = () => server.close().closeAllConnections()
  t.after(stop)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': `const atTop = crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
${workflow(`  const text = (bytes: ArrayBuffer) => new Uint8Array(bytes).toBase64()
  const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const ec = await crypto.subtle.generateKey(es256, false, ['sign', 'verify'])
  // Without await: the run moves to another thread and begins again.
  const data = new TextEncoder().encode(kinde.fetch('http://127.0.0.1:${address.port}/').json.plan)
  const signature = await crypto.subtle.sign(es256, ec.privateKey, data)
  token.verified = await crypto.subtle.verify(es256, ec.publicKey, signature, data)
  token.signed = [text(signature), text(await crypto.subtle.sign('HMAC', await atTop, data))]`)}`,
  })
  const recorded = await record(folder, '--allow-host', `127.0.0.1:${address.port}`)
  assert.equal(recorded.code, 0, recorded.stdout + recorded.stderr)
  assert.match(recorded.stdout, /\+ verified +true/)
  stop()
  const replayed = await folder.mintage('run', '--replay', 'run.json')
  assert.equal(steady(replayed.stdout), `${steady(recorded.stdout)}\nreplay: identical\n`)
})

test('a replay without the values of the recorded environment names them', async () => {
  await using folder = await openFolder({ 'event.json': smallEvent, 'tokensWorkflow.ts': workflow('') })
  const environment = ['--env', 'PLAN=pro', '--secret', 'KEY=s3cr3t-value']
  await record(folder, ...environment)
  const { code, stderr } = await folder.mintage('run', '--replay', 'run.json')
  assert.equal(
    stderr,
    `error[usage]: The recorded run had environment variables whose values a recording does not hold: PLAN, KEY.
  help: Give them again: --env PLAN=… --secret KEY=….
`,
  )
  assert.equal(code, 2)
})

test('a replay that gives something else names the first difference and exits 4', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  token.plan = kinde.env.get('PLAN').value`),
  })
  await record(folder, '--env', 'PLAN=pro')
  const { code, stdout } = await folder.mintage('run', '--replay', 'run.json', '--env', 'PLAN=max')
  assert.match(stdout, /\nreplay: differs at accessToken\.after\.plan: recorded "pro", replayed "max"\n$/)
  assert.equal(code, 4)
})

test('a failed and a denied run replay to the same failure and the same denial', async () => {
  for (const [body, code] of [
    [`throw new Error('no')`, 4],
    [`kinde.auth.denyAccess('no')`, 3],
  ] as const) {
    await using folder = await openFolder({
      'event.json': smallEvent,
      'tokensWorkflow.ts': workflow(`  ${body}`),
    })
    const recorded = await record(folder)
    const replayed = await folder.mintage('run', '--replay', 'run.json')
    assert.equal(steady(replayed.stdout), `${steady(recorded.stdout)}\nreplay: identical\n`)
    assert.equal(replayed.stderr, recorded.stderr)
    assert.equal(replayed.code, code)
  }
})

test('a replay is of the same deployment, whatever the order in which the manifest was written', async () => {
  const settings = `name: 'Shape tokens', failurePolicy: { action: 'continue' }, resetClaims: true,`
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  token.tier = 'gold'`, settings),
  })
  const recorded = await folder.mintage(
    'run',
    'tokensWorkflow.ts',
    '--event',
    'event.json',
    '--record',
    'run.json',
  )
  assert.equal(recorded.code, 0, recorded.stderr)
  const replayed = await folder.mintage('run', '--replay', 'run.json')
  assert.match(replayed.stdout, /^replay: identical$/m)
  assert.equal(replayed.code, 0)
})
