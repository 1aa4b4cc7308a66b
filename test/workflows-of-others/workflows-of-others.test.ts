// Workflows in the styles in which people write them (C§6.13), each run as it is, from its file.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '../../src/oauth/index.ts'
import { openSandbox, type LogEntry, type Sandbox } from '../../src/runtime/index.ts'
import type { RunEnding, TriggerRun } from '../../src/tokens/index.ts'
import { eventFile } from '../harness/examples.ts'
import { startHttpServer, type LocalServer } from '../harness/http-server.ts'
import { m2mEnvironment, startManagementApi, type ManagementApi } from '../harness/management-api.ts'
import { buildFile, eventFrom, readJson, runWorkflow } from '../harness/workflow-run.ts'

interface Row {
  readonly file: string
  /** Default: completed. */
  readonly ending?: RunEnding
  /** What the workflow adds to the claims of a token or changes in them; the other claims stay as they are. */
  readonly accessToken?: JsonObject
  readonly idToken?: JsonObject
  readonly m2mToken?: JsonObject
  /** Default: no line. */
  readonly log?: readonly LogEntry[]
  readonly failure?: {
    readonly message: string | RegExp
    readonly hint: RegExp
    readonly line: number | undefined
  }
  readonly decision?: TriggerRun['decision']['kind']
  /** Warnings of the build. */
  readonly warnings?: RegExp
}

const payload = '{"a":1,"nested":{"b":[2]}}'

const rows: readonly Row[] = [
  {
    file: 'bareGlobalsWorkflow.ts',
    accessToken: { hello: 'from the access token' },
    idToken: { hello: 'from the ID token, kp_ada' },
  },
  {
    file: 'undeclaredConsoleWorkflow.ts',
    log: [
      { level: 'info', text: 'loading' },
      { level: 'info', text: "Workflow fired { origin: 'authorization_request' }" },
      { level: 'debug', text: 'user kp_ada' },
      { level: 'warn', text: 'careful' },
      { level: 'error', text: 'logged and not thrown' },
    ],
  },
  { file: 'undeclaredFetchAndCacheWorkflow.ts', accessToken: { externalId: 'customer-1815' } },
  {
    file: 'apiGenericsWorkflow.ts',
    accessToken: { plan: 'premium' },
    idToken: { contact: 'ada@example.com' },
  },
  {
    file: 'objectAssignWorkflow.ts',
    accessToken: { tier: 'gold', limits: { rows: 100 }, beta: true },
    idToken: { tier: 'gold' },
  },
  {
    file: 'nestedMutationWorkflow.ts',
    accessToken: {
      user_properties: { kp_usr_city: { v: 'London' }, kp_usr_job_title: {}, customer_id: { v: 'kp_ada' } },
      permissions: [
        'create:reports',
        'read:reports',
        'delete:reports',
        'invite:members',
        'view:billing',
        'custom:permission',
      ],
    },
  },
  {
    file: 'requestBodiesWorkflow.ts',
    accessToken: {
      sent: {
        patched: '{"properties":{"plan":"gold"}}',
        object: payload,
        string: payload,
        form: 'a=1+%26+2',
        formType: 'application/x-www-form-urlencoded;charset=UTF-8',
      },
    },
  },
  {
    file: 'webFetchWorkflow.ts',
    accessToken: { echo: { body: '{"id":"kp_ada"}', type: 'application/json', status: 200 } },
  },
  {
    file: 'responseProbingWorkflow.ts',
    accessToken: { probed: { viaHelper: 'GET', helperHasStatus: false, raw: 'GET', status: 200 } },
  },
  {
    file: 'rethrownErrorWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    log: [{ level: 'error', text: "Workflow failed cannot read property 'value' of undefined" }],
    failure: {
      message: /^TypeError: cannot read property 'value' of undefined$/,
      hint: /catch the error/,
      line: 14,
    },
  },
  {
    file: 'wrappedErrorContinueWorkflow.ts',
    ending: 'threw',
    decision: 'issue-defaults',
    failure: { message: 'Error: Could not read settings: SyntaxError', hint: /catch the error/, line: 14 },
  },
  {
    file: 'thrownStringWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: { message: /no customer for this user/, hint: /catch the error/, line: undefined },
  },
  { file: 'handleObjectWorkflow.ts', accessToken: { handled: 'kp_ada' } },
  { file: 'syncFunctionWorkflow.ts', idToken: { org: 'org_engines' } },
  { file: 'promiseChainWorkflow.ts', accessToken: { chained: 'GET' } },
  {
    file: 'topLevelSettingsWorkflow.ts',
    accessToken: { query: 'a=b+c' },
    log: [{ level: 'info', text: 'answer is 42' }],
  },
  { file: 'extraExportsWorkflow.ts', accessToken: { tier: 'gold', workflow_version: '1.2.3' } },
  { file: 'requireUrlWorkflow.js', accessToken: { issuer_host: 'HOST', b: '2' } },
  { file: 'typedWorkflow.tsx', accessToken: { primary_role: 'admin' } },
  { file: 'relativeImportsWorkflow.ts', accessToken: { 'https://acme.example/region': 'eu-west' } },
  {
    file: 'guessedEventFieldsWorkflow.ts',
    accessToken: { guessed: { email: 'unknown', promptedOrg: 'org_engines', count: 0 } },
  },
  {
    file: 'debugModeWorkflow.ts',
    accessToken: { debug: { steps: ['start', 'secret', 'done'], secretLength: 12, dated: true } },
    log: [
      { level: 'info', text: '[1] start {"trigger":"user:tokens_generation"}' },
      { level: 'info', text: '[2] secret {"length":12}' },
      { level: 'info', text: '[3] done ' },
    ],
  },
  { file: 'denyAccessWorkflow.ts', ending: 'denied', decision: 'deny' },
  {
    file: 'foreignBindingsWorkflow.ts',
    idToken: { welcome: 'Good morning', has_mfa: 'undefined' },
    warnings:
      /"kinde\.mfa" is not available to user:tokens_generation.*"kinde\.user" is not a known binding/s,
  },
  {
    file: 'm2mWorkflow.ts',
    m2mToken: {
      applicationId: '8b6e2d40c1f94a7f9e35d0a2b7c4f681',
      orgCode: 'org_engines',
      scopes: ['read:reports'],
    },
  },
  {
    file: 'reservedClaimsWorkflow.ts',
    accessToken: { department: 'looms' },
    log: [
      { level: 'warn', text: "mintage: accessToken.sub is reserved: the workflow's value was dropped." },
      { level: 'warn', text: "mintage: accessToken.aud is reserved: the workflow's value was dropped." },
      { level: 'warn', text: "mintage: idToken.exp is reserved: the workflow's value was dropped." },
    ],
  },
  {
    file: 'jsonMethodWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: /^TypeError: .*not a function$/,
      hint: /\(await kinde\.fetch\(url\)\)\.json, without a call/,
      line: 9,
    },
  },
  {
    file: 'undeclaredTokenWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: 'Error: accessToken binding not available, please add to workflow/page settings to enable',
      hint: /"kinde\.accessToken"/,
      line: 11,
    },
  },
  {
    file: 'modernLanguageWorkflow.ts',
    accessToken: {
      modern: {
        items: ['a', 'b', 'c'],
        fallback: 'none',
        year: '1843',
        grouped: { early: ['a', 'b'], late: ['c'] },
        distinct: ['a', 'b', 'c', 'd'],
        count: 1,
        cloned: { at: 1 },
        encoded: 'dXNlcjpwdw==',
      },
    },
  },
]

const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url))
const isWorkflow = /Workflow\.(?:ts|js|tsx|jsx)$/

const cleanUps: (() => Promise<void>)[] = []
let api: ManagementApi
let echo: LocalServer
let sandbox: Sandbox

before(async () => {
  const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }
  api = await startManagementApi(lifetime)
  echo = await startHttpServer(lifetime, ({ method, headers, body }) => ({
    json: { method, contentType: headers['content-type'], body },
  }))
  sandbox = await openSandbox({ threads: 1, hostCalls: { allow: [api.host, echo.host] } })
})

after(async () => {
  await sandbox.close()
  for (const cleanUp of cleanUps) await cleanUp()
})

for (const row of rows) {
  test(`${row.file} runs as it is`, async () => {
    const { file, ending = 'completed', decision = 'issue', log = [], failure } = row
    const deployment = await buildFile(sandbox, `${fixtures}/${file}`)
    const run = await runWorkflow(sandbox, deployment, {
      event: eventFrom(api.origin, await readJson(eventFile(row.m2mToken ? 'm2m.json' : 'sign-in.json'))),
      environment: {
        ...m2mEnvironment,
        ECHO_URL: { value: `${echo.origin}/echo`, isSecret: false },
        API_KEY: { value: 'twelve-signs', isSecret: true },
      },
      localization: { welcome: 'Good morning' },
    })

    assert.equal(run.ending, ending, run.failure?.message)
    assert.equal(run.decision.kind, decision)
    for (const token of ['accessToken', 'idToken', 'm2mToken'] as const) {
      const { before: defaults, after: issued } = run.tokens[token] ?? {}
      const isIssued = decision === 'issue' || decision === 'issue-defaults'
      const expected = isIssued && defaults ? { ...defaults, ...withHost(row[token] ?? {}) } : undefined
      assert.deepEqual(issued, expected, token)
    }
    assert.deepEqual(run.log, log)
    assertFailure(run, failure)
    const warnings = deployment.warnings.map(({ text }) => text).join('\n')
    if (row.warnings) assert.match(warnings, row.warnings)
    else assert.equal(warnings, '')
  })
}

test('every fixture has a row', async () => {
  const files = (await readdir(fixtures)).filter((name) => isWorkflow.test(name))
  assert.deepEqual(rows.map(({ file }) => file).toSorted(), files.toSorted())
})

test('every fixture says on its first line what it shows', async () => {
  for (const { file } of rows) {
    const [first = ''] = (await readFile(`${fixtures}/${file}`, 'utf8')).split('\n')
    assert.match(first, /^\/\/ .{10,}[.:]$/, file)
  }
})

function assertFailure(run: TriggerRun, expected: Row['failure']): void {
  if (!expected) return assert.equal(run.failure, undefined)
  const { message = '', hint = '', at } = run.failure ?? {}
  if (typeof expected.message === 'string') assert.equal(message, expected.message)
  else assert.match(message, expected.message)
  assert.match(hint, expected.hint)
  assert.equal(at?.line, expected.line)
}

/** The issuer's port is known only while the test runs. */
function withHost(claims: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(claims).map(([claim, value]) => [claim, value === 'HOST' ? api.host : value]),
  )
}
