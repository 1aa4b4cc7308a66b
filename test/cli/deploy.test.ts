// `mintage deploy`, `activate`, `rollback` and `deployments` against a server on SQLite: what a token holds says which one serves.
import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { machine, machineToken, managementProject, reports } from '../harness/management-project.ts'
import { mintageCommandsOf, repositoryRoot, typeShell } from '../harness/mintage-command.ts'
import { openTestServer } from '../harness/running-server.ts'
import { makeLive, untilServed, upload } from '../harness/uploads.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const guide = fileURLToPath(new URL('../../docs/guides/deploy.md', import.meta.url))
const file = 'kindeSrc/environment/workflows/machineWorkflow.ts'

/** Writes which version it is into each token of a machine. */
const source = (version: string, more = ''): string => `
export const workflowSettings = {
  id: 'machine',
  trigger: 'm2m:token_generation',
  bindings: { 'kinde.m2mToken': {}, 'kinde.env': {} },
}
export default async function () {
  ${more}
  kinde.m2mToken.setCustomClaim('version', '${version}')
}
`

async function openDeploying(t: TestContext, settings: Parameters<typeof openTestServer>[1] = {}) {
  const projectDir = await managementProject(t)
  const edit = (version: string, more?: string) => writeFile(join(projectDir, file), source(version, more))
  await edit('folder')
  const opened = await openTestServer(t, {
    ...settings,
    settings: { projectDir, isDemo: false, ...settings.settings },
  })
  const { issuer } = opened.server
  const type = (line: string) =>
    typeShell(
      `MINTAGE_CLIENT_ID=${machine.id} MINTAGE_CLIENT_SECRET=${machine.secret} ${process.execPath} ${launcher} ${line}`,
      projectDir,
    )
  const to = (line: string) => type(`${line} --to ${issuer}`)
  /** A command of the guide, for this server. */
  const asShown = (command: string) =>
    type(command.replace('npx mintage ', '').replace('https://id.example.com', issuer))
  return { ...opened, projectDir, issuer, edit, to, asShown, version: () => versionOf(issuer) }
}

async function versionOf(issuer: string): Promise<unknown> {
  const token = await machineToken(issuer, reports)
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return Object(claims).version
}

const listed = z.object({
  deployments: z.array(z.looseObject({ id: z.string(), status: z.string(), author: z.string() })),
})

describe('mintage deploy', () => {
  test('makes the project live, the same content under the same id, and goes back, by the commands of the guide', async (t) => {
    const { edit, to, asShown, version, server } = await openDeploying(t)
    const [deploy = '', deployments = '', rollback = '', syncLog = ''] = await mintageCommandsOf(guide)
    assert.equal(await version(), 'folder')
    await edit('second')
    const { exitCode, stdout, stderr } = await asShown(deploy)
    assert.equal(exitCode, 0, stderr)
    const [, id = '', before = ''] =
      /^1 of 1 machine token \(100 %\) would change: 1 machine token, dep_\w+ → dep_\w+\n(?: {2}.*\n)+(dep_\w{24}) is live\. Before it was (dep_\w{24}); mintage rollback goes back\.\n$/.exec(
        stdout,
      ) ?? []
    assert.match(stderr, /^Building .*\n {2}machine {2}m2m:token_generation .* bytes\nUploading to http/)
    assert.equal(await version(), 'second')

    assert.equal((await to('deploy')).stdout, `${id} was live already: nothing changed.\n`)
    const list = listed.parse(JSON.parse((await asShown(`${deployments} --json`)).stdout)).deployments
    assert.match((await asShown(syncLog)).stderr, /^No commits in http.*deployments\.git in mintage\.yaml/)
    assert.deepEqual(
      list.map((one) => [one.id, one.status, one.author]),
      [
        [id, 'Live', machine.id],
        [before, 'Deactivated', 'start'],
      ],
    )

    assert.equal((await asShown(rollback)).stdout, `${before} is live. Before it was ${id}.\n`)
    assert.equal(await version(), 'folder')
    const further = await to('rollback')
    assert.match(further.stderr, /^error\[rollback_impossible\]: Nothing was live before dep_/)
    assert.equal(further.exitCode, 2)
    assert.equal((await to(`activate ${id}`)).stdout, `${id} is live. Before it was ${before}.\n`)
    assert.equal(await version(), 'second')

    const audit = await server.store.audit.list({ limit: 30 })
    const changes = audit.filter(({ details }) => details['how'] !== undefined).toReversed()
    assert.deepEqual(
      changes.map(({ event, clientId, details }) => [event, clientId, details['deployment'] ?? null]),
      [
        ['server.started', null, before],
        ['management.createDeployment', machine.id, id],
        ['management.rollBackDeployment', machine.id, before],
        ['management.activateDeployment', machine.id, id],
      ],
    )
  })

  test('keeps a draft back until it is activated', async (t) => {
    const { edit, to, version } = await openDeploying(t)
    await edit('draft')
    const { stdout } = await to('deploy --draft')
    const [, id = ''] = /^(dep_\w+) is stored \(Draft\) and was not activated/.exec(stdout) ?? []
    assert.equal(await version(), 'folder')
    assert.equal((await to(`activate ${id}`)).exitCode, 0)
    assert.equal(await version(), 'draft')
  })

  test('refuses what the server refuses, at its line, and leaves what is live', async (t) => {
    const { edit, to, version } = await openDeploying(t)
    await edit('broken', "const key = kinde.env.get('CRM_KEY')?.value")
    const { exitCode, stdout, stderr } = await to('deploy')
    assert.deepEqual([exitCode, stdout], [5, ''])
    assert.match(
      stderr,
      /error\[variable_missing\]: The environment variable CRM_KEY does not exist on this server\./,
    )
    assert.match(stderr, /machineWorkflow\.ts:8/)
    assert.match(stderr, /refused the deployment\. What was live still is\.\n$/)
    assert.equal(await version(), 'folder')
    const [failed] = listed.parse(JSON.parse((await to('deployments --json')).stdout)).deployments
    assert.equal(failed?.status, 'Failed')
    const activated = await to(`activate ${failed.id}`)
    assert.match(activated.stderr, /^error\[deployment_failed\]: /)
    const shown = await to(`deployments show ${failed.id}`)
    assert.match(shown.stdout, /^DEPLOYMENT +dep_\w+\nSTATUS +Failed\n[^]*\nVARIABLES +CRM_KEY\n/)
    assert.match(
      shown.stdout,
      /\nWORKFLOW +machine {2}m2m:token_generation {2}kindeSrc\S+machineWorkflow\.ts\n/,
    )
    assert.match(shown.stdout, /\nerror\[variable_missing\]: .*\n {2}--> .*machineWorkflow\.ts:8/)
    assert.match(shown.stdout, /\nBUILD LOG\nBuilding \S+\n {2}machine {2}m2m:token_generation/)
    assert.match((await to('deployments show dep_x')).stderr, /^error\[deployment_not_found\]/)
    const one = await to('deployments --limit 1')
    assert.match(one.stdout, /^DEPLOYMENT .*\ndep_\w+ +Failed .*\n$/)
    assert.equal(one.stderr, 'There are more: --limit N shows more than 1.\n')
    const both = listed.parse(JSON.parse((await to('deployments --limit 2 --json')).stdout)).deployments
    assert.deepEqual(
      both.map((found) => found.status),
      ['Failed', 'Live'],
    )
    assert.equal(await version(), 'folder')
  })

  test('uploads nothing of a project that does not build, or has type errors with --strict-types', async (t) => {
    const { edit, to, version, projectDir, server } = await openDeploying(t)
    await edit('broken', 'const = 1')
    const { exitCode, stderr } = await to('deploy')
    assert.equal(exitCode, 5)
    assert.match(stderr, /error\[workflow_syntax\]/)
    assert.match(stderr, /Nothing was uploaded\.\n$/)
    assert.equal(await version(), 'folder')

    await mkdir(join(projectDir, 'node_modules'))
    await symlink(
      join(repositoryRoot, 'node_modules/typescript'),
      join(projectDir, 'node_modules/typescript'),
    )
    await edit('typed', 'const plan: number = "free"')
    const place = /--> kindeSrc\/environment\/workflows\/machineWorkflow\.ts:8:9\n/
    const strict = await to('deploy --strict-types --json')
    assert.equal(strict.exitCode, 5, strict.stderr)
    const refused = JSON.parse(strict.stdout)
    assert.deepEqual([refused.problems[0].code, refused.is_activated], ['type_errors', false])
    assert.equal(refused.problems[0].at.line, 8)
    assert.equal((await server.store.deployments.list({ limit: 9 })).length, 1)
    assert.equal(await version(), 'folder')

    const warned = await to('deploy')
    assert.equal(warned.exitCode, 0, warned.stderr)
    assert.match(warned.stderr, /^warning\[TS2322\]: Type 'string' is not assignable to type 'number'\.\n/m)
    assert.match(warned.stderr, place)
    assert.equal(await version(), 'typed')
    const [deployed] = await server.store.deployments.list({ limit: 1 })
    assert.match(deployed?.buildLog ?? '', /\n {2}type error: TS2322: .*machineWorkflow\.ts:8:9\)\n/)
  })

  test('shows control characters of a name rather than obey them', async (t) => {
    const { to, issuer } = await openDeploying(t)
    const hostile = JSON.stringify(upload('x')).replace(
      `id: 'machine'`,
      `id: 'ma\\\\u001b[31mchine\\\\nnext'`,
    )
    await makeLive(issuer, JSON.parse(hostile))
    const { stdout } = await to('deployments')
    assert.match(stdout, /ma\\u001b\[31mchine next\n/)
    assert.equal(stdout.trimEnd().split('\n').length, 3)
  })

  test('sends nothing that is larger than a server takes', async (t) => {
    const { to, version, server, projectDir } = await openDeploying(t)
    // A comment is left out of the bundle and is in its source map.
    const parts = [1, 2, 3, 4, 5].map((part) => `part${String(part)}`)
    for (const part of parts)
      await writeFile(
        join(projectDir, `kindeSrc/environment/workflows/${part}.ts`),
        `// ${'x'.repeat(7 * 1024 * 1024)}\nexport const ${part} = globalThis.never\n`,
      )
    const imports = parts.map((part) => `import { ${part} } from './${part}'\n`).join('')
    await writeFile(join(projectDir, file), imports + source('large', `console.log(${parts.join()})`))
    const { exitCode, stderr } = await to('deploy')
    assert.equal(exitCode, 2)
    assert.match(stderr, /^error\[request_too_large\]: The request has 3\d{7} bytes, .*\n {2}help: .*32 MiB/m)
    assert.equal(await version(), 'folder')
    assert.equal((await server.store.deployments.list({ limit: 9 })).length, 1)
  })

  test('says that a deployment is unknown', async (t) => {
    const { to } = await openDeploying(t)
    const { exitCode, stderr } = await to('activate dep_unknown')
    assert.equal(exitCode, 2)
    assert.match(
      stderr,
      /^error\[deployment_not_found\]: There is no deployment "dep_unknown"\.\n {2}help: mintage deployments/,
    )
  })
})

describe('mintage deploy without --to', () => {
  test('works on the database of a server that runs beside it, which follows', async (t) => {
    const { edit, projectDir, server, issuer } = await openDeploying(t)
    const dataDir = server.store.description.replace(/^sqlite /, '').replace(/\/mintage\.db$/, '')
    await edit('beside')
    const line = `${process.execPath} ${launcher} deploy --data-dir ${dataDir}`
    const { exitCode, stdout, stderr } = await typeShell(line, projectDir)
    assert.equal(exitCode, 0, stderr)
    assert.match(stdout, /^dep_\w+ is live\. Before it was dep_/m)
    await untilServed(issuer, 'beside')
    const [record] = await server.store.audit.list({ event: 'management.createDeployment', limit: 1 })
    assert.equal(record?.clientId, null)
    const listed = await typeShell(line.replace(' deploy ', ' deployments '), projectDir)
    assert.match(listed.stdout, /^DEPLOYMENT +STATUS .*\ndep_\w+ +Live +\S+ \S+ +operator +machine\n/)
  })
})

describe('mintage start', () => {
  test('serves what is live in the database, not the folder, unless the folder is to win', async (t) => {
    const { edit, to, projectDir, server, version } = await openDeploying(t)
    await edit('deployed')
    assert.equal((await to('deploy')).exitCode, 0)
    assert.equal(await version(), 'deployed')
    await edit('edited')
    const dataDir = server.store.description.replace(/^sqlite /, '').replace(/\/mintage\.db$/, '')
    const again = await openTestServer(t, { settings: { projectDir, isDemo: false, dataDir } })
    assert.equal(await versionOf(again.server.issuer), 'deployed')
    assert.equal(again.server.project.status().isStored, true)
    const winning = await openTestServer(t, {
      settings: { projectDir, isDemo: false, dataDir, projectWins: true },
    })
    assert.equal(await versionOf(winning.server.issuer), 'edited')
  })
})
