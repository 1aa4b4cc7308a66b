// `mintage export` of a project in which the management API made something of each kind, `mintage import mintage` into a place where nothing was, and
// what the second Mintage is then: the same export, and the same people with their passwords.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEnvFile } from 'node:process'
import { after, before, describe, test } from 'node:test'
import bcrypt from 'bcrypt'
import { openMintageExport } from '../../src/transfer/index.ts'
import { hostileSvg, imageFile, png } from '../harness/images.ts'
import { machine, machineToken } from '../harness/management-project.ts'
import { repositoryRoot, typeMintage, typeShell } from '../harness/mintage-command.ts'
import { openTestServer } from '../harness/running-server.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'
import { signIn } from '../harness/visitor.ts'

const lifetime = { after }
const launcher = join(repositoryRoot, 'bin', 'mintage.js')
const callback = 'https://app.example.com/callback'
const web = { id: 'c0000000000000000000000000000001', secret: 'ASecretOfTheTestsOnly00000000000000000000001' }
const literal = { mail: 'a-password-of-a-mail-server', variable: "it's a secret of a partner" }
const projectDir = await makeProject(lifetime, {
  'kinde.json': '{"version":"2024-12-09","rootDir":"kindeSrc"}',
  'kindeSrc/environment/workflows/tokensWorkflow.ts': `
import { plan } from '../../../lib/plan.ts'
export const workflowSettings = { id: 'tokens', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async function () { kinde.accessToken.setCustomClaim('plan', plan) }
`,
  'lib/plan.ts': `export const plan: string = 'gold'\n`,
  'mintage.yaml': `
settings:
  name: Analytical Engines
  tokenLifetimes: { accessToken: 3600 }
  mail: { from: hello@example.com, smtp: { host: localhost, port: 2525, security: none, user: engines, password: ${literal.mail} } }
applications:
  machine: { type: m2m, clientId: ${machine.id}, clientSecret: ${machine.secret}, apis: [{ audience: '\${issuer}/api' }] }
  web:
    type: reg
    clientId: ${web.id}
    clientSecret: ${web.secret}
    redirectUris: ['${callback}', '\${issuer}/done']
    tokenLifetimes: { session: 600 }
    accessRoles: []
roles: { editor: { name: Editor, permissions: ['read:books'], isDefault: true } }
permissions: { 'read:books': { description: Reads } }
propertyCategories: { about: { context: usr } }
properties: { city: { context: usr, category: about } }
organizations: { engines: { code: org_engines, name: Engines, isDefault: true, autoMembership: true } }
billing: { plans: { pro: { name: Pro, period: year, features: { seats: { priceName: A seat, unitAmount: 500, max: 10 } } } } }
webhooks: { declared: { url: 'https://hook.example.com/declared', events: [user.created], description: Of the file } }
environmentVariables: { PLAIN: { value: 'in the open' }, PARTNER: { value: "${literal.variable}", isSecret: true } }
users:
  - { id: kp_ada, email: ada@example.com, username: ada, firstName: Ada, password: sunflower-engine-42, organizations: { engines: {} } }
`,
})
const dataDir = join(projectDir, '.mintage')
const { server } = await openTestServer(lifetime, {
  settings: { projectDir, dataDir, isDemo: false, hasPlayground: false },
})
const token = await machineToken(server.issuer)
const there = (name: string) => join(projectDir, '..', `${projectDir.split('/').at(-1) ?? ''}-${name}`)
const [exported, target] = [there('exported'), there('target')]
after(async () => {
  const beside = (await readdir(join(projectDir, '..'))).map((name) => join(projectDir, '..', name))
  const own = beside.filter((path) => path.startsWith(`${projectDir}-`))
  await Promise.all(own.map((path) => rm(path, { recursive: true, force: true })))
})

async function call(request: string, body?: object): Promise<Record<string, never>> {
  const [method = '', path = ''] = request.split(' ')
  const response = await fetch(`${server.issuer}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(!(body instanceof FormData) && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
  })
  const json = Object(await response.json().catch(() => ({})))
  assert.ok(response.ok, `${request}: ${JSON.stringify(json)}`)
  return json
}

const secrets: string[] = [machine.secret, web.secret, ...Object.values(literal)]

const people = [
  { email: 'ada@example.com', password: 'sunflower-engine-42' },
  { email: 'grace@navy.example', password: 'a debugged moth' },
] as const

async function signInAt(issuer: string, person: (typeof people)[number]): Promise<void> {
  const url = new URL(`${issuer}/oauth2/auth`)
  const asked = {
    client_id: web.id,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: callback,
    state: 's',
  }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  const code = (await signIn(userAgent(issuer), url, person)).searchParams.get('code') ?? ''
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: web.id,
      client_secret: web.secret,
      redirect_uri: callback,
      code,
    }),
  })
  assert.equal(response.status, 200, `${person.email}: ${await response.text()}`)
}

/** Something of each kind that only the API makes, or that it changes. */
async function fill(): Promise<void> {
  const category = Object(
    await call('POST /property_categories', { name: 'Billing', context: 'org' }),
  ).category
  await call('POST /properties', {
    name: 'Plan',
    key: 'plan',
    type: 'single_line_text',
    context: 'org',
    is_private: true,
    category_id: category.id,
  })
  await call('POST /permissions', { name: 'Writes', key: 'write:books', description: 'of ${env:HOME}' })
  await call('POST /roles', { name: 'Author', key: 'author' })
  const { roles } = Object(await call('GET /roles'))
  const author = roles.find(({ key }: { key: string }) => key === 'author')
  const { permissions } = Object(await call('GET /permissions'))
  await call(`PATCH /roles/${author.id}/permissions`, {
    permissions: permissions.map(({ id }: { id: string }) => ({ id })),
  })
  const flags = [
    { name: 'Beta', key: 'beta', type: 'bool', default_value: 'false' },
    { name: 'Seats', key: 'seats', type: 'int', default_value: '1', allow_override_level: 'org' },
    { name: 'Tier', key: 'tier', type: 'str', default_value: 'free' },
  ]
  for (const flag of flags) await call('POST /feature_flags', flag)
  await call('PATCH /environment/feature_flags/tier', { value: 'trial' })
  const { api } = Object(await call('POST /apis', { name: 'Books', audience: 'https://books.example.com' }))
  const { scope } = Object(await call(`POST /apis/${api.id}/scopes`, { key: 'books:read' }))
  const made = Object(await call('POST /applications', { name: 'Web of books', type: 'reg' })).application
  secrets.push(made.client_secret)
  await call(`PATCH /applications/${made.id}`, { redirect_uris: ['https://books.example.com/back'] })
  await call(`PATCH /apis/${api.id}/applications`, { applications: [{ id: made.id }] })
  const organization = Object(
    await call('POST /organization', {
      name: 'Navy',
      handle: 'navy',
      external_id: 'crm-9',
      feature_flags: { beta: 'true' },
    }),
  ).organization
  const code = String(organization.code)
  await call(`PATCH /organization/${code}`, {
    allowed_domains: ['navy.example'],
    is_auto_join_domain_list: true,
  })
  await call(`PATCH /organizations/${code}/properties`, { properties: { plan: 'fleet' } })
  const grace = String(
    Object(
      await call('POST /user', {
        profile: { given_name: 'Grace', family_name: 'Hopper' },
        provided_id: 'crm-7',
        identities: [{ type: 'email', is_verified: true, details: { email: 'grace@navy.example' } }],
      }),
    ).id,
  )
  await call(`PUT /users/${grace}/password`, {
    hashed_password: await bcrypt.hash('a debugged moth', 4),
    hashing_method: 'bcrypt',
  })
  await call(`POST /users/${grace}/identities`, { type: 'username', value: 'amazing-grace' })
  await call(`PATCH /users/${grace}/properties`, { properties: { city: 'Arlington' } })
  await call(`PATCH /users/${grace}/feature_flags/tier?value=admiral`)
  await call(`POST /organizations/${code}/users`, {
    users: [{ id: grace, roles: ['author'], permissions: ['read:books'] }],
  })
  await call(`POST /organizations/${code}/users/${grace}/apis/${api.id}/scopes/${scope.id}`)
  await call('POST /user', {
    profile: { given_name: 'Bob' },
    identities: [{ type: 'email', details: { email: 'bob@example.com' } }],
  })
  const invited = Object(
    await call(`POST /organization/${code}/invites`, {
      email: 'new@navy.example',
      roles: ['author'],
      first_name: 'New',
    }),
  )
  secrets.push(invited.invitation?.code ?? invited.code)
  await call('POST /subscribers?first_name=Sub&last_name=Scriber&email=sub%40example.com')
  await call('POST /api_keys', {
    name: 'Own',
    type: 'user',
    api_id: api.id,
    scope_ids: [scope.id],
    user_id: grace,
  })
  await call('POST /webhooks', {
    name: 'Hook',
    endpoint: 'https://hook.example.com/events?key=a-key-of-the-hook',
    event_types: ['user.created'],
  })
  secrets.push('a-key-of-the-hook')
  await call('POST /billing/agreements', { customer_id: code, plan_code: 'pro' })
  const { agreements } = Object(await call(`GET /billing/agreements?customer_id=${code}`))
  for (const meter_value of ['3', '2.5'])
    await call('POST /billing/meter_usage', {
      customer_agreement_id: agreements[0].id,
      billing_feature_code: 'seats',
      meter_value,
    })
  await call('POST /connections', {
    name: 'google',
    display_name: 'Google',
    strategy: 'oauth2:google',
    enabled_applications: [web.id],
    options: { client_id: 'google-id', client_secret: "google's secret" },
  })
  secrets.push("google's secret")
  await call('POST /environment_variables', { key: 'LATER', value: 'a later secret', is_secret: true })
  secrets.push('a later secret')
  await call('PATCH /business', { email: 'office@example.com' })
  await call('PUT /environment/logos/light', imageFile(png))
  await call(`POST /organizations/${code}/logos/dark`, imageFile(hostileSvg))
  await call('PATCH /mintage/branding', { button_color: '#0b6a4d' })
  await signInAt(server.issuer, people[0])
}

const exportTo = (folder: string, ...options: string[]) =>
  typeMintage(['export', folder, '--project', projectDir, '--data-dir', dataDir, ...options], projectDir)

/** By the path in the folder, but for the manifest, which holds the time. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && entry.name !== 'export.json')
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/.mintage/'))
    .toSorted()
  return Object.fromEntries(
    await Promise.all(
      files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'latin1')] as const),
    ),
  )
}

describe('an export', () => {
  before(fill)

  test('without secrets holds none of them, and says what has to be set', async () => {
    const { exitCode, stdout, stderr } = await exportTo(exported)
    assert.equal(exitCode, 0, stderr)
    assert.match(stdout, /^ {2}users +3$/m)
    assert.match(stdout, /^ {2}MINTAGE_CLIENT_SECRET_WEB +the client secret of web$/m)
    assert.match(stdout, /^ {2}permissions\.write:books: it holds a text with \$\{ in it/m)
    const files = await filesOf(exported)
    assert.equal(files['secrets.env'], undefined)
    assert.match(files['secrets.env.example'] ?? '', /^# MINTAGE_SMTP_PASSWORD=$/m)
    assert.match(files['mintage.yaml'] ?? '', /clientSecret: \$\{env:MINTAGE_CLIENT_SECRET_WEB_OF_BOOKS\}/)
    assert.match(
      files['data/agreements.ndjson'] ?? '',
      /"usage":\[\{"featureCode":"seats",.*"total":5500\}\]/,
    )
    assert.match(
      files['data/users.ndjson'] ?? '',
      /"organizationCode":"org_engines","joinedAtMs":\d+,"lastSignedInAtMs":\d+/,
    )
    assert.match(files['mintage.yaml'] ?? '', /logoDark: branding\/[0-9a-f]{64}\.svg/)
    assert.equal(files['lib/plan.ts'], `export const plan: string = 'gold'\n`)
    assert.equal(secrets.length, 9)
    for (const [name, content] of Object.entries(files))
      for (const secret of secrets) assert.ok(!content.includes(secret), `${name} holds ${secret}`)
    assert.equal((await stat(join(exported, 'data/users.ndjson'))).mode & 0o077, 0)
  })

  test('is refused in a folder that is not empty, and replaces an earlier export when it is asked to', async () => {
    const taken = await exportTo(projectDir, '--overwrite')
    assert.equal(taken.exitCode, 2)
    assert.match(taken.stderr, /exists and is not empty.[^]*which no export wrote/)
    const again = await exportTo(exported)
    assert.match(again.stderr, /exists and is not empty.[^]*Add --overwrite/)
    const replaced = await exportTo(exported, '--overwrite', '--with-secrets')
    assert.equal(replaced.exitCode, 0, replaced.stderr)
    assert.match(replaced.stderr, /warning: .* holds 8 secrets in the clear/)
    assert.equal((await stat(join(exported, 'secrets.env'))).mode & 0o077, 0)
  })

  test(
    'is not imported where no folder can be made, which is said at once',
    { timeout: 120_000 },
    async () => {
      const place = ['--project', exported, '--data-dir', '/proc/mintage']
      const refused = await typeMintage(['import', 'mintage', '--from', exported, ...place], exported)
      assert.equal(refused.exitCode, 2)
      assert.match(
        refused.stderr,
        /^error\[file_unreadable\]: The data folder \/proc\/mintage cannot be made/,
      )
    },
  )

  test('is judged by --dry-run where nothing is, which leaves nothing', async () => {
    const before = await readdir(exported)
    const temporary = await mkdtemp(join(tmpdir(), 'mintage-dry-'))
    const line = `TMPDIR=${temporary} ${process.execPath} ${launcher} import mintage --from . --dry-run --data-dir ${target}`
    const judged = await typeShell(line, exported)
    assert.equal(judged.exitCode, 0, judged.stderr)
    assert.match(judged.stdout, /^Nothing was written to .*-target, which holds no database yet\.$/m)
    assert.match(judged.stdout, /organizations +2 would be created, 0 were there/)
    assert.match(judged.stdout, /users +\d would be created, 0 would be completed, 0 were there/)
    assert.equal(existsSync(target), false)
    assert.deepEqual(await readdir(exported), before)
    assert.deepEqual(await readdir(temporary), [])
    await rm(temporary, { recursive: true })
  })

  test('with secrets, imported where nothing was, is the same Mintage', async () => {
    const files = await filesOf(exported)
    const place = ['--project', exported, '--data-dir', target]
    const imported = await typeMintage(
      ['import', 'mintage', '--from', exported, '--json', ...place],
      exported,
    )
    assert.equal(imported.exitCode, 0, imported.stderr)
    const { report } = JSON.parse(imported.stdout)
    assert.deepEqual([report.skipped, report.leftOut], [[], []])

    const second = there('second')
    loadEnvFile(join(exported, 'secrets.env'))
    const again = await typeMintage(['export', second, '--with-secrets', ...place], exported)
    assert.equal(again.exitCode, 0, again.stderr)
    const copies = await filesOf(second)
    assert.deepEqual(Object.keys(copies), Object.keys(files))
    for (const [name, content] of Object.entries(files)) assert.equal(copies[name], content, name)
  })

  test('lets people sign in at the second with their passwords, and changes nothing when it starts', async () => {
    const { server: next } = await openTestServer(lifetime, {
      settings: { projectDir: exported, dataDir: target, isDemo: false, hasPlayground: false },
    })
    for (const person of people) await signInAt(next.issuer, person)
    assert.ok(await machineToken(next.issuer))
    const audit = await next.store.audit.list({ limit: 1_000 })
    // Addresses below the issuer's own move with it, and nothing else.
    assert.deepEqual(
      audit.filter(({ event }) => event.startsWith('mintage_file.')).map(({ details }) => details),
      [{ by: 'mintage.yaml', what: 'application', name: 'web', fields: ['redirectUris'] }],
    )
    const done = `${next.issuer}/done`
    const { applications } = await next.store.directory.catalog()
    assert.ok(applications.find(({ clientId }) => clientId === web.id)?.redirectUris.includes(done))
  })

  test('that is killed leaves nothing that is taken for whole', async (t) => {
    const folder = there('killed')
    const command = startCommand(t, ['export', folder, '--project', projectDir, '--data-dir', dataDir], {
      cwd: projectDir,
    })
    const parent = join(folder, '..')
    const drafts = async () =>
      (await readdir(parent)).filter((name) => join(parent, name).startsWith(`${folder}.`))
    let found: string[] = []
    while (found.length === 0) found = await drafts()
    await command.stop('SIGKILL')
    assert.equal(existsSync(folder), false)
    const [draft = ''] = await drafts()
    await rename(join(parent, draft), folder)
    await appendFile(join(exported, 'data/users.ndjson'), '{}\n')
    await assert.rejects(
      openMintageExport(exported, () => undefined),
      {
        code: 'file_unreadable',
        message: /^data\/users\.ndjson of the export is missing, or was changed/,
      },
    )
    await assert.rejects(
      openMintageExport(folder, () => undefined),
      {
        code: 'file_unreadable',
        message: /is not an export that this Mintage can read/,
      },
    )
  })

  test('with addresses that an earlier version registered is imported without those that are refused today', async () => {
    const { applications } = await server.store.directory.catalog()
    const application = applications.find(({ clientId }) => clientId === web.id) ?? assert.fail()
    const { redirectUris } = application
    // Behind the checks of the API.
    const older = {
      ...application,
      redirectUris: [...redirectUris, 'https://{organization.handle}.example.com/callback'],
      corsOrigins: ['https://app.example.com', 'https://app.example.com/page'],
    }
    await server.store.commit([{ kind: 'put-application', application: older }])
    const [folder, other] = [there('older'), there('other')]
    assert.equal((await exportTo(folder, '--with-secrets')).exitCode, 0)
    const place = ['--data-dir', other]
    const imported = await typeMintage(['import', 'mintage', '--from', folder, '--json', ...place], folder)
    assert.equal(imported.exitCode, 0, imported.stderr)
    const { report } = JSON.parse(imported.stdout)
    assert.deepEqual(
      report.skipped.map(({ reason, places }: { reason: string; places: string[] }) => [reason, ...places]),
      [
        [
          'a redirect URI that holds a { or }: placeholders are not filled in, a * stands for one subdomain',
          'application web: https://{organization.handle}.example.com/callback',
        ],
        [
          'an origin that is not a scheme, a host in lower case and at most a port',
          'application web: https://app.example.com/page',
        ],
      ],
    )
    const shown = await typeMintage(['applications', 'show', web.id, '--json', ...place], folder)
    assert.equal(JSON.parse(shown.stdout).application.redirect_urls.length, redirectUris.length)
  })
})
