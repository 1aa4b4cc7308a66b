import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { exitCodes } from '../../src/cli/index.ts'
import { openFolder, steady, workflow } from './mintage.ts'

describe('mintage', () => {
  test('shows its commands with --help and exits 0', async () => {
    await using folder = await openFolder()
    const { code, stdout } = await folder.mintage('--help')
    assert.equal(
      stdout,
      `Mintage: the OpenID Provider that you program in TypeScript.

usage: mintage COMMAND [options]

commands:
  init           Create a project: a workflow, mintage.yaml, and the files that an editor needs.
  start          Start the issuer of the project that this folder is in, else of the demo.
  dev            Start the server, apply each edit of the project, and show each invocation.
  run            Run workflow files against an event in the sandbox and show both tokens before and after.
  rehearse       Show what a project would do for the users of a server, without issuing anything.
  replay         Run recorded invocations again and show what would have been issued differently.
  build          Build every workflow of the project and show what would be deployed.
  types          Write TypeScript types, or a JSON Schema, of the tokens that are minted.
  test           Run the tests of the workflows: *.workflow.test.ts, on the production engine.
  users          List, show, create, suspend and delete users, and reset their passwords.
  organizations  List, show, create and delete organizations, and list their members.
  applications   List, show, create and delete applications; show and rotate client secrets.
  sessions       List the sessions of a user, or end them all.
  webhooks       List webhooks and their deliveries, and send deliveries again.
  audit          Show the audit log: sign-ins, refused tries, and each change with who made it.
  deploy         Build the project and make it what a running server runs.
  deployments    Show the deployments of a server, and which one is live.
  activate       Make a deployment live, on every server within a second.
  rollback       Make live what was live before; another time, it goes further back.
  preview        Let single sign-ins use a deployment that is not live, behind a password.
  canary         Make the canary live, or withdraw it.
  shadow         Run a deployment beside the live one, and report what it would change.
  logs           Show recorded invocations.
  keys           Show, rotate and retire the keys that sign tokens.
  import         Bring users and organizations from Kinde, Auth0, a table or another Mintage into the database.
  export         Write everything to a folder: mintage.yaml, workflows, users. The server may run.
  backup         Write the whole database to one file. The server may run.
  restore        Create a database from a backup. The server must not run.
  secrets        Replace the master key; the server must not run.

mintage help COMMAND shows the options of a command; mintage --version the version.
`,
    )
    assert.equal(code, 0)
  })

  test('shows the same on the error stream without a command, and exits 2', async () => {
    await using folder = await openFolder()
    const { code, stdout, stderr } = await folder.mintage()
    assert.match(stderr, /^Mintage: the OpenID Provider/)
    assert.equal(stdout, '')
    assert.equal(code, 2)
  })

  test('shows its version', async () => {
    await using folder = await openFolder()
    const { stdout } = await folder.mintage('--version')
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  })

  test('shows the options and examples of a command with --help', async () => {
    await using folder = await openFolder()
    const { code, stdout } = await folder.mintage('run', '--help')
    assert.match(stdout, /^usage: mintage run FILE…\|DIR --event EVENT\.json \[options\]\n/)
    assert.match(stdout, /\n {2}--limit NAME=VALUE +Change a limit of the run.*May be given several times\./)
    assert.match(stdout, /\nexamples:\n {2}mintage run /)
    assert.equal(code, 0)
  })

  test('E7: shows the same help by mintage help COMMAND, and the nearest command for a wrong one', async () => {
    await using folder = await openFolder()
    const names = [...(await folder.mintage('--help')).stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(
      ([, name = '']) => name,
    )
    assert.ok(names.length > 7)
    for (const name of names) {
      const help = await folder.mintage('help', name)
      assert.deepEqual([help.code, help.stderr], [0, ''])
      assert.ok(help.stdout.startsWith(`usage: mintage ${name}`), help.stdout)
      assert.equal(help.stdout, (await folder.mintage(name, '--help')).stdout)
    }
    const wrong = await folder.mintage('help', 'stat')
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /There is no command “stat”\.\n +help: Did you mean mintage start\?/)
  })

  test('E7: takes several trusted proxies, by options and by commas', async () => {
    await using folder = await openFolder({ 'kinde.json': '{}' })
    const proxies = ['--trusted-proxy', '192.0.2.1', '--trusted-proxy', '192.0.2.2,10.0.0.0/8']
    assert.equal((await folder.mintage('start', '--dry-run', ...proxies)).code, 0)
    assert.match(
      (await folder.mintage('start', '--help')).stdout,
      /--trusted-proxy ADDRESS +Trust .*several by commas\. May be given several times\./,
    )
  })

  test('has exit codes that are documented, each with its meaning', async () => {
    const text = await readFile(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8')
    const documented = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    assert.deepEqual(documented, Object.values(exitCodes))
  })
})

const folderOf = 'kindeSrc/environment/workflows'

describe('mintage build', () => {
  test('shows what would be deployed', async () => {
    await using folder = await openFolder({
      'kinde.json': '{}',
      [`${folderOf}/tokensWorkflow.ts`]: workflow(''),
    })
    const { code, stdout, stderr } = await folder.mintage('build', '--strict-bindings')
    assert.equal(stderr, '')
    assert.equal(
      steady(stdout).replace(/\d+ bytes/, 'N bytes'),
      `tokens
  trigger     user:tokens_generation
  file        kindeSrc/environment/workflows/tokensWorkflow.ts
  deployment  dep_ID
  bundle      N bytes
  bindings    kinde.fetch, kinde.env, kinde.accessToken, kinde.idToken, kinde.auth
`,
    )
    assert.equal(code, 0)
  })

  test('shows everything that is wrong, and exits 5', async () => {
    await using folder = await openFolder({
      'kinde.json': '{}',
      [`${folderOf}/oneWorkflow.ts`]: workflow(''),
      [`${folderOf}/twoWorkflow.ts`]: workflow(''),
    })
    const { code, stdout, stderr } = await folder.mintage('build')
    assert.match(stderr, /error\[trigger_taken\]: More than one workflow assigned to this trigger/)
    assert.match(stderr, /error\[workflow_id_duplicate\]: Duplicate workflow ID/)
    assert.equal(stdout, '')
    assert.equal(code, 5)
  })

  test('says where it looked when there is no project, and exits 5', async () => {
    await using folder = await openFolder()
    const { code, stderr } = await folder.mintage('build')
    assert.match(stderr, /^error\[project_not_found\]: could not find kinde\.json in /)
    assert.equal(code, 5)
  })
})
