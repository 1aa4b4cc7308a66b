// Deployments from git, by servers that follow a repository: over HTTP with a token, and at a path of this machine.
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import type { ServerSettings } from '../../src/app/index.ts'
import { listGitSyncs } from '../../src/git-sync/index.ts'
import { makeRepository, serveRepository } from '../harness/git-repository.ts'
import { typeMintage } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { openTestServer, type TestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'

const secret = 'ThisSecretIsForThisTestAndNothingElseOnEarth01'
const clientId = 'c0000000000000000000000000000021'
const webhookSecret = 'a-secret-of-the-webhook'
const token = 'token-of-the-git-server'

const mintageYaml = (git: string) => `
settings:
  deployments:
    git: { ${git}, pollSeconds: 5, webhookSecret: ${webhookSecret} }
applications:
  machine: { type: m2m, clientId: ${clientId}, clientSecret: ${secret}, apis: [{ audience: https://api.example.com }] }
apis: { reports: { audience: https://api.example.com } }
`

const workflowFile = 'kindeSrc/environment/workflows/machineWorkflow.ts'

const project = (version: string, folder = '') => ({
  [`${folder}kinde.json`]: '{"rootDir": "kindeSrc"}',
  [`${folder}${workflowFile}`]: `export const workflowSettings = { id: 'machine', trigger: 'm2m:token_generation', bindings: { 'kinde.m2mToken': {} } }
export default async function () {
  kinde.m2mToken.setCustomClaim('version', '${version}')
}
`,
})

async function open(
  t: TestContext,
  git: string,
  more: Partial<ServerSettings> = {},
): Promise<TestServer & { readonly dataDir: string }> {
  const projectDir = await makeProject(t, {
    'kinde.json': '{"rootDir": "kindeSrc"}',
    'mintage.yaml': mintageYaml(git),
  })
  const dataDir = `${projectDir}/data`
  const opened = await openTestServer(t, { settings: { projectDir, isDemo: false, dataDir, ...more } })
  return { ...opened, dataDir }
}

/** Resolves to the sync log, newest first, as soon as it has so many entries. */
async function syncs({ server }: TestServer, count: number) {
  for (;;) {
    const found = await listGitSyncs(server.store)
    if (found.length >= count) return found
    await delay(20)
  }
}

async function version({ server }: TestServer): Promise<unknown> {
  const response = await fetch(`${server.issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      audience: 'https://api.example.com',
    }),
  })
  const { access_token: accessToken } = (await response.json()) as { readonly access_token: string }
  return decodeJwt(accessToken)['version']
}

/** What is live is taken over within half a second. */
async function untilVersion(opened: TestServer, wanted: string): Promise<void> {
  while ((await version(opened)) !== wanted) await delay(50)
}

function push(
  { server }: TestServer,
  headers: Readonly<Record<string, string>>,
  body = '{"ref":"refs/heads/main"}',
) {
  return fetch(`${server.issuer}/webhooks/git`, { method: 'POST', body, headers })
}

const signed = (body = '{"ref":"refs/heads/main"}') => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`,
})

test('deploys each commit of a repository over HTTP, at once after a signed push, and never after another one', async (t) => {
  const repository = await makeRepository(t)
  const first = await repository.commit(project('one', 'workflows/'))
  const gitServer = await serveRepository(t, repository, token)
  const opened = await open(t, `repository: '${gitServer.url}', folder: workflows, token: ${token}`)
  const [deployed] = await syncs(opened, 1)
  assert.deepEqual(deployed?.problems, [])
  assert.deepEqual(
    [deployed?.commit, deployed?.author, deployed?.outcome],
    [first, 'Ada Lovelace', 'deployed'],
  )
  await untilVersion(opened, 'one')

  const second = await repository.commit(project('two', 'workflows/'))
  const asked = gitServer.requests.length
  const wrong = [
    {},
    { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
    { 'x-gitlab-token': 'another' },
    signed('{}'),
  ]
  for (const headers of wrong) assert.equal((await push(opened, headers)).status, 401)
  assert.equal((await fetch(`${opened.server.issuer}/webhooks/git`)).status, 405)
  assert.ok(asked > 0)
  assert.equal((await push(opened, signed())).status, 202)
  const [newest] = await syncs(opened, 2)
  assert.deepEqual([newest?.commit, newest?.outcome], [second, 'deployed'])
  await untilVersion(opened, 'two')
  assert.equal((await push(opened, { 'x-gitlab-token': webhookSecret })).status, 202)
  await opened.server.settle()
  assert.equal((await syncs(opened, 2)).length, 2)

  const { deploymentRoles } = await opened.server.store.directory.catalog()
  assert.equal(deploymentRoles.find(({ id }) => id === 'live')?.deploymentId, newest?.deployment)
  const stored = await opened.server.store.deployments.find(newest?.deployment ?? '')
  assert.deepEqual([stored?.origin, stored?.author], ['git', 'git: Ada Lovelace'])
  const log = await typeMintage([
    'deployments',
    'sync-log',
    '--project',
    opened.dir,
    '--data-dir',
    opened.dataDir,
  ])
  assert.equal(log.exitCode, 0, log.stderr)
  assert.match(
    log.stdout,
    new RegExp(`^\\S+ \\S+  ${second.slice(0, 10)}  deployed +dep_[0-9a-f]+  main  Ada Lovelace$`, 'm'),
  )
  assert.doesNotMatch(opened.logLines.join('\n') + log.stdout, new RegExp(token))
})

test('leaves what is live when a commit does not build, a branch is missing or the repository is gone, and says where', async (t) => {
  const repository = await makeRepository(t)
  await repository.commit(project('one'))
  const opened = await open(t, `repository: '${repository.dir}'`)
  await syncs(opened, 1)
  await untilVersion(opened, 'one')

  const broken = await repository.commit({
    [workflowFile]: `import x from 'not-installed'\nexport default x`,
  })
  await push(opened, signed())
  const [failed] = await syncs(opened, 2)
  assert.deepEqual([failed?.commit, failed?.outcome, failed?.deployment], [broken, 'failed', null])
  const [problem] = failed?.problems ?? []
  assert.deepEqual([problem?.at?.file, problem?.at?.line], [workflowFile, 1])
  assert.match(
    problem?.message ?? '',
    /not-installed.*installs no packages for a repository: commit node_modules/s,
  )
  assert.equal(await version(opened), 'one')

  // A package that the repository holds is found.
  await repository.commit({
    'node_modules/not-installed/package.json': '{"name":"not-installed","main":"index.js"}',
    'node_modules/not-installed/index.js': `module.exports = 'held'`,
    [workflowFile]:
      project('two')
        [workflowFile]?.replace(`'two'`, 'held')
        .replace(/^/, `import held from 'not-installed'\n`) ?? '',
  })
  await push(opened, signed())
  await syncs(opened, 3)
  await untilVersion(opened, 'held')

  await rename(repository.dir, `${repository.dir}-away`)
  t.after(() => rename(`${repository.dir}-away`, repository.dir))
  await push(opened, signed())
  const [away] = await syncs(opened, 4)
  assert.deepEqual(
    [away?.outcome, away?.commit, away?.problems[0]?.code],
    ['unreachable', null, 'git_unreachable'],
  )
  // It is recorded once, however often it is looked for.
  await push(opened, signed())
  await opened.server.settle()
  assert.equal((await syncs(opened, 4)).length, 4)
  assert.equal(await version(opened), 'held')
})

test('names a branch that is missing and a folder without a project', async (t) => {
  const repository = await makeRepository(t)
  await repository.commit({ 'README.md': 'nothing here' })
  const missing = await open(t, `repository: '${repository.dir}', branch: nowhere`)
  const [noBranch] = await syncs(missing, 1)
  assert.equal(noBranch?.problems[0]?.code, 'git_branch_missing')
  const empty = await open(t, `repository: '${repository.dir}'`)
  const [noProject] = await syncs(empty, 1)
  assert.deepEqual([noProject?.outcome, noProject?.problems[0]?.code], ['failed', 'project_not_found'])
})

test('deploys with the settings of the repository, and says what of a commit would never run or cannot be written', async (t) => {
  const repository = await makeRepository(t)
  await repository.commit({ ...project('one'), 'mintage.yaml': 'settings: { strictClaims: true }\n' })
  const opened = await open(t, `repository: '${repository.dir}'`)
  const [first] = await syncs(opened, 1)
  const content = await opened.server.store.deployments.content(first?.deployment ?? '')
  assert.equal(JSON.parse(content ?? '{}').settings.strictClaims, true)

  await repository.commit({ 'mintage.yaml': 'settings: { strictClaims: 7 }\n' })
  await push(opened, signed())
  const [wrong] = await syncs(opened, 2)
  assert.deepEqual([wrong?.outcome, wrong?.problems[0]?.code], ['failed', 'mintage_file_invalid'])
  assert.equal(wrong?.problems[0]?.at?.file, 'mintage.yaml')

  const idle = project('two')[workflowFile]?.replace('m2m:token_generation', 'user:pre_registration') ?? ''
  await repository.commit({ 'mintage.yaml': '{}\n', [workflowFile]: idle })
  await push(opened, signed())
  const [never] = await syncs(opened, 3)
  assert.deepEqual([never?.outcome, never?.problems[0]?.code], ['failed', 'workflows_not_found'])
  assert.match(never?.problems[0]?.hint ?? '', /user:tokens_generation/)

  // A tree may hold a name that no file system takes.
  await repository.commitNamed('x'.repeat(300), 'text')
  await push(opened, signed())
  const [unwritten] = await syncs(opened, 4)
  assert.deepEqual([unwritten?.outcome, unwritten?.problems[0]?.code], ['unreachable', 'git_unreachable'])
  assert.match(unwritten?.problems[0]?.message ?? '', /ENAMETOOLONG/)
  assert.doesNotMatch(unwritten?.problems[0]?.message ?? '', /mintage-git-/)
  await push(opened, signed())
  await opened.server.settle()
  assert.equal((await syncs(opened, 4)).length, 4)
  assert.equal(await version(opened), 'one')
})

test('leaves what an operator went back to when the audit log has forgotten the newest commit', async (t) => {
  const repository = await makeRepository(t)
  await repository.commit(project('one'))
  const opened = await open(t, `repository: '${repository.dir}'`)
  await syncs(opened, 1)
  await repository.commit(project('two'))
  await push(opened, signed())
  await syncs(opened, 2)
  await untilVersion(opened, 'two')
  const { server, dataDir } = opened
  const back = await typeMintage(['rollback', '--data-dir', dataDir])
  assert.equal(back.exitCode, 0, back.stderr)
  await untilVersion(opened, 'one')
  await server.store.audit.prune({ olderThanMs: Number.MAX_SAFE_INTEGER, keepRefused: 0 })
  await push(opened, signed())
  const [again] = await syncs(opened, 1)
  await server.settle()
  assert.equal(again?.outcome, 'deployed')
  assert.equal(await version(opened), 'one')
  const force = await repository.commit(project('three'))
  await push(opened, signed())
  const [next] = await syncs(opened, 2)
  assert.equal(next?.commit, force)
  await untilVersion(opened, 'three')
})

test('deploys a commit once when two replicas look at the same time', async (t) => {
  const postgres = await startPostgres(t)
  const databaseUrl = await postgres.createDatabase()
  const masterKey = randomBytes(32).toString('base64')
  const repository = await makeRepository(t)
  await repository.commit(project('one'))
  const git = `repository: '${repository.dir}'`
  const replicas = [
    await open(t, git, { databaseUrl, masterKey }),
    await open(t, git, { databaseUrl, masterKey }),
  ]
  const [first] = replicas
  assert.ok(first)
  await syncs(first, 1)
  const commit = await repository.commit(project('two'))
  const answers = await Promise.all([...replicas, ...replicas].map((replica) => push(replica, signed())))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 202, 202, 202],
  )
  await syncs(first, 2)
  await Promise.all(replicas.map((replica) => untilVersion(replica, 'two')))
  await Promise.all(replicas.map(({ server }) => server.settle()))
  const all = await syncs(first, 2)
  assert.deepEqual([all.length, all[0]?.commit, all[0]?.outcome], [2, commit, 'deployed'])
  const deployed = await first.server.store.audit.list({ event: 'git.deployed', limit: 10 })
  assert.equal(deployed.length, 2)
})

test('refuses an address with a password, and one of SSH, with their lines', async (t) => {
  for (const [repository, message] of [
    ['https://ada:secret-of-ada@git.example.com/a.git', /holds a user name or password: give the token/],
    ['https://git.example.com/a.git?private_token=secret', /has a query or a fragment/],
    ['git@git.example.com:a.git', /only http and https addresses and paths are supported/],
  ] as const) {
    const dir = await makeProject(t, {
      'kinde.json': '{"rootDir": "kindeSrc"}',
      'mintage.yaml': mintageYaml(`repository: '${repository}'`),
    })
    const { exitCode, stderr } = await typeMintage(['start', '--project', dir, '--port', '0'])
    assert.equal(exitCode, 2)
    assert.match(stderr, message)
    assert.match(stderr, /mintage\.yaml:4:\d+/)
  }
})
