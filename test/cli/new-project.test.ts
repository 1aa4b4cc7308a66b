// The way of a newcomer: `mintage init`, the choice of the project, and where client ids and secrets are shown.
import assert from 'node:assert/strict'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { typeMintage } from '../harness/mintage-command.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'
import { workflow } from './mintage.ts'

const workflowFile = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

async function serve(t: TestContext, cwd: string, args: readonly string[]) {
  const command: ServingCommand = startCommand(t, [...args, '--port', '0'], { cwd })
  const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await command.until(/^Ready/m)
  return { command, issuer, output: command.output() }
}

describe('E3: mintage init', () => {
  test('makes a project whose next steps work when they are typed', async (t) => {
    const cwd = await makeProject(t, {})
    const made = await typeMintage(['init', 'my-issuer'], cwd)
    assert.equal(made.exitCode, 0, made.stderr)
    const steps = [...made.stdout.matchAll(/^ {2}(?:npx )?mintage (.*)$/gm)].map(([, line = '']) =>
      line.split(' '),
    )
    const [tests = [], dev = [], applications = []] = steps
    const [, email = '', password = ''] = /^ {2}(\S+@\S+) {2}password {2}(\S+)$/m.exec(made.stdout) ?? []

    assert.equal((await typeMintage(tests, cwd)).exitCode, 0)
    const { command, issuer } = await serve(t, cwd, dev)
    const agent = userAgent(issuer)
    const signIn = await agent.submit(await agent.get(`${issuer}/playground`), '/playground/sign-in')
    await agent.submit(signIn, '/sign-in', { identifier: email, password })
    await command.until(/\+ greeting +"Hello"/)
    await writeFile(
      join(cwd, 'my-issuer', workflowFile),
      (await readFile(join(cwd, 'my-issuer', workflowFile), 'utf8')).replace(`'Hello'`, `'Welcome'`),
    )
    await command.until(/^live: /m)

    const shown = await typeMintage(applications, cwd)
    const [, id = ''] = /client id +([0-9a-f]{32})$/m.exec(shown.stdout) ?? []
    const [, secret = ''] = /client secret +([A-Za-z0-9]{40,60})$/m.exec(shown.stdout) ?? []
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: id,
      client_secret: secret,
    })
    const answer = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body })
    assert.equal(
      Reflect.get(Object(await answer.json()), 'error'),
      'invalid_grant',
      'the client is known by them',
    )
    assert.match(command.output(), new RegExp(`^  secret +${secret}$`, 'm'))
  })

  test('overwrites nothing, and completes what is there', async (t) => {
    const cwd = await makeProject(t, { 'package.json': '{ "name": "mine" }', 'kinde.json': '{}' })
    const made = await typeMintage(['init'], cwd)
    assert.equal(made.exitCode, 0, made.stderr)
    assert.equal(await readFile(join(cwd, 'package.json'), 'utf8'), '{ "name": "mine" }')
    assert.equal(await readFile(join(cwd, 'kinde.json'), 'utf8'), '{}')
    await assert.rejects(stat(join(cwd, workflowFile)), { code: 'ENOENT' })
    assert.equal((await stat(join(cwd, 'mintage.yaml'))).mode & 0o777, 0o600)
    const yaml = await readFile(join(cwd, 'mintage.yaml'), 'utf8')

    const again = await typeMintage(['init'], cwd)
    assert.equal(again.exitCode, 2)
    assert.match(again.stderr, /^error\[file_exists\]: .*mintage\.yaml exists already; nothing was written\./)
    assert.equal(await readFile(join(cwd, 'mintage.yaml'), 'utf8'), yaml)
  })
})

describe('E3: the project', () => {
  test('is the one that the folder is in, for every command, and each start says which', async (t) => {
    const cwd = await makeProject(t, {
      'kinde.json': '{}',
      'mintage.yaml': 'applications: { shop: { type: m2m } }',
      [workflowFile]: workflow(''),
    })
    const below = join(cwd, 'kindeSrc')
    for (const name of ['start', 'dev']) {
      const { command, output } = await serve(t, below, [name])
      assert.ok(output.startsWith(`Mintage  the project in ${cwd}\n`), output)
      assert.match(output, /client id +[0-9a-f]{32} +m2m +shop$/m)
      assert.match(output, /^  secret +[A-Za-z0-9]{40,60}$/m)
      assert.ok(output.includes(`data        sqlite ${cwd}/.mintage/mintage.db`), output)
      await command.stop('SIGINT')
    }
    assert.match((await typeMintage(['build'], below)).stdout, /tokensWorkflow\.ts/)
    assert.match(
      (await typeMintage(['applications'], below)).stdout,
      /^shop {2}m2m\n +client id +[0-9a-f]{32}$/m,
    )
    assert.match((await typeMintage(['start', '--dry-run'], below)).stdout, /^Nothing to change/)
  })

  test('is the demo in any other folder, and with --demo', async (t) => {
    const cwd = await makeProject(t, { 'own/kinde.json': '{}' })
    const first = await serve(t, cwd, ['start'])
    assert.match(first.output, /^No project in this folder or above it, so this is the demo\.$/m)
    await first.command.stop()
    assert.match((await typeMintage(['applications'], cwd)).stdout, /^Demo device {2}device$/m)
    const second = await serve(t, join(cwd, 'own'), ['start', '--demo'])
    assert.match(second.output, /^Mintage {2}the demo project$/m)
    assert.doesNotMatch(second.output, /No project in this folder/)
  })

  test('without mintage.yaml says so, and has a playground to try it', async (t) => {
    const cwd = await makeProject(t, { 'kinde.json': '{}', [workflowFile]: workflow('') })
    const { command, issuer, output } = await serve(t, cwd, ['start'])
    assert.match(output, /settings +no mintage\.yaml: people may sign up.*mintage init$/m)
    assert.equal((await fetch(`${issuer}/playground`)).status, 200)
    await command.stop()
    await mkdir(join(cwd, 'other'))
    await writeFile(join(cwd, 'mintage.yaml'), 'prune: true\n')
    const without = await serve(t, cwd, ['start'])
    assert.match(without.output, /playground +off: .*\$\{issuer\}\/playground\/callback in redirectUris$/m)
    assert.doesNotMatch(without.output, /playground_without_application/)
  })
})

test('E3: shows client secrets at a start in development, and on request later', async (t) => {
  const cwd = await makeProject(t, {
    'kinde.json': '{}',
    'mintage.yaml':
      'applications: { web: { type: reg, redirectUris: [http://localhost:1/cb] }, page: { type: spa } }',
  })
  const { command, output } = await serve(t, cwd, ['start', '--data-dir', 'data'])
  await command.stop()
  assert.equal([...output.matchAll(/^  secret +[A-Za-z0-9]{40,60}$/gm)].length, 1)
  const place = ['--data-dir', 'data']
  const listed = await typeMintage(['applications', ...place], cwd)
  assert.match(
    listed.stdout,
    /^web {2}reg\n.*client id.*\n +client secret +kept: --show-secrets shows it\n +redirect +http:\/\/localhost:1\/cb$/m,
  )
  assert.match(listed.stdout, /^page {2}spa\n.*\n +client secret +none: it is public$/m)
  const plain: unknown = JSON.parse((await typeMintage(['applications', '--json', ...place], cwd)).stdout)
  assert.doesNotMatch(JSON.stringify(plain), /clientSecret/)
  const secret = /[A-Za-z0-9]{48}/
  assert.doesNotMatch(listed.stdout, secret)
  assert.match(
    (await typeMintage(['applications', '--show-secrets', '--json', ...place], cwd)).stdout,
    secret,
  )
  await writeFile(join(cwd, 'data/master.key'), `${Buffer.alloc(32, 1).toString('base64')}\n`)
  const wrong = await typeMintage(['applications', '--show-secrets', ...place], cwd)
  assert.match(wrong.stderr, /error\[master_key_wrong\]/)
})
