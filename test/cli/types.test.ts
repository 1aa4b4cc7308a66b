// `mintage types`, typed as a user would, over projects of TypeScript and over a server that really mints.
import assert from 'node:assert/strict'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { decodeJwt } from 'jose'
import { redirectUri, webClient } from '../harness/directory-fixture.ts'
import type { Lifetime } from '../harness/http-server.ts'
import { repositoryRoot, typeMintage, typeNode } from '../harness/mintage-command.ts'
import { openTestServer } from '../harness/running-server.ts'
import { authorizationUrl, redeemCode, refreshTokens, tokensOf } from '../harness/signed-in-tokens.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'
import { signIn } from '../harness/visitor.ts'

const workflowFile = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

const mintageYaml = `
settings: { signUp: { isEmailProofRequired: false } }
applications:
  web:
    type: reg
    clientId: ${webClient.id}
    clientSecret: ${webClient.secret}
    redirectUris: [${redirectUri}]
    backchannelLogoutUri: http://localhost:9/logout
    tokens: &all
      accessToken: [roles, org_name, email, external_organization_id, user_properties, organization_properties, application_properties, org_codes, feature_flags]
      idToken: [organizations, org_codes, user_properties, organization_properties]
      properties: [city, industry, region]
    properties: { region: eu }
  plain:
    type: spa
    clientId: '00000000000000000000000000000007'
    redirectUris: [${redirectUri}]
  machine:
    type: m2m
    clientId: '00000000000000000000000000000008'
    clientSecret: ThisSecretIsForThisTestAndNothingElseOnEarth08
    organization: engines
    apis: [{ audience: https://api.example.com }]
    tokens: *all
    properties: { region: eu }
apis: { reports: { audience: https://api.example.com, accessTokenType: at+jwt, scopes: { read:reports: Read } } }
permissions: { read:reports: {} }
roles: { admin: { permissions: [read:reports] } }
featureFlags: { theme: { type: str, default: violet } }
properties:
  city: { context: usr }
  industry: { context: org }
  region: { context: app }
organizations:
  engines: { code: org_engines, externalId: customer-1, properties: { industry: Engineering } }
users:
  - email: full@example.com
    username: full
    phone: '+447700900000'
    id: kp_full
    password: sunflower-engine-42
    firstName: Ada
    lastName: Lovelace
    picture: https://example.com/ada.png
    providedId: ada-1
    properties: { city: London }
    organizations: { engines: { roles: [admin] } }
  - email: bare@example.com
    id: kp_bare
    password: sunflower-engine-42
connections: { 'username:password': { isEnabled: true }, 'phone:password': { isEnabled: true } }
`

const head = `
import { accessTokenCustomClaims as claimsOf, idTokenCustomClaims } from '@kinde/infrastructure'
export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
}
declare const kinde: { idToken: { setCustomClaim(name: string, value: unknown): void } }
`

const workflow = `${head}
enum Plan { Free = 'free', Pro = 'pro' }
interface Claims {
  plan: Plan
  seats?: number
  regions: readonly string[]
  range: [number, number]
  since: Date
  limits: { reports: number; export?: boolean; byTeam: Record<string, number | null> }
  sub: string
  'https://example.com/id': string
  mixed: string | { id: string }
  anything: unknown
}
export default async function (event: { request: { ip: string } }) {
  const claims = claimsOf<Claims>()
  Object.assign(claims, {
    plan: Plan.Pro,
    regions: ['eu'],
    range: [1, 2],
    since: new Date(0),
    limits: { reports: 3, byTeam: { blue: 1, red: null } },
    'https://example.com/id': 'x',
    mixed: { id: 'y' },
    anything: null,
  })
  kinde.idToken.setCustomClaim('beta', event.request.ip === '192.0.2.1')
  const idToken = idTokenCustomClaims<{ greeting?: string; org_codes?: string }>()
  idToken.greeting = 'Hello'
}
`

/** What the workflow adds, as it is written. */
const written = {
  accessToken: `  /** Set by a workflow. */
  "https://example.com/id": string
`,
  anything: '  anything: unknown\n',
  limits: `  limits: {
    byTeam: Record<string, null | number>
    export?: boolean
    reports: number
  }
`,
  mixed: `  mixed: {
    id: string
  } | string
`,
  plan: '  plan: "free" | "pro"\n',
  range: '  range: [number, number]\n',
  regions: '  regions: Array<string>\n',
  seats: '  seats?: number\n',
  since: '  since: string\n',
  beta: '  beta?: boolean\n',
  greeting: '  greeting?: string\n',
  // The workflow may leave the default claim.
  org_codes: '  org_codes: Array<string> | string\n',
}

async function project(
  t: Lifetime,
  { source = workflow, typescript = 'node_modules/typescript', file = workflowFile } = {},
): Promise<string> {
  const dir = await makeProject(t, {
    'kinde.json': '{"rootDir": "kindeSrc"}',
    'mintage.yaml': mintageYaml,
    'tsconfig.json': '{ "compilerOptions": { "strict": true } }',
    [file]: source,
  })
  if (typescript !== '') {
    await mkdir(join(dir, 'node_modules'))
    await symlink(join(repositoryRoot, typescript), join(dir, 'node_modules/typescript'))
  }
  return dir
}

async function typed(dir: string, ...args: string[]) {
  return typeMintage(['types', dir, '--data-dir', join(dir, 'data'), ...args])
}

async function schemaOf(dir: string, ...args: string[]) {
  const { stdout, stderr, exitCode } = await typed(dir, '--json-schema', ...args)
  assert.equal(exitCode, 0, stderr)
  return { schema: JSON.parse(stdout), stderr }
}

describe('mintage types', () => {
  for (const [version, typescript] of [
    ['5', 'test/cli/typescript-5/node_modules/typescript'],
    ['7', 'node_modules/typescript'],
  ] as const) {
    test(`writes what a workflow sets by its own types, read by the project's TypeScript ${version}`, async (t) => {
      const dir = await project(t, { typescript })
      const { exitCode, stdout, stderr } = await typed(dir)
      assert.equal(exitCode, 0, stderr)
      assert.match(
        stdout,
        /^\/\/ Claims of the tokens .* Made by mintage types: .*\n\/\/ For every application\.\n/,
      )
      for (const text of Object.values(written))
        assert.ok(stdout.includes(text), `${text}\nis not in\n${stdout}`)
      assert.equal(stdout.match(/^ {2}sub: string$/gm)?.length, 2)
      assert.match(
        stderr,
        /^Applications of mintage\.yaml, because there is no database; nothing was compared/m,
      )
      assert.equal((await typed(dir)).stdout, stdout)
    })
  }

  test('writes a file that compiles under strict TypeScript and tells optional claims from those that are always there', async (t) => {
    const dir = await project(t)
    const file = join(dir, 'tokens.ts')
    const { stdout, stderr, exitCode } = await typed(dir, '--out', file)
    assert.deepEqual([exitCode, stdout], [0, ''])
    assert.match(stderr, /Wrote .*tokens\.ts\.\n$/)
    await writeFile(
      join(dir, 'consumer.ts'),
      `import type { AccessTokenClaims, IdTokenClaims, MachineTokenClaims } from './tokens.ts'
export const plan = (claims: AccessTokenClaims): 'free' | 'pro' => claims.plan
export const seats = (claims: AccessTokenClaims): number => claims.seats ?? 1
export const scope = (claims: MachineTokenClaims): string => claims.scope
// @ts-expect-error It may be missing.
export const code = (claims: AccessTokenClaims): string => claims.org_code
// @ts-expect-error The workflow may have replaced it.
export const codes = (claims: IdTokenClaims): string[] => claims.org_codes
`,
    )
    const options = [
      '--noEmit',
      '--strict',
      '--allowImportingTsExtensions',
      '--target',
      'es2022',
      '--types',
      '',
    ]
    const tsc = join(repositoryRoot, 'node_modules/typescript/bin/tsc')
    const compiled = await typeNode(
      [tsc, ...options, '--module', 'nodenext', '--ignoreConfig', 'consumer.ts'],
      dir,
    )
    assert.equal(compiled.exitCode, 0, compiled.stdout)
  })

  test('writes the tokens of one application, and refuses an unknown client id', async (t) => {
    const dir = await project(t)
    const machine = await typed(dir, '--client', '00000000000000000000000000000008')
    assert.match(machine.stdout, /^\/\/ For the application machine \(0{31}8\)\.$/m)
    assert.deepEqual(machine.stdout.match(/^export interface \w+/gm), ['export interface MachineTokenClaims'])
    const plain = await typed(dir, '--client', '00000000000000000000000000000007')
    assert.doesNotMatch(plain.stdout, /external_organization_id|MachineTokenClaims/)
    const every = await typed(dir)
    // One of two applications switched it on, so a token may lack it.
    assert.match(every.stdout, /^ {2}application_properties\?: /m)
    const wrong = await typed(dir, '--client', '00000000000000000000000000000009')
    assert.equal(wrong.exitCode, 2)
    assert.match(
      wrong.stderr,
      /There is no application with the client id "0{31}9"\.\n +help: Did you mean 0{31}\d\?/,
    )
  })

  test('makes a claim of a workflow that may fail and continue optional', async (t) => {
    const source = workflow.replace("trigger: '", "failurePolicy: { action: 'continue' }, trigger: '")
    assert.match((await typed(await project(t, { source }))).stdout, /^ {2}plan\?: /m)
  })

  test('names the places whose claims have no type', async (t) => {
    const source = `${head}
export default async function (event: { request: { ip: string } }) {
  const claims = claimsOf<any>()
  kinde.idToken.setCustomClaim(event.request.ip, 1)
}
`
    const { exitCode, stderr } = await typed(await project(t, { source }))
    assert.equal(exitCode, 0)
    const warnings = stderr.match(/^warning\[claims_untyped\].*\n.*$/gm)
    assert.deepEqual(warnings, [
      `warning[claims_untyped]: The types do not tell which claims of accessToken are set here.\n  --> ${workflowFile}:11`,
      `warning[claims_untyped]: The types do not tell which claims of idToken are set here.\n  --> ${workflowFile}:12`,
    ])
  })

  for (const typescript of ['test/cli/typescript-5/node_modules/typescript', 'node_modules/typescript']) {
    test(`finds claims that are set by a variable of a binding and by Object.assign, as JSON has them (${typescript})`, async (t) => {
      const source = `${head.replace(/^declare.*$/m, '')}
declare const kinde: Record<'accessToken' | 'idToken', {
  setCustomClaim(name: string, value: unknown): void
  getCustomClaims(): Record<string, unknown>
}>
class Price { #cents = 5; currency = 'EUR'; cents() { return this.#cents } }
export default async function (event: { context: { user: { id: string & { readonly brand: 'UserId' } } } }) {
  const { idToken, accessToken: token } = kinde
  const access = kinde.accessToken
  idToken.setCustomClaim('owner', event.context.user.id)
  token.setCustomClaim('price', new Price())
  access.setCustomClaim('seats', new Map([['blue', 1]]))
  Object.assign(access.getCustomClaims(), { plan: event ? 'pro' : 5 })
  Object.assign(kinde.idToken.getCustomClaims(), JSON.parse('{}'))
}
`
      const { stdout, stderr, exitCode } = await typed(await project(t, { source, typescript }))
      assert.equal(exitCode, 0, stderr)
      assert.match(stdout, /^ {2}owner\?: string$/m)
      assert.match(stdout, /^ {2}price\?: \{\n {4}currency: string\n {2}\}$/m)
      assert.match(stdout, /^ {2}seats\?: unknown$/m)
      assert.match(stdout, /^ {2}plan\?: number \| string$|^ {2}plan\?: 5 \| "pro"$/m)
      assert.match(
        stderr,
        /claims_untyped\]: The types do not tell which claims of idToken .*\n.*tokensWorkflow\.ts:22/,
      )
    })
  }

  test('reads a workflow of JavaScript by the types that TypeScript infers', async (t) => {
    const file = workflowFile.replace(/ts$/, 'js')
    const source = `export const workflowSettings = { id: 'tokens', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  claims.plan = 'pro'
  kinde.accessToken.setCustomClaim('seats', 3)
}
`
    const { stdout } = await typed(await project(t, { source, file }))
    assert.match(stdout, /^ {2}plan\?: (string|"pro")$/m)
    assert.match(stdout, /^ {2}seats\?: (number|3)$/m)
  })

  test('says so when the types cannot be read, and writes the rest', async (t) => {
    const without = await typed(await project(t, { typescript: '' }))
    assert.equal(without.exitCode, 0)
    assert.match(
      without.stderr,
      /warning\[claims_untyped\]: The project has no TypeScript, so .* unknown\.\n +help: Run npm install --save-dev typescript/,
    )
    assert.match(without.stdout, /^\/\/ What workflows set is unknown/m)
    assert.match(without.stdout, /^export interface AccessTokenClaims/m)
    const dir = await project(t)
    await rm(join(dir, 'node_modules/typescript'))
    await mkdir(join(dir, 'node_modules/typescript'))
    await writeFile(join(dir, 'node_modules/typescript/package.json'), '{"name":"typescript"}')
    assert.match(
      (await typed(dir)).stderr,
      /warning\[claims_untyped\]: The project’s TypeScript does not run/,
    )
  })

  test('refuses a project that does not build, and a file that cannot be written', async (t) => {
    const broken = await typed(await project(t, { source: `${head}\nexport default function ( {` }))
    assert.equal(broken.exitCode, 5)
    assert.match(broken.stderr, /^error\[workflow_syntax\]/m)
    const dir = await project(t)
    const unwritable = await typed(dir, '--out', join(dir, 'no/such/folder.ts'))
    assert.equal(unwritable.exitCode, 2)
    assert.match(unwritable.stderr, /error\[file_unreadable\]: .*folder\.ts cannot be written/)
    const both = await typed(dir, '--project', dir)
    assert.match(both.stderr, /DIR and --project exclude each other/)
  })
})

/** Signs both users in at a server of the project and gets a machine's token; resolves to the claims of every token. */
async function mintedTokens(t: TestContext, dir: string) {
  const { server } = await openTestServer(t, {
    settings: { projectDir: dir, isDemo: false, dataDir: join(dir, 'data') },
  })
  const { issuer } = server
  const userTokens = async (email: string, changes: Record<string, string>) => {
    const url = authorizationUrl(issuer, { scope: 'openid profile email phone offline', ...changes })
    const callback = await signIn(userAgent(issuer), url, { email, password: 'sunflower-engine-42' })
    const first = tokensOf(await redeemCode(issuer, callback))
    return [first, tokensOf(await refreshTokens(issuer, first.refreshToken))]
  }
  const users = [
    ...(await userTokens('full@example.com', { nonce: 'n-1', org_code: 'org_engines' })),
    ...(await userTokens('bare@example.com', {})),
  ]
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: '00000000000000000000000000000008',
      client_secret: 'ThisSecretIsForThisTestAndNothingElseOnEarth08',
      audience: 'https://api.example.com',
    }),
  })
  const machine = (await response.json()) as { readonly access_token: string }
  await server.store.invocations.flush()
  return {
    AccessTokenClaims: users.map(({ accessToken }) => decodeJwt(accessToken)),
    IdTokenClaims: users.map(({ idToken }) => decodeJwt(idToken)),
    MachineTokenClaims: [decodeJwt(machine.access_token)],
  }
}

describe('the types of mintage types and real tokens', () => {
  test('agree: each token fits the JSON Schema, and each claim of the schema is in a token', async (t) => {
    const dir = await project(t)
    const tokens = await mintedTokens(t, dir)
    const { schema, stderr } = await schemaOf(dir)
    // One client for each token, so that what it switched on is always there.
    const client = await schemaOf(dir, '--client', webClient.id)
    const machine = await schemaOf(dir, '--client', '00000000000000000000000000000008')
    assert.match(stderr, /Compared with 8 tokens of recorded invocations\./)
    assert.doesNotMatch(stderr, /warning/)
    const strict = { ...client.schema.$defs, ...machine.schema.$defs }
    for (const [name, claims] of Object.entries(tokens)) {
      for (const definitions of [schema.$defs, strict]) {
        const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(definitions[name])
        for (const token of claims) assert.ok(validate(token), JSON.stringify([token, validate.errors]))
      }
      const seen = new Set(claims.flatMap((token) => Object.keys(token)))
      const declared: string[] = Object.keys(strict[name].properties)
      const notSeen = declared.filter((claim) => !seen.has(claim))
      const notDeclared = [...seen].filter((claim) => !declared.includes(claim))
      // A key that the client proves (RFC 9449), and a claim that the workflow does not set.
      assert.deepEqual(
        [notSeen, notDeclared],
        [name === 'AccessTokenClaims' ? ['cnf', 'seats'] : name === 'MachineTokenClaims' ? ['cnf'] : [], []],
      )
      const required: string[] = strict[name].required
      const everywhere = declared.filter((claim) => claims.every((token) => Object.hasOwn(token, claim)))
      const optional = new Set([
        'beta',
        'greeting',
        'feature_flags',
        'email',
        'email_verified',
        'sid',
        'org_code',
        'client_id',
        'sub',
      ])
      assert.deepEqual(
        required,
        everywhere.filter((claim) => required.includes(claim) || !optional.has(claim)),
      )
    }
  })

  test('are compared: claims that do not fit, are missing or have no type are reported with an invocation', async (t) => {
    const dir = await project(t, {
      source: `${head}
export default async function (event: { context: { user: { id: string } } }) {
  const claims = claimsOf<{ plan: string; seats: number }>()
  const loose: any = claims
  loose.plan = 5
  loose.extra = true
  if (event.context.user.id === 'kp_full') claims.seats = 3
}
`,
    })
    await mintedTokens(t, dir)
    const { stdout, stderr, exitCode } = await typed(dir)
    assert.equal(exitCode, 0)
    assert.match(
      stderr,
      /claims_differ\]: accessToken\.plan does not fit its type in 4 tokens: must be string \(inv_[\w-]+\)\./,
    )
    assert.match(stderr, /claims_differ\]: accessToken\.seats is missing in 2 tokens, .* \(inv_[\w-]+\)\./)
    assert.match(
      stderr,
      /claims_differ\]: accessToken\.extra is set in 4 tokens and has no type \(inv_[\w-]+\)\./,
    )
    assert.doesNotMatch(stdout, /extra/)
    await rm(join(dir, 'node_modules'), { recursive: true })
    assert.match((await typed(dir)).stdout, /^ {2}extra\?: unknown$/m)
  })
})
