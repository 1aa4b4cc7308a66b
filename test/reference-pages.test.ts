// The pages of docs that people write, held against the code: a claim, a path, a parameter or an option that comes or goes
// without its page is found here. The pages that are made from code have tests of their own.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { accountApiReference } from '../src/account-api/index.ts'
import { extraParameters } from '../src/issuer/kinde/authorization-parameters.ts'
import { accessTokenOptIns, idTokenOptIns } from '../src/store/index.ts'
import { m2mTokenClaims, reservedClaims, userTokenClaims, type M2mTokenFacts } from '../src/tokens/index.ts'
import { userTokensEvent } from '../src/triggers/index.ts'
import { triggersReference } from '../src/triggers/registry/index.ts'
import { testingReference } from '../docs/testing-reference.ts'
import { typeMintage } from './harness/mintage-command.ts'
import { openTestServer } from './harness/running-server.ts'

const organization = { code: 'org_1', name: 'Engines', externalId: 'ext_1', isSessionPersistent: false }

/** A user of whom everything is known, so that every default claim is there. */
const everything = userTokenClaims({
  issuer: 'https://id.example.com',
  clientId: 'client',
  nowSeconds: 0,
  lifetimes: { accessToken: 1, idToken: 1 },
  jti: { accessToken: 'a', idToken: 'b' },
  scopes: ['openid', 'profile', 'email', 'phone'],
  requestedClaims: [],
  audiences: [],
  nonce: 'n',
  sid: 's',
  authTimeSeconds: 0,
  requestedAtSeconds: 0,
  user: {
    id: 'kp_1',
    email: 'ada@example.com',
    isEmailVerified: true,
    firstName: 'Ada',
    lastName: 'Lovelace',
    picture: 'https://example.com/ada.png',
    username: 'ada',
    phone: '+447700900000',
    isPhoneVerified: true,
    providedId: 'customer-1',
    updatedAtSeconds: 0,
  },
  organization,
  organizations: [organization],
  access: {
    permissions: ['read:reports'],
    roles: [],
    featureFlags: { theme: { t: 's', v: 'violet' } },
    properties: { user: {}, organization: {}, application: {} },
  },
  optIns: { accessToken: [], idToken: [] },
})

const machine = m2mTokenClaims({
  issuer: 'https://id.example.com',
  clientId: 'client',
  nowSeconds: 0,
  lifetimeSeconds: 1,
  jti: 'c',
  audiences: [],
  type: 'at+jwt',
  scopes: [],
  organizationCode: 'org_1',
  optIns: {},
})

const machineOptIns = [
  'application_properties',
  'feature_flags',
] as const satisfies readonly (keyof M2mTokenFacts['optIns'])[]

const dependencies = z.record(z.string(), z.string())
const packageSchema = z.looseObject({ dependencies, devDependencies: dependencies })

test('testing.md is the page of the exports of mintage/testing', async () => {
  const page = await readFile(new URL('../docs/reference/testing.md', import.meta.url), 'utf8')
  assert.equal(page, testingReference())
})

test('account-api.md is the page of the declarations', async () => {
  assert.equal(await reference('account-api.md'), accountApiReference(), 'run `npm run docs`')
})

describe('token-claims.md', () => {
  test('lists the default claims of both tokens of a person, and what can be switched on', async () => {
    const [accessDefaults, accessOptIns] = await tablesOf('token-claims.md', 'Access token')
    assert.deepEqual(accessDefaults, sorted(Object.keys(everything.accessToken)))
    // Users' tokens have flags in any case; the option is a machine's.
    assert.deepEqual(accessOptIns, sorted(accessTokenOptIns.filter((name) => name !== 'feature_flags')))
    const [idDefaults, idOptIns] = await tablesOf('token-claims.md', 'ID token')
    // at_hash is made at signing, of the other token's text.
    assert.deepEqual(idDefaults, sorted(['at_hash', ...Object.keys(everything.idToken)]))
    // A default claim, whether it is switched on or not.
    assert.deepEqual(idOptIns, sorted(idTokenOptIns.filter((name) => name !== 'org_codes')))
  })

  test('lists the claims of a machine’s token', async () => {
    const [defaults, optIns] = await tablesOf('token-claims.md', 'Machine’s token')
    assert.deepEqual(defaults, sorted(Object.keys(machine.m2mToken)))
    assert.deepEqual(optIns, sorted(machineOptIns))
  })

  test('lists the reserved claims of each token', async () => {
    const rows = rowsOf(await section('token-claims.md', 'Reserved'))
    const [all = [], id = [], m2m = []] = rows.map((row) => codesOf(row[1] ?? ''))
    assert.deepEqual(sorted(all), sorted(reservedClaims.accessToken))
    assert.deepEqual(sorted([...all, ...id]), sorted(reservedClaims.idToken))
    assert.deepEqual(sorted([...all, ...m2m]), sorted(reservedClaims.m2mToken))
  })
})

test('events.md has the table of the registry of triggers', async () => {
  assert.ok((await reference('events.md')).includes(triggersReference()), 'run `npm run docs`')
})

test('events.md lists every field of the event of a person’s tokens', async () => {
  const { json } = userTokensEvent({
    issuer: 'https://id.example.com',
    origin: 'authorization_request',
    grantType: 'authorization_code',
    isExistingSession: false,
    connectionId: 'conn_1',
    clientId: 'client',
    userId: 'kp_1',
    identityId: 'identity_1',
    organizationCode: 'org_1',
    audiences: [],
    scopes: [],
    authUrlParams: {},
    ip: '127.0.0.1',
    userAgent: 'browser',
  })
  const [fields] = await tablesOf('events.md', '`user:tokens_generation`')
  assert.deepEqual(fields, sorted(leavesOf(json, '')))
})

describe('endpoints.md', () => {
  test('has every endpoint of discovery', async (t) => {
    const { server } = await openTestServer(t)
    const answer = await fetch(`${server.issuer}/.well-known/openid-configuration`)
    const page = await reference('endpoints.md')
    const endpoints = Object.entries((await answer.json()) as Record<string, unknown>).flatMap(
      ([name, value]) =>
        /(_endpoint|_uri)$/.test(name) && typeof value === 'string' ? [new URL(value).pathname] : [],
    )
    assert.ok(endpoints.length > 8)
    for (const path of endpoints) assert.ok(page.includes(`\`${path}\``), path)
  })

  test('has every parameter that Mintage accepts', async () => {
    const page = await section('endpoints.md', 'OpenID Connect')
    for (const name of extraParameters) assert.match(page, new RegExp(`\`${name}[=\`]`))
  })
})

describe('cli.md', () => {
  for (const command of [
    'start',
    'dev',
    'run',
    'build',
    'applications',
    'logs',
    'keys',
    'backup',
    'restore',
    'secrets',
  ]) {
    test(`has every option that mintage ${command} --help shows`, async () => {
      const page = await reference('cli.md')
      const { stdout } = await typeMintage([command, '--help'])
      const options = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option = '']) => option)
      assert.ok(options.length > 1)
      for (const option of options) {
        assert.ok(page.includes(option), `${command} ${option}`)
      }
    })
  }
})

test('0005-dependencies.md says of each package why it is there', async () => {
  const page = await readFile(new URL('../docs/decisions/0005-dependencies.md', import.meta.url), 'utf8')
  const packages = packageSchema.parse(
    JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')),
  )
  const names = [packages.dependencies, packages.devDependencies].flatMap(Object.keys)
  const missing = names.filter((name) => !name.startsWith('@types/') && !page.includes(`\`${name}\``))
  assert.deepEqual(missing, [])
})

async function reference(page: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../docs/reference/${page}`, import.meta.url)), 'utf8')
}

/** From a heading of the second level to the next. */
async function section(page: string, heading: string): Promise<string> {
  const [, found] = (await reference(page)).split(`\n## ${heading}\n`)
  assert.ok(found, `${page} has a section ${heading}`)
  return found.split('\n## ')[0] ?? ''
}

/** The names in the first column of each table of a section, sorted. */
async function tablesOf(page: string, heading: string): Promise<readonly (readonly string[])[]> {
  return (await section(page, heading))
    .split(/^\| --- .*$/m)
    .slice(1)
    .map((table) => sorted(rowsOf(table).flatMap(([first = '']) => codesOf(first))))
}

/** The rows below the head of each table. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const body = text.includes('| --- ') ? (text.split(/^\| --- .*$/m)[1] ?? '') : text
  const [lines = ''] = body.trimStart().split('\n\n')
  return lines
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(1, -1).split(' | '))
}

function codesOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}

function leavesOf(value: object, path: string): string[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const here = path === '' ? name : `${path}.${name}`
    const isBranch = typeof member === 'object' && member !== null && Object.keys(member).length > 0
    return isBranch && !Array.isArray(member) ? leavesOf(member, here) : [here]
  })
}

function sorted(names: readonly string[]): string[] {
  return names.toSorted()
}
