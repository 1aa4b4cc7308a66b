// `mintage import` into the database of a server that runs, by its own process: what is taken and what is said about the rest, an import that is
// killed and goes on, and a person who signs in with the password of the other system.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import bcrypt from 'bcrypt'
import { z } from 'zod'
import { openStore } from '../../src/store/index.ts'
import { machine, managementProject } from '../harness/management-project.ts'
import { repositoryRoot, typeMintage } from '../harness/mintage-command.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'
import { signIn } from '../harness/visitor.ts'

const byText = (a: readonly unknown[], b: readonly unknown[]) =>
  JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
const clientId = 'c0000000000000000000000000000001'
const callback = 'https://app.example.com/callback'
const folder = await makeProject(
  { after },
  {
    'kinde.json': '{"version":"2024-12-09","rootDir":"kindeSrc"}',
    'mintage.yaml': `
applications:
  web: { type: reg, clientId: ${clientId}, clientSecret: ASecretOfTheTestsOnly00000000000000000000001, redirectUris: ['${callback}'] }
roles: { editor: { permissions: [] } }
permissions: { 'read:books': {} }
properties: { city: { context: usr }, plan: { context: org } }
featureFlags: { beta: { type: bool, default: false }, seats: { type: int, default: 1 } }
`,
  },
)
const place = ['--project', folder, '--data-dir', join(folder, 'data')]
const command = startCommand({ after }, ['start', '--port', '0', ...place], { cwd: folder })
const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
await command.until(/^Ready/m)
const masterKey = Buffer.from(await readFile(join(folder, 'data', 'master.key'), 'utf8'), 'base64')
const store = await openStore({
  location: { kind: 'sqlite', file: join(folder, 'data', 'mintage.db') },
  masterKey,
})
after(() => store.close())

async function writeExport(
  name: string,
  files: Readonly<Record<string, readonly unknown[]>>,
): Promise<string> {
  const path = join(folder, name)
  await mkdir(path, { recursive: true })
  for (const [file, lines] of Object.entries(files)) {
    const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    await writeFile(join(path, file), `${texts.join('\n')}\n`)
  }
  return path
}

const importFrom = (system: string, from: string, ...options: string[]) =>
  typeMintage(['import', system, '--from', from, ...options, ...place], folder)
const importKinde = (from: string, ...options: string[]) => importFrom('kinde', from, ...options)

const grace = {
  id: 'kp_00000000000000000000000000000001',
  email: 'grace@example.com',
  username: 'amazing-grace',
  first_name: 'Grace',
  last_name: 'Hopper',
  created_on: '2024-02-03T04:05:06Z',
  identities: [
    { type: 'email', identity: 'grace@example.com' },
    { type: 'oauth2:google', identity: 'grace@gmail.example', provider: 'google' },
  ],
  external_id: 'crm-7',
  organizations: [
    { code: 'org_navy', roles: ['editor', 'admiral'], permissions: ['read:books'] },
    'org_unknown',
  ],
  email_verified: true,
  password: { hashed_password: await bcrypt.hash('a debugged moth', 4), hashing_algorithm: 'bcrypt' },
  properties: [
    { key: 'city', value: 'Arlington' },
    { key: 'rank', value: 'Rear admiral' },
  ],
  feature_flags: [
    { key: 'beta', value: 'true' },
    { key: 'seats', value: 'many' },
  ],
}
const ada = {
  id: 'auth0|ada',
  email: 'Ada@Example.com',
  first_name: 'Ada',
  password: { hashed_password: 'x', hashing_algorithm: 'crypt' },
}

const resultSchema = z.looseObject({
  resumedAfter: z.number(),
  report: z.looseObject({
    organizations: z.unknown(),
    users: z.unknown(),
    skipped: z.array(z.looseObject({ reason: z.string(), places: z.array(z.string()) })),
    leftOut: z.array(z.looseObject({ reason: z.string() })),
  }),
})

describe('an export of Kinde', () => {
  let path = ''
  before(async () => {
    path = await writeExport('export', {
      'organizations.ndjson': [
        {
          name: 'Navy',
          organization_code: 'org_navy',
          created_on: '2024-01-01T00:00:00Z',
          properties: [{ key: 'plan', value: 'fleet' }],
        },
      ],
      'users.ndjson': [
        grace,
        ada,
        { ...ada, id: 'auth0|again' },
        { first_name: 'Nameless' },
        '{"email":',
        { email: 7 },
        { ...grace, email: 'ada@example.com' },
      ],
    })
  })

  test('is read and judged by --dry-run, which writes nothing', async () => {
    const { exitCode, stdout } = await importKinde(path, '--dry-run')
    assert.equal(exitCode, 0)
    assert.match(stdout, /Nothing was written to sqlite/)
    assert.match(stdout, /organizations +1 would be created/)
    assert.match(stdout, /users +2 would be created/)
    assert.equal(await store.directory.user(grace.id), undefined)
    assert.equal(await store.directory.organization('org_navy'), undefined)
  })

  test('is judged on a new machine by what its first start would make, which leaves nothing', async (t) => {
    const fresh = await makeProject(t, {
      'kinde.json': '{"version":"2024-12-09","rootDir":"kindeSrc"}',
      'mintage.yaml': 'roles: { editor: { permissions: [] } }\n',
    })
    const judged = await typeMintage(['import', 'kinde', '--from', path, '--dry-run', '--json'], fresh)
    assert.equal(judged.exitCode, 0, judged.stderr)
    assert.match(judged.stderr, /There is no database yet: .* Start the server once before you import\./)
    const { report } = resultSchema.parse(JSON.parse(judged.stdout))
    assert.deepEqual(report.users, { created: 2, completed: 0, present: 1 })
    const roles = report.leftOut.map(({ reason }) => reason).filter((reason) => reason.includes('the role '))
    assert.deepEqual(roles, ['the role admiral, which does not exist'])
    assert.deepEqual((await readdir(fresh)).toSorted(), ['kinde.json', 'mintage.yaml'])

    const refused = await typeMintage(['import', 'kinde', '--from', path], fresh)
    assert.equal(refused.exitCode, 2)
    assert.match(refused.stderr, /^error\[file_unreadable\]: There is no database in /)
  })

  test('becomes users with their memberships, values and passwords; the rest is named with its place', async () => {
    const report = join(folder, 'skipped.ndjson')
    const { exitCode, stdout } = await importKinde(path, '--json', '--report', report)
    assert.equal(exitCode, 0)
    const result = resultSchema.parse(JSON.parse(stdout)).report
    assert.deepEqual(result.organizations, { created: 1, present: 0 })
    assert.deepEqual(result.users, { created: 2, completed: 0, present: 1 })
    assert.deepEqual(result.skipped.map(({ reason, places }) => [reason, ...places]).toSorted(byText), [
      ['it has no email, phone or username to sign in with', 'users.ndjson:4', 'users.ndjson:6'],
      ['its identifiers belong to different users', 'users.ndjson:7'],
      ['the line is not JSON', 'users.ndjson:5'],
    ])
    const reasons = (list: typeof result.leftOut) => list.map(({ reason }) => reason)
    assert.deepEqual(reasons(result.leftOut), [
      'the email, which cannot be used to sign in',
      'the role admiral, which does not exist',
      'a membership of org_unknown, an organization that does not exist',
      'the property rank, which does not exist',
      'the feature flag seats, whose value is not of the type int',
      'a sign-in with google, because Mintage has no such connection',
      'a password: Mintage cannot check hashes of the method crypt.',
    ])
    const lines = (await readFile(report, 'utf8')).trim().split('\n')
    assert.ok(lines.length >= 9, String(lines.length))
    assert.doesNotMatch(lines.join('\n'), /example\.com|\$2/)

    const { directory } = store
    const subject = await directory.tokenSubject(grace.id, 'org_navy')
    assert.ok(subject)
    const { user, identities, membership, userProperties, userFlags, organizationProperties } = subject
    assert.deepEqual(
      [user.firstName, user.providedId, user.preferredEmail, user.createdAtMs],
      ['Grace', 'crm-7', 'grace@example.com', Date.parse(grace.created_on)],
    )
    assert.deepEqual(
      identities.map(({ type, value, isVerified }) => [type, value, isVerified]).toSorted(byText),
      [
        ['email', 'grace@example.com', true],
        ['username', 'amazing-grace', true],
      ],
    )
    const { roles, permissions } = await directory.catalog()
    assert.deepEqual(membership?.roleIds, [roles.find(({ key }) => key === 'editor')?.id])
    assert.deepEqual(membership.permissionIds, [permissions.find(({ key }) => key === 'read:books')?.id])
    assert.deepEqual([{ ...userProperties }, { ...userFlags }], [{ city: 'Arlington' }, { beta: true }])
    assert.deepEqual({ ...organizationProperties }, { plan: 'fleet' })
    const adasId = (await directory.userByProvidedId('auth0|ada'))?.id ?? ''
    assert.match(adasId, /^kp_/)
    assert.equal(await directory.password(adasId), undefined)
  })

  test('signs in with the password of the other system', async () => {
    const url = new URL(`${issuer}/oauth2/auth`)
    const asked = {
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: callback,
      state: 's',
    }
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
    const arrived = await signIn(userAgent(issuer), url, { email: grace.email, password: 'a debugged moth' })
    assert.ok(arrived.searchParams.get('code'))
  })

  test('imported again changes nothing', async () => {
    const before = await store.directory.userCount()
    const { stdout } = await importKinde(path, '--json')
    const { users, organizations } = resultSchema.parse(JSON.parse(stdout)).report
    assert.deepEqual(users, { created: 0, completed: 0, present: 3 })
    assert.deepEqual(organizations, { created: 0, present: 1 })
    assert.equal(await store.directory.userCount(), before)
  })

  test('is distinguished from what is not an export', async () => {
    const missing = await importKinde(join(folder, 'nowhere'))
    assert.equal(missing.exitCode, 2)
    assert.match(missing.stderr, /cannot be read/)
    const unwritten = await importKinde(path, '--report', join(folder, 'nowhere', 'skipped.ndjson'))
    assert.equal(unwritten.exitCode, 2)
    assert.match(unwritten.stderr, /skipped\.ndjson cannot be written: there is no such file/)
    const empty = await importKinde(await writeExport('empty', {}))
    assert.match(empty.stderr, /There is no users\.ndjson in/)
    const other = await typeMintage(['import', 'okta', '--from', path, ...place], folder)
    assert.match(other.stderr, /Name the system that the export comes from: kinde, auth0, csv/)
  })
})

test('an import that is killed goes on where it was, and writes no user twice', async (t) => {
  const count = 6_000
  const path = await writeExport('large', {
    'users.ndjson': Array.from({ length: count }, (_, index) => ({
      email: `person-${String(index)}@example.org`,
    })),
  })
  const before = await store.directory.userCount()
  const first = startCommand(t, ['import', 'kinde', '--from', path, ...place], { cwd: folder })
  while ((await store.directory.userCount()) === before)
    await new Promise((resolve) => setTimeout(resolve, 2))
  await first.stop('SIGKILL')
  const written = (await store.directory.userCount()) - before
  assert.ok(written > 0 && written <= count)
  const { exitCode, stdout } = await importKinde(path, '--json')
  assert.equal(exitCode, 0)
  const { resumedAfter, report } = resultSchema.parse(JSON.parse(stdout))
  // All of it may have been written by then, but for the last word.
  assert.equal(resumedAfter, written)
  assert.deepEqual(report.users, { created: count, completed: 0, present: 0 })
  assert.equal((await store.directory.userCount()) - before, count)
})

test('a table becomes users, of whom one may be on several lines', async () => {
  const path = join(folder, 'users.csv')
  await writeFile(
    path,
    `\uFEFFid,email,first_name,email_verified,role_key,external_organization_id,hashed_password,hashing_method,salt,salt_format
crm-1,mia@example.net,"Mia, the first",TRUE,"editor,ghost",acme,5f4dcc3b5aa765d61d8327deb882cf99,md5,,
crm-1,mia@example.net,,,,org_navy,,,,
crm-2,not an address,Bo,,,,,,,
`,
  )
  const acme = { name: 'Acme', organization_code: 'org_acme', external_id: 'acme' }
  await importKinde(await writeExport('acme', { 'organizations.ndjson': [acme], 'users.ndjson': [] }))
  const { exitCode, stdout } = await importFrom('csv', path, '--json')
  assert.equal(exitCode, 0)
  const { report } = resultSchema.parse(JSON.parse(stdout))
  assert.deepEqual(report.users, { created: 1, completed: 0, present: 0 })
  assert.deepEqual(report.skipped[0]?.places, ['users.csv:4'])
  assert.equal(
    report.leftOut.some(({ reason }) => reason === 'the role ghost, which does not exist'),
    true,
  )
  const mia = await store.directory.userByProvidedId('crm-1')
  assert.equal(mia?.firstName, 'Mia, the first')
  const organizations = await store.directory.organizationsOf(mia.id)
  assert.deepEqual(
    organizations.map(({ code }) => code),
    ['org_acme', 'org_navy'],
  )
  assert.match((await store.directory.password(mia.id))?.hash ?? '', /^\$imported\$/)

  await writeFile(path, 'email,shoe size\n')
  const unknown = await importFrom('csv', path)
  assert.equal(unknown.exitCode, 2)
  assert.match(unknown.stderr, /a column “shoe size” that is not known/)
})

test('an export of Auth0 becomes users with hashes, roles and organizations', async () => {
  const hash = await bcrypt.hash('from auth zero', 4)
  const social = { connection: 'google-oauth2', provider: 'google-oauth2', isSocial: true }
  const path = await writeExport('auth0', {
    'users.ndjson': [
      {
        user_id: 'auth0|65f0',
        email: 'leo@example.com',
        email_verified: true,
        name: 'leo@example.com',
        given_name: 'Leo',
        created_at: '2023-01-02T03:04:05.000Z',
        identities: [{ connection: 'Username-Password-Authentication', provider: 'auth0', isSocial: false }],
      },
      { user_id: 'google-oauth2|1', email: 'gia@example.com', blocked: true, identities: [social] },
    ],
    'passwords.ndjson': [{ _id: { $oid: '65f0' }, email: 'leo@example.com', passwordHash: hash }],
    'roles.json': [
      [
        {
          id: 'rol_1',
          name: 'Book Keeper',
          permissions: [{ permission_name: 'write:books' }],
          users: [{ user_id: 'google-oauth2|1' }],
        },
      ],
    ],
    'organizations.json': [
      [
        {
          id: 'org_AbC',
          name: 'zoo',
          display_name: 'The Zoo',
          members: [{ user_id: 'auth0|65f0', roles: [{ name: 'Book Keeper' }] }],
        },
      ],
    ],
  })
  const dry = await importFrom('auth0', path, '--dry-run', '--json')
  const tried = resultSchema.parse(JSON.parse(dry.stdout)).report
  assert.deepEqual(tried.users, { created: 2, completed: 0, present: 0 })
  const { exitCode, stdout } = await importFrom('auth0', path, '--json')
  assert.equal(exitCode, 0)
  const { report } = resultSchema.parse(JSON.parse(stdout))
  assert.deepEqual(report, tried)
  assert.deepEqual(report.organizations, { created: 2, present: 0 })
  assert.deepEqual(
    report.leftOut.map(({ reason }) => reason),
    ['a sign-in with google-oauth2, because Mintage has no such connection'],
  )
  const [leo, gia] = await Promise.all(
    ['auth0|65f0', 'google-oauth2|1'].map((id) => store.directory.userByProvidedId(id)),
  )
  assert.ok(leo && gia)
  assert.deepEqual([leo.firstName, gia.isSuspended], ['Leo', true])
  const [zoo] = await store.directory.organizationsOf(leo.id)
  assert.deepEqual([zoo?.name, zoo?.externalId], ['The Zoo', 'org_AbC'])
  const { roles } = await store.directory.catalog()
  const keeper = roles.find(({ key }) => key === 'book-keeper')
  assert.equal(keeper?.permissionIds.length, 1)
  const membership = await store.directory.membership(zoo?.code ?? '', leo.id)
  assert.deepEqual(membership?.roleIds, [keeper.id])
  const [everywhere] = await store.directory.organizationsOf(gia.id)
  assert.equal(everywhere?.name, 'Everywhere')
})

test('another server is read by its API: what users hold, their organizations, the applications with their secrets', async (t) => {
  const webSecret = 'ASecretThatMovesWithTheApplication0000000000001'
  const cwd = await managementProject(t, {
    applications: `  shop: { type: reg, clientId: ${'a5'.repeat(16)}, clientSecret: ${webSecret}, name: The shop, redirectUris: ['https://shop.example.com/callback'] }
`,
    extra: `
permissions: { 'pack:parcels': { name: Pack parcels } }
roles: { packer: { name: Packer, permissions: ['pack:parcels'] } }
properties: { shift: { context: usr, isPrivate: true }, region: { context: org } }
featureFlags: { express: { type: bool, default: true } }
organizations:
  depot: { code: org_depot, name: Depot, externalId: d-1, properties: { region: north }, featureFlags: { express: false } }
users:
  - { id: kp_pia, email: pia@example.com, username: pia, firstName: Pia, providedId: emp-1, organizations: { depot: { roles: [packer] } } }
  - { id: kp_sus, email: sus@example.com, isSuspended: true }
`,
  })
  const other = startCommand(t, ['start', '--port', '0', '--project', cwd, '--data-dir', join(cwd, 'data')], {
    cwd,
  })
  const [, where = ''] = await other.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await other.until(/^Ready/m)

  // Kinde registers what Mintage refuses: behind its checks, because its API takes none of these.
  const theirs = await openStore({
    location: { kind: 'sqlite', file: join(cwd, 'data', 'mintage.db') },
    masterKey: Buffer.from(await readFile(join(cwd, 'data', 'master.key'), 'utf8'), 'base64'),
  })
  const [theirShop] = (await theirs.directory.catalog()).applications.filter(
    ({ name }) => name === 'The shop',
  )
  assert.ok(theirShop)
  const { redirectUris } = theirShop
  const application = {
    ...theirShop,
    redirectUris: [...redirectUris, 'http://shop.example.com/callback', 'javascript:alert(1)'],
    logoutUris: ['https://shop.example.com/#bye', 'https://shop.example.com/bye'],
    homepageUri: 'javascript:alert(2)',
  }
  await theirs.commit([{ kind: 'put-application', application }])
  await theirs.close()

  const unknown = await typeMintage(['import', 'kinde', '--from-api', where, ...place], folder)
  assert.equal(unknown.exitCode, 2)
  assert.match(unknown.stderr, /KINDE_MANAGEMENT_CLIENT_ID/)

  const credentials = [
    `KINDE_MANAGEMENT_CLIENT_ID=${machine.id}`,
    `KINDE_MANAGEMENT_CLIENT_SECRET=${machine.secret}`,
  ]
  const launcher = join(repositoryRoot, 'bin', 'mintage.js')
  const args = ['import', 'kinde', '--from-api', where, '--json', ...place]
  const importing = await promisify(execFile)('env', [...credentials, process.execPath, launcher, ...args])
  const { report } = resultSchema.parse(JSON.parse(importing.stdout))
  assert.deepEqual(report.users, { created: 2, completed: 0, present: 0 })
  assert.deepEqual(report.leftOut, [])
  assert.deepEqual(
    report.skipped.map(({ reason, places }) => [reason, ...places]),
    [
      ['a homepage that is not an http or https address', 'application The shop: javascript:alert(2)'],
      [
        'a redirect URI that uses http on a host that is not local',
        'application The shop: http://shop.example.com/callback',
      ],
      ['a redirect URI that has the scheme javascript:', 'application The shop: javascript:alert(1)'],
      ['a sign-out URI that holds a fragment', 'application The shop: https://shop.example.com/#bye'],
    ],
  )

  const { directory } = store
  const pia = await directory.tokenSubject('kp_pia', 'org_depot')
  const { roles, permissions, applications, properties, featureFlags } = await directory.catalog()
  const packer = roles.find(({ key }) => key === 'packer')
  assert.deepEqual(pia?.membership?.roleIds, [packer?.id])
  assert.deepEqual(packer?.permissionIds, [permissions.find(({ key }) => key === 'pack:parcels')?.id])
  assert.deepEqual([pia.user.providedId, pia.identities.length], ['emp-1', 2])
  assert.deepEqual(
    [{ ...pia.organizationProperties }, { ...pia.organizationFlags }],
    [{ region: 'north' }, { express: false }],
  )
  assert.equal((await directory.user('kp_sus'))?.isSuspended, true)
  const shop = applications.find(({ name }) => name === 'The shop')
  assert.deepEqual(
    [shop?.clientId, shop?.clientSecret, shop?.redirectUris, shop?.logoutUris, shop?.homepageUri],
    ['a5'.repeat(16), webSecret, redirectUris, ['https://shop.example.com/bye'], null],
  )
  assert.equal(properties.find(({ key }) => key === 'shift')?.isPrivate, true)
  assert.equal(featureFlags.find(({ key }) => key === 'express')?.defaultValue, true)
})

test('a password that comes later is given to a user who has none', async () => {
  const path = await writeExport('later', {
    'users.ndjson': [
      {
        id: 'kp_pia',
        email: 'pia@example.com',
        password: { hashed_password: await bcrypt.hash('shift one', 4) },
      },
      { ...grace, password: { hashed_password: await bcrypt.hash('another one', 4) } },
    ],
  })
  const { stdout } = await importKinde(path, '--json')
  const { report } = resultSchema.parse(JSON.parse(stdout))
  assert.deepEqual(report.users, { created: 0, completed: 1, present: 1 })
  assert.ok(await store.directory.password('kp_pia'))
})
