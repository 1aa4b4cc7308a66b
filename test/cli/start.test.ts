import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { demoProjectDir } from '../../src/app/index.ts'
import { startCommand } from '../harness/serving-command.ts'
import { threadsOf } from '../harness/threads.ts'
import { openFolder, workflow, type Folder } from './mintage.ts'

async function folderOf(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<Folder> {
  const folder = await openFolder(files)
  t.after(() => folder[Symbol.asyncDispose]())
  return folder
}

const workflowFile = 'kindeSrc/environment/workflows/tokensWorkflow.ts'
const masterKey = Buffer.alloc(32, 3).toString('base64')

describe('mintage start', () => {
  test('serves the demo and says where it is, how to get in and what to edit', async (t) => {
    const { path } = await folderOf(t)
    const command = startCommand(t, ['start', '--port', '0'], { cwd: path })
    await command.until(/^Ready in \d+ ms\. Stop with Ctrl\+C\.$/m)
    const [, issuer] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
    assert.equal(
      command
        .output()
        .replaceAll(String(issuer), 'ISSUER')
        .replace(/dep_\w+/, 'dep_ID')
        .replace(/edit +.*demo\//, 'edit        demo/')
        .replaceAll(path, 'FOLDER')
        .replace(/Ready in \d+ ms/, 'Ready in N ms'),
      `Mintage  the demo project

  issuer      ISSUER
  playground  ISSUER/playground
  sign in     ada@example.com  password  sunflower-engine-42
  client id   d3300000000000000000000000000001  reg     Demo web application
  secret      ThisSecretIsForTheDemoOnlyAndStandsInTheOpen01
  client id   d3300000000000000000000000000002  spa     Demo single page application
  client id   d3300000000000000000000000000003  m2m     Demo machine
  secret      ThisSecretIsForTheDemoOnlyAndStandsInTheOpen03
  client id   d3300000000000000000000000000004  device  Demo device
  workflow    demoTokens  user:tokens_generation  dep_ID
  edit        demo/${workflowFile}
  data        sqlite FOLDER/.mintage/demo/mintage.db

No project in this folder or above it, so this is the demo.
Only this machine reaches the demo. Your own project: mintage init DIR

Ready in N ms. Stop with Ctrl+C.
`,
    )
    assert.equal((await fetch(`${issuer}/readyz`)).status, 200)
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
    assert.equal(((await discovery.json()) as { issuer: string }).issuer, issuer)
    assert.equal((await stat(join(path, '.mintage/demo/master.key'))).mode & 0o777, 0o600)
    assert.equal(await command.stop('SIGINT'), 0)
  })

  test('starts again on the same data, with the same keys', async (t) => {
    const { path } = await folderOf(t)
    const keys = async () => {
      const command = startCommand(t, ['start', '--port', '0', '--data-dir', 'data'], { cwd: path })
      const [, issuer] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
      await command.until(/^Ready/m)
      const answer = await (await fetch(`${issuer}/.well-known/jwks`)).text()
      assert.equal(await command.stop('SIGTERM'), 0)
      return answer
    }
    assert.equal(await keys(), await keys())
  })

  test('says which port is taken and what to do, and exits 2', async (t) => {
    const folder = await folderOf(t)
    const taken = createServer().listen(0, 'localhost')
    await once(taken, 'listening')
    t.after(() => void taken.close())
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, stderr } = await folder.mintage('start', '--port', String(port))
    assert.match(
      stderr,
      new RegExp(`^error\\[port_in_use\\]: Port ${port} of localhost is taken by another process\\.`),
    )
    assert.match(stderr, new RegExp(`--port ${port + 1}`))
    assert.equal(code, 2)
  })

  test('serves a project without workflows and without mintage.yaml, and says so', async (t) => {
    const { path } = await folderOf(t, { 'kinde.json': '{}' })
    const command = startCommand(t, ['start', '--project', '.', '--port', '0'], { cwd: path })
    await command.until(
      /workflow +none: No workflows in kindeSrc\/environment\/workflows; tokens hold the default claims$/m,
    )
    assert.equal(await command.stop(), 0)
  })

  test('does not start a project that does not build, and exits 5', async (t) => {
    const folder = await folderOf(t, { 'kinde.json': '{}', [workflowFile]: 'export default function ( {' })
    const { code, stderr } = await folder.mintage('start', '--project', '.', '--port', '0')
    assert.match(stderr, /^error\[workflow_syntax\]: [\s\S]*tokensWorkflow\.ts:1/)
    assert.equal(code, 5)
  })

  test('shows everything that is wrong with mintage.yaml, with its place, and exits 2', async (t) => {
    const folder = await folderOf(t, {
      'kinde.json': '{}',
      'mintage.yaml': 'applications:\n  web:\n    typ: reg\nusers: 1\n',
    })
    const { code, stderr } = await folder.mintage('start', '--project', '.', '--port', '0')
    assert.equal(stderr.match(/^error\[mintage_file_invalid\]/gm)?.length, 3)
    assert.match(stderr, /mintage\.yaml:3:5/)
    assert.equal(code, 2)
  })

  test('refuses to serve the demo to other machines', async (t) => {
    const { code, stderr } = await (await folderOf(t)).mintage('start', '--host', '0.0.0.0')
    assert.match(stderr, /^error\[setting_insecure\]: The demo project is served to this machine alone/)
    assert.equal(code, 2)
  })

  if (process.platform === 'linux')
    test('runs workflows on as many threads as it is given', async (t) => {
      const given = [
        [['--workflow-threads', '3'], {}, 3],
        [[], { MINTAGE_WORKFLOW_THREADS: '1' }, 1],
        [['--workflow-threads', '2'], { MINTAGE_WORKFLOW_THREADS: '1' }, 2],
      ] as const
      for (const [args, env, threads] of given) {
        const { path } = await folderOf(t)
        const command = startCommand(t, ['start', '--port', '0', ...args], { cwd: path, env })
        await command.until(/^Ready in/m)
        assert.equal((await threadsOf('WorkerThread', command.pid)).length, threads)
        await command.stop('SIGINT')
      }
    })

  const wrong: [title: string, args: string[], message: RegExp][] = [
    ['an invalid port', ['--port', '65536'], /--port needs a number from 0 to 65535/],
    ['an issuer with a path', ['--issuer', 'https://a.example/b'], /is not a valid issuer address/],
    [
      'no thread for workflows',
      ['--workflow-threads', '0'],
      /--workflow-threads .* needs a number from 1 to 64/,
    ],
    ['a word for a number of threads', ['--workflow-threads', 'all'], /needs a number from 1 to 64/],
    ['an unknown log level', ['--log-level', 'wran'], /Did you mean warn\?/],
    ['an invalid proxy address', ['--trusted-proxy', 'proxy'], /is not an IP address or CIDR range/],
    ['a folder that is not a project', ['--project', '.'], /project_not_found/],
  ]
  for (const [title, args, message] of wrong) {
    test(`refuses ${title}`, async (t) => {
      const { code, stderr } = await (await folderOf(t)).mintage('start', ...args)
      assert.match(stderr, message)
      assert.ok(code === 2 || code === 5)
    })
  }
})

describe('mintage start --dry-run', () => {
  test('shows what mintage.yaml would make, and leaves nothing behind', async (t) => {
    const folder = await folderOf(t)
    const { code, stdout, stderr } = await folder.mintage('start', '--dry-run')
    assert.equal(stderr, '')
    assert.match(stdout, /^\+ application demo_web/m)
    assert.match(stdout, /^\+ user ada@example\.com/m)
    assert.doesNotMatch(stdout, /sunflower|ThisSecret/)
    assert.equal(code, 0)
    await assert.rejects(stat(join(folder.path, '.mintage')), { code: 'ENOENT' })
  })

  test('shows what a start would change of a database that is there', async (t) => {
    const folder = await folderOf(t)
    const project = join(folder.path, 'project')
    await cp(demoProjectDir, project, { recursive: true })
    const issuer = ['--issuer', 'http://localhost:4000']
    const command = startCommand(t, ['start', '--project', project, '--port', '0', ...issuer], {
      cwd: folder.path,
    })
    await command.until(/^Ready/m)
    await command.stop()
    const plan = async () =>
      (await folder.mintage('start', '--project', project, '--dry-run', ...issuer)).stdout
    assert.equal(await plan(), 'Nothing to change: the directory is what mintage.yaml says.\n')
    const file = join(project, 'mintage.yaml')
    await writeFile(file, (await readFile(file, 'utf8')).replace('name: Reports\n', 'name: All reports\n'))
    assert.match(await plan(), /^~ API .* name$/im)
  })
})

describe('mintage start --production', () => {
  test('logs JSON, one document on each line, and offers no playground', async (t) => {
    const { path } = await folderOf(t, {
      'kinde.json': '{}',
      [workflowFile]: workflow(''),
      'mintage.yaml': 'users:\n  - email: a@example.com\n    password: canary-horse-battery\n',
    })
    const issuer = 'https://id.example.com'
    const args = ['start', '--production', '--project', '.', '--port', '0', '--issuer', issuer]
    const command = startCommand(t, args, { cwd: path, env: { MINTAGE_MASTER_KEY: masterKey } })
    const [line] = await command.until(/^.*"event":"server_ready".*$/m)
    const ready = JSON.parse(line) as { issuer: string; port: number; deployments: string[] }
    assert.equal(ready.issuer, issuer)
    assert.equal(ready.deployments.length, 1)
    assert.equal((await fetch(`http://localhost:${ready.port}/playground`)).status, 404)
    assert.equal(await command.stop(), 0)
    const lines = command
      .output()
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as { event: string })
    assert.deepEqual(
      lines.map(({ event }) => event),
      ['secrets_in_project_file', 'mail_not_configured', 'server_ready', 'server_stopping', 'server_stopped'],
    )
    assert.match(command.output(), /"places":\["users\.0\.password"\]/)
    assert.doesNotMatch(command.output(), /canary/)
    assert.ok(!command.output().includes(masterKey))
  })

  const refused: [what: string, args: string[], env: Record<string, string>, code: string][] = [
    ['the demo project', [], { MINTAGE_MASTER_KEY: masterKey }, 'setting_insecure'],
    [
      'a start without a master key',
      ['--project', '.', '--issuer', 'https://a.example'],
      {},
      'master_key_missing',
    ],
    [
      'an issuer by http',
      ['--project', '.', '--issuer', 'http://a.example'],
      { MINTAGE_MASTER_KEY: masterKey },
      'setting_insecure',
    ],
  ]
  for (const [what, args, env, code] of refused) {
    test(`F12: refuses ${what}, as one record of the log`, async (t) => {
      const { path } = await folderOf(t, { 'kinde.json': '{}' })
      const command = startCommand(t, ['start', '--production', '--port', '0', ...args], { cwd: path, env })
      await assert.rejects(command.until(/server_ready/))
      const record = JSON.parse(command.output()) as Record<string, string>
      assert.deepEqual(
        [record['level'], record['event'], record['errorCode']],
        ['error', 'start_failed', code],
      )
      assert.ok(record['message'] && record['hint'])
      assert.equal(command.errorOutput(), '')
    })
  }

  const broken: readonly (readonly [what: string, yaml: string, args: readonly string[], code: string])[] = [
    ['a mintage.yaml with mistakes', 'applications: 3\nusers: 3\n', [], 'mintage_file_invalid'],
    [
      'a database that cannot be reached',
      '',
      ['--database-url', 'postgres://a:canary@127.0.0.1:1/b'],
      'store_unavailable',
    ],
    ['an option that does not exist', '', ['--prt', '1'], 'usage'],
  ]
  for (const [what, yaml, args, code] of broken) {
    test(`F12: reports ${what} as a record of the log`, async (t) => {
      const files = { 'kinde.json': '{}', [workflowFile]: workflow(''), 'mintage.yaml': yaml }
      const { path } = await folderOf(t, files)
      const given = [
        '--production',
        '--port',
        '0',
        '--project',
        '.',
        '--issuer',
        'https://a.example',
        ...args,
      ]
      const command = startCommand(t, ['start', ...given], {
        cwd: path,
        env: { MINTAGE_MASTER_KEY: masterKey },
      })
      const ended = await command.until(/server_ready/).then(() => 'it started', String)
      assert.match(command.output(), /"start_failed"/, ended)
      const records = command.output().trim().split('\n')
      const record = JSON.parse(records.at(-1) ?? '') as Record<string, string>
      assert.deepEqual([record['event'], record['errorCode']], ['start_failed', code], command.output())
      assert.doesNotMatch(command.output(), /canary|\bat .*\.ts:/)
      assert.equal(command.errorOutput(), '')
    })
  }
})
