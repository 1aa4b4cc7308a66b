// What Mintage publishes, the ids, secrets and passwords of its demo and its documentation, opens nothing of anyone's own issuer.
import assert from 'node:assert/strict'
import { cp, glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { demoProjectDir } from '../../src/app/index.ts'
import { repositoryRoot, typeMintage } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'

const masterKey = Buffer.alloc(32, 3).toString('base64')
const machine = {
  client_id: 'd3300000000000000000000000000003',
  client_secret: 'ThisSecretIsForTheDemoOnlyAndStandsInTheOpen03',
}
const ownFiles = { 'own/kinde.json': '{}', 'own/mintage.yaml': 'applications: { shop: { type: m2m } }\n' }
const everyRecord = [
  'application d3300000000000000000000000000001 (Demo web application)',
  'application d3300000000000000000000000000002 (Demo single page application)',
  'application d3300000000000000000000000000003 (Demo machine)',
  'application d3300000000000000000000000000004 (Demo device)',
  'environment variable KINDE_WF_M2M_CLIENT_SECRET',
  'user kp_ada',
  'user kp_charles',
]
const production = ['--production', '--issuer', 'https://id.example.com', '--port', '0']

interface Served {
  readonly command: ServingCommand
  readonly issuer: string
}

async function serve(t: TestContext, cwd: string, args: readonly string[]): Promise<Served> {
  const command = startCommand(t, ['start', '--port', '0', ...args], {
    cwd,
    env: { MINTAGE_MASTER_KEY: masterKey },
  })
  const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await command.until(/^Ready/m)
  return { command, issuer }
}

/** What the demo's machine gets at the management API's audience: the status and the error. */
async function machineToken({ issuer }: Served): Promise<readonly [number, unknown]> {
  const body = new URLSearchParams({
    ...machine,
    grant_type: 'client_credentials',
    audience: `${issuer}/api`,
  })
  const answer = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body })
  return [answer.status, Reflect.get(Object(await answer.json()), 'error')]
}

/** The record with which production refuses to start. */
async function refusal(
  t: TestContext,
  cwd: string,
  args: readonly string[],
): Promise<Record<string, string>> {
  const env = { MINTAGE_MASTER_KEY: masterKey, WEB_SECRET: machine.client_secret }
  const command = startCommand(t, ['start', ...production, ...args], { cwd, env })
  await assert.rejects(command.until(/server_ready/))
  return z.record(z.string(), z.any()).parse(JSON.parse(command.output().trim().split('\n').at(-1) ?? ''))
}

describe('E1: the demo’s secrets', () => {
  test('open nothing of a project that starts in the same folder', async (t) => {
    const cwd = await makeProject(t, ownFiles)
    const demo = await serve(t, cwd, [])
    assert.match(demo.command.output(), /data +sqlite .*\/\.mintage\/demo\/mintage\.db$/m)
    assert.equal((await machineToken(demo))[0], 200)
    await demo.command.stop()

    const own = await serve(t, cwd, ['--project', 'own'])
    assert.match(own.command.output(), /data +sqlite .*\/\.mintage\/mintage\.db$/m)
    assert.deepEqual(await machineToken(own), [401, 'invalid_client'])
    assert.doesNotMatch(own.command.output(), /published_credentials/)
    await own.command.stop()

    const env = { MINTAGE_MASTER_KEY: masterKey }
    const command = startCommand(t, ['start', ...production, '--project', 'own'], { cwd, env })
    await command.until(/server_ready/)
  })

  for (const kind of ['SQLite', 'Postgres'] as const) {
    test(`are found in a ${kind} database where the demo ran: development warns, production refuses`, async (t) => {
      const cwd = await makeProject(t, ownFiles)
      const place =
        kind === 'SQLite'
          ? ['--data-dir', 'data']
          : ['--database-url', await (await startPostgres(t)).createDatabase()]
      await (await serve(t, cwd, place)).command.stop()

      const own = await serve(t, cwd, ['--project', 'own', ...place])
      await own.command.stop()
      const [warning = ''] = /^.*published_credentials.*$/m.exec(own.command.output()) ?? []
      for (const record of everyRecord) assert.ok(warning.includes(record), `${record} in ${warning}`)

      const record = await refusal(t, cwd, ['--project', 'own', ...place])
      assert.deepEqual([record['event'], record['errorCode']], ['start_failed', 'published_credentials'])
      for (const each of everyRecord) assert.ok(record['message']?.includes(each), record['message'])
      assert.match(record['hint'] ?? '', /--data-dir.*--database-url.*prune/)
      assert.doesNotMatch(JSON.stringify(record), /StandsInTheOpen|engine-42/)

      await writeFile(
        join(cwd, 'own/mintage.yaml'),
        `applications: { shop: { type: m2m } }
prune: true
users:
  - { email: ada@example.com, password: a password of her own }
  - { email: charles@example.com, password: a password of his own }
`,
      )
      const mended = startCommand(t, ['start', ...production, '--project', 'own', ...place], {
        cwd,
        env: { MINTAGE_MASTER_KEY: masterKey },
      })
      await mended.until(/server_ready/)
    })
  }

  test('are refused with their lines in a project that was copied from the demo', async (t) => {
    const cwd = await makeProject(t, {})
    await cp(demoProjectDir, join(cwd, 'own'), { recursive: true })
    const record = await refusal(t, cwd, ['--project', 'own'])
    assert.equal(record['errorCode'], 'published_credentials')
    assert.match(record['at'] ?? '', /mintage\.yaml:\d+:\d+$/)
    assert.match(record['message'] ?? '', /applications\.demo_web\.clientId: the id d33.*01 is published/)
    const others = String(record['moreProblems'])
    assert.match(
      others,
      /demo_web\.clientSecret.*demo_m2m\.clientSecret.*users\.0\.password.*users\.1\.password/,
    )
    assert.match(others, /environmentVariables\.KINDE_WF_M2M_CLIENT_SECRET\.value/)
    assert.match((await serve(t, cwd, ['--project', 'own'])).command.output(), /warn +published_credentials/)
  })

  test('are refused in mintage.yaml when they come from the environment, or from the documentation', async (t) => {
    for (const secret of ['${env:WEB_SECRET}', 'ThisSecretIsForTheTestsAndStandsInTheOpen0005']) {
      const yaml = `applications: { web: { type: reg, clientSecret: '${secret}' } }\n`
      const cwd = await makeProject(t, { 'kinde.json': '{}', 'mintage.yaml': yaml })
      const record = await refusal(t, cwd, ['--project', '.'])
      assert.equal(record['errorCode'], 'published_credentials')
      assert.match(record['message'] ?? '', /applications\.web\.clientSecret/)
    }
  })

  test('are reported after a backup of the demo was restored', async (t) => {
    const cwd = await makeProject(t, ownFiles)
    await (await serve(t, cwd, [])).command.stop()
    await writeFile(join(cwd, '.mintage/demo/master.key'), `${masterKey}\n`, { mode: 0o600 })
    await writeFile(join(cwd, '.mintage/master.key'), `${masterKey}\n`, { mode: 0o600 })
    assert.equal((await typeMintage(['backup', 'demo.gz'], cwd)).exitCode, 0)
    const restored = await typeMintage(['restore', 'demo.gz'], cwd)
    assert.equal(restored.exitCode, 0, restored.stderr)
    assert.match(restored.stderr, /^warning: The backup has ids, secrets or passwords.*user kp_ada/m)
    assert.equal((await refusal(t, cwd, ['--project', 'own']))['errorCode'], 'published_credentials')
  })

  test('are not written into a database of another project', async (t) => {
    const cwd = await makeProject(t, ownFiles)
    await (await serve(t, cwd, ['--project', 'own'])).command.stop()
    const env = { MINTAGE_MASTER_KEY: masterKey }
    const command = startCommand(t, ['start', '--port', '0', '--data-dir', '.mintage'], { cwd, env })
    await assert.rejects(command.until(/^Ready/m))
    assert.match(
      command.errorOutput(),
      /error\[setting_insecure\]: The database holds records that are not the demo’s/,
    )
  })

  test('stay on this machine by whichever path the demo is named', async (t) => {
    const cwd = await makeProject(t, {})
    const { exitCode, stderr } = await typeMintage(
      ['start', '--project', demoProjectDir, '--host', '0.0.0.0'],
      cwd,
    )
    assert.equal(exitCode, 2)
    assert.match(stderr, /error\[setting_insecure\]: The demo project is served to this machine alone/)
  })

  test('say where an earlier version kept the demo, and stay usable there', async (t) => {
    const cwd = await makeProject(t, {})
    await (await serve(t, cwd, ['--data-dir', '.mintage'])).command.stop()
    const first = await serve(t, cwd, [])
    assert.match(first.command.output(), /An earlier version kept it in \.mintage\/mintage\.db/)
    await first.command.stop()
    const second = await serve(t, cwd, [])
    assert.doesNotMatch(second.command.output(), /earlier version/)
    await second.command.stop()
    await serve(t, cwd, ['--data-dir', '.mintage'])
  })
})

test('E1: recognizes every secret of the demo and of the documentation', async () => {
  const demo = z
    .looseObject({
      applications: z.record(z.string(), z.looseObject({ clientId: z.string() })),
      users: z.array(z.looseObject({ id: z.string(), password: z.string() })),
    })
    .parse(parse(await readFile(join(demoProjectDir, 'mintage.yaml'), 'utf8')))
  const source = await readFile(new URL('../../src/app/published-records.ts', import.meta.url), 'utf8')
  for (const { clientId } of Object.values(demo.applications))
    assert.match(clientId, /^d33000000000000000000000000000\d\d$/)
  for (const { id, password } of demo.users) assert.ok(source.includes(id) && source.includes(password), id)

  const pages: string[] = []
  const documents = ['README.md', 'docs/**/*.md', 'examples/**/*.{md,yaml}']
  for await (const page of glob(documents, { cwd: repositoryRoot })) pages.push(page)
  assert.ok(pages.length > 10)
  for (const page of pages) {
    const text = await readFile(join(repositoryRoot, page), 'utf8')
    for (const [, secret = ''] of text.matchAll(/[sS]ecret:\s*['"]?([A-Za-z0-9]{40,60})\b/g))
      assert.match(secret, /StandsInTheOpen/, page)
  }
})
