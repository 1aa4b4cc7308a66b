// `mintage users`, `organizations`, `applications`, `sessions` and `audit`: the guide's commands on the database of a project, and the same
// operations as a client of a server.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { updateUser } from '../../src/directory/index.ts'
import { mintageArguments, mintageCommandsOf, typeMintage, typeShell } from '../harness/mintage-command.ts'
import { codeBlocks } from '../harness/pages-of-docs.ts'
import { openTestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const guide = fileURLToPath(new URL('../../docs/guides/operate.md', import.meta.url))
const machine = {
  id: 'b1110000000000000000000000000001',
  secret: 'AMachineOfTheTestsOnlySecret000000000000001',
}
const yaml = `
applications:
  machine: { type: m2m, clientId: ${machine.id}, clientSecret: ${machine.secret}, apis: [{ audience: '\${issuer}/api' }] }
organizations: { engines: { code: org_engines, name: Analytical Engines } }
roles: { admin: { name: Administrator, permissions: ['reports:read'] } }
permissions: { 'reports:read': { name: Read reports } }
featureFlags: { theme: { name: Theme, type: str, default: grey } }
properties: { industry: { name: Industry, context: org } }
users:
  - { id: kp_ada, email: ada@example.com, firstName: Ada, lastName: Lovelace, password: sunflower-engine-42, organizations: { engines: { roles: [admin] } } }
`

const lifetime = { after }
const projectDir = await makeProject(lifetime, {
  'kinde.json': '{"version": "2024-12-09", "rootDir": "kindeSrc"}',
  'mintage.yaml': yaml,
})
const dataDir = join(projectDir, '.mintage')
const { server } = await openTestServer(lifetime, {
  settings: { projectDir, dataDir, isDemo: false, hasPlayground: false },
})
const { issuer } = server
const variables = [`MINTAGE_CLIENT_ID=${machine.id}`, `MINTAGE_CLIENT_SECRET=${machine.secret}`]

/** As a client of the server. */
function remote(line: string) {
  return typeShell(
    `${variables.join(' ')} ${process.execPath} ${launcher} ${line} --to ${issuer}`,
    projectDir,
  )
}

/** What a command of the guide prints, beside exiting with 0. */
const printed: readonly (readonly [command: string, stdout: RegExp])[] = [
  [
    'users list',
    /^ID +SIGNS IN AS +NAME +STATE +LAST SIGN-IN +CREATED\nkp_ada +ada@example\.com +Ada Lovelace +active +- +2\d{3}-/,
  ],
  [
    'users show',
    /^id +kp_ada\nname +Ada Lovelace\n[^]*organizations +org_engines\n[^]*email +ada@example\.com +yes +yes +-$/m,
  ],
  ['users create', /^Created kp_\w+\./],
  [
    'users reset-password grace@example.com --temporary',
    /^The password of grace@example\.com \(kp_\w+\) is (\w{4}-){3}\w{4}\n$/,
  ],
  ['users suspend', /is suspended, and signed out everywhere/],
  ['users delete', /^Deleted grace@example\.com/],
  [
    'organizations members',
    /^ID +EMAIL +NAME +ROLES +JOINED\nkp_ada +ada@example\.com +Ada Lovelace +admin +2/m,
  ],
  ['organizations create', /^Created org_\w+\./],
  ['applications create', /^client id +[0-9a-f]{32}\nclient secret +\w{48}$/m],
  ['audit --limit', /^TIME +EVENT +BY +ABOUT +DETAILS\n[^]*management\.createApplication/],
  ['audit --what', /^\{\n {2}"records": \[\n[^]*"event": "management\.deleteUser"/],
]

test('the guide’s commands do what they say, beside the running server', async () => {
  const commands = await mintageCommandsOf(guide)
  const asked = new Set<string>()
  for (const command of commands) {
    const { exitCode, stdout, stderr } = await typeMintage(mintageArguments(command), projectDir)
    assert.equal(exitCode, 0, `${command}: ${stderr}`)
    const [name, expected] = printed.find(([start]) => command.startsWith(`npx mintage ${start}`)) ?? []
    if (name === undefined || expected === undefined) continue
    asked.add(name)
    assert.match(stdout, expected, command)
  }
  assert.deepEqual([...asked].toSorted(), printed.map(([name]) => name).toSorted())
  assert.equal(await server.store.directory.identity('email', 'grace@example.com'), undefined)
})

test('a server’s users and applications are shown and changed by --to', async () => {
  const listed = await remote('users --json')
  const document = JSON.parse(listed.stdout)
  assert.equal(listed.exitCode, 0)
  assert.deepEqual(
    document.users.map(({ id }: { id: string }) => id),
    ['kp_ada'],
  )
  assert.equal(document.has_more, false)

  const created = await remote('applications create Reports --type m2m --json')
  const { client_id: clientId, client_secret: secret } = JSON.parse(created.stdout).application
  assert.match(secret, /^\w{48}$/)
  const shown = await remote(`applications show ${clientId}`)
  assert.match(shown.stdout, /^name +Reports$/m)
  assert.doesNotMatch(shown.stdout, new RegExp(secret))
  const rotated = await remote(`applications rotate-secret ${clientId} --keep-previous 2 --yes`)
  assert.match(rotated.stdout, /^client secret +\w{48}\nold one until +2\d{3}-/)
  assert.doesNotMatch(rotated.stdout, new RegExp(secret))
})

/** What the answers of a guide's commands say that later commands need. */
const named = z.looseObject({ id: z.string().optional(), code: z.string().optional() }).optional()
const idsOf = z.looseObject({
  application: named,
  api: named,
  scope: named,
  connection: named,
  organization: named,
})

for (const name of ['manage-applications.md', 'manage-organizations.md']) {
  test(`every request of ${name} is answered as one that was made right`, async () => {
    const guides = new URL('../../docs/guides/', import.meta.url)
    const shown = (page: string) => codeBlocks(fileURLToPath(new URL(page, guides)), 'sh')
    const [access = ''] = await shown('manage-applications.md')
    const begun = access
      .replaceAll('http://localhost:4000', issuer)
      .replace(/client_id=\w+/, `client_id=${machine.id}`)
      .replace(/client_secret=\w+/, `client_secret=${machine.secret}`)
      .replace('curl -s -X', `curl -s -w '\\n%{http_code}' -X`)
    const catalog = await server.store.directory.catalog()
    const known: Record<string, string> = {
      role_id: catalog.roles.find(({ key }) => key === 'admin')?.id ?? '',
      org_code: 'org_engines',
    }
    const requests = (await shown(name))
      .flatMap((block) => block.split(/\n(?=api )/))
      .filter((line) => line.startsWith('api '))
    assert.ok(requests.length > 9)
    for (const request of requests) {
      const variables = Object.entries(known).map(([key, value]) => `${key}=${value}\n`)
      // oxlint-disable-next-line no-await-in-loop -- each needs what the one before it made
      const { stdout, stderr } = await typeShell(`${begun}${variables.join('')}${request}`, projectDir)
      const [body = '', status = ''] = stdout.split('\n')
      assert.match(status, /^20[01]$/, `${request}: ${stdout}${stderr}`)
      const { application, api, scope, connection, organization } = idsOf.parse(JSON.parse(body))
      const found = {
        id: application?.id,
        api_id: api?.id,
        scope_id: scope?.id,
        connection_id: connection?.id,
        code: organization?.code,
      }
      for (const [key, value] of Object.entries(found)) if (value !== undefined) known[key] ??= value
    }
  })
}

test('what destroys something is refused without --yes where no terminal can answer', async () => {
  const { exitCode, stderr } = await remote('users delete ada@example.com')
  assert.equal(exitCode, 2)
  assert.match(
    stderr,
    /^error\[usage\]: Delete ada@example\.com \(kp_ada\) .* Nothing was changed[^]*Add --yes\./,
  )
  assert.ok(await server.store.directory.user('kp_ada'))
})

test('an unknown user and an option of another action are refused by name', async () => {
  const unknown = await remote('users show unknown@example.com --json')
  assert.equal(unknown.exitCode, 2)
  assert.match(JSON.parse(unknown.stdout).error.message, /^There is no user "unknown@example\.com" in http/)
  const { exitCode, stderr } = await typeMintage(['users', 'show', 'kp_ada', '--temporary'], projectDir)
  assert.equal(exitCode, 2)
  assert.match(stderr, /mintage users show does not take --temporary/)
})

test('audit --follow prints each new record as it comes, and ends on Ctrl+C', async () => {
  const args = [
    'audit',
    '--follow',
    '--limit',
    '1',
    '--what',
    'management.updateUser',
    '--json',
    '--to',
    issuer,
  ]
  // `env` becomes the command.
  const following = spawn('env', [...variables, process.execPath, launcher, ...args], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: following.stdout })[Symbol.asyncIterator]()
  const next = async () => JSON.parse(String((await lines.next()).value))
  const user = await server.store.directory.user('kp_ada')
  assert.ok(user)
  const by = { event: 'management.updateUser', clientId: machine.id, ip: null } as const
  const suspend = () =>
    updateUser(user, { isSuspended: true }, { store: server.store, by, random: randomBytes, now: Date.now })
  // The newest record is of the guide's commands.
  assert.partialDeepStrictEqual(await next(), { client_id: null })
  await suspend()
  assert.partialDeepStrictEqual(await next(), { user_id: 'kp_ada', client_id: machine.id })
  const ended = once(following, 'close')
  following.kill('SIGINT')
  assert.deepEqual(await ended, [0, null])
})

test('users create takes the address as the other commands of users do, or by --email, and not both', async () => {
  const place = ['--data-dir', dataDir]
  const create = (...args: string[]) => typeMintage(['users', 'create', ...args, ...place], projectDir)
  const byOption = await create('--email', 'mary@example.com', '--json')
  assert.equal(byOption.exitCode, 0, byOption.stderr)
  const byOperand = await create('katherine@example.com', '--json')
  assert.equal(byOperand.exitCode, 0, byOperand.stderr)
  const { user } = JSON.parse(byOperand.stdout)
  assert.equal((await server.store.directory.identity('email', 'katherine@example.com'))?.userId, user.id)
  const both = await create('dorothy@example.com', '--email', 'dorothy@example.com')
  assert.match(both.stderr, /mintage users create takes EMAIL or --email, not both\./)
  const neither = await create('--first-name', 'Dorothy')
  assert.match(neither.stderr, /mintage users create needs EMAIL, --username or --phone\./)
  assert.deepEqual([both.exitCode, neither.exitCode], [2, 2])
})
