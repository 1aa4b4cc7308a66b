// Workflows in the styles in which people write them (C§6.13), each run as it is, from its file.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { WorkflowError, type ErrorCode } from '../../src/errors/index.ts'
import type { JsonObject } from '../../src/oauth/index.ts'
import { openSandbox, type LogEntry, type Sandbox } from '../../src/runtime/index.ts'
import type { RunEnding, TokenTriggerRun } from '../../src/tokens/index.ts'
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
  readonly decision?: TokenTriggerRun['decision']['kind']
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
      hint: /^The environment variable DOES_NOT_EXIST is not set\. Set it: --env DOES_NOT_EXIST=…/,
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
      /"kinde\.mfa" is a binding of Kinde that Mintage does not offer: there is no second factor.*"kinde\.user" is not a known binding/s,
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
    file: 'helperWithoutImportWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: 'ReferenceError: idTokenCustomClaims is not defined',
      hint: /^Add at the top of the file: import \{ idTokenCustomClaims \} from '@kinde\/infrastructure'$/,
      line: 9,
    },
  },
  {
    file: 'misspeltHelperWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: 'ReferenceError: getEnviromentVariable is not defined',
      hint: /^Did you mean getEnvironmentVariable\? Add at the top of the file: import \{ getEnvironmentVariable \}/,
      line: 9,
    },
  },
  {
    file: 'unsetVariableWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: "TypeError: cannot read property 'value' of undefined",
      hint: /^The environment variable PLAN is not set\. Set it: --env PLAN=… or --secret PLAN=… of mintage run, environmentVariables\.PLAN of mintage\.yaml\./,
      line: 11,
    },
  },
  {
    file: 'riskBindingWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: "TypeError: cannot read property 'getScore' of undefined",
      hint: /^kinde\.risk is a binding of Kinde that Mintage does not offer: no risk is scored; decide in the workflow/,
      line: 9,
    },
    warnings: /"kinde\.risk" is a binding of Kinde that Mintage does not offer: no risk is scored/,
  },
  {
    file: 'ssoSessionBindingWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: "TypeError: cannot read property 'setPolicy' of undefined",
      hint: /^kinde\.ssoSession is a binding of Kinde that Mintage does not offer: settings\.session of mintage\.yaml/,
      line: 9,
    },
    warnings: /"kinde\.ssoSession" is a binding of Kinde that Mintage does not offer: settings\.session/,
  },
  {
    file: 'inventedBindingWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: "TypeError: cannot read property 'getProfile' of undefined",
      hint: /^kinde\.user is not a known binding: read event\.context\.user\.id/,
      line: 9,
    },
    warnings:
      /"kinde\.user" is not a known binding: read event.*"risk" is not a known binding, and Mintage has no kinde\.risk/s,
  },
  {
    file: 'bindingAsGlobalWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: { message: 'ReferenceError: env is not defined', hint: /^Write kinde\.env\.$/, line: 9 },
  },
  {
    file: 'nodeProcessWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: 'ReferenceError: process is not defined',
      hint: /Read environment variables with getEnvironmentVariable\(key\)\?\.value\.$/,
      line: 9,
    },
  },
  {
    file: 'nodeBufferWorkflow.ts',
    ending: 'threw',
    decision: 'refuse',
    failure: {
      message: 'ReferenceError: Buffer is not defined',
      hint: /Use Uint8Array with TextEncoder and TextDecoder, and atob and btoa for Base64\.$/,
      line: 9,
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

interface RefusedRow {
  readonly file: string
  readonly code: ErrorCode
  readonly hint: RegExp
  readonly at: { readonly file: string; readonly line: number }
}

/** Files that do not build. */
const refused: readonly RefusedRow[] = [
  {
    file: 'tokenGenerationTriggerWorkflow.ts',
    code: 'trigger_unknown',
    hint: /^Did you mean "user:tokens_generation" \(WorkflowTrigger\.UserTokenGeneration\)\?$/,
    at: { file: 'tokenGenerationTriggerWorkflow.ts', line: 5 },
  },
  {
    file: 'tokenGeneratedMemberWorkflow.ts',
    code: 'trigger_unknown',
    hint: /^Did you mean "user:tokens_generation" \(WorkflowTrigger\.UserTokenGeneration\)\?$/,
    at: { file: 'tokenGeneratedMemberWorkflow.ts', line: 6 },
  },
  {
    file: 'triggerWithoutImportWorkflow.ts',
    code: 'top_level_threw',
    hint: /^Add at the top of the file: import \{ WorkflowTrigger \} from '@kinde\/infrastructure'$/,
    at: { file: 'triggerWithoutImportWorkflow.ts', line: 4 },
  },
  {
    file: 'nodeFsWorkflow.ts',
    code: 'import_needs_builtin',
    hint: /^There are no files: import data into the bundle .*or read it with kinde\.fetch\(url\)\.$/,
    at: { file: 'nodeFsWorkflow.ts', line: 2 },
  },
  {
    file: 'nodeCryptoWorkflow.ts',
    code: 'import_needs_builtin',
    hint: /^Use the global crypto: crypto\.subtle for hashes/,
    at: { file: 'nodeCryptoWorkflow.ts', line: 2 },
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

for (const row of refused) {
  test(`${row.file} is refused, with the place and what to do`, async () => {
    await assert.rejects(buildFile(sandbox, `${fixtures}/${row.file}`), (error) => {
      assert.ok(error instanceof WorkflowError)
      assert.equal(error.code, row.code, error.message)
      assert.match(error.hint ?? '', row.hint)
      assert.deepEqual({ file: error.at?.file, line: error.at?.line }, row.at)
      return true
    })
  })
}

test('every fixture has a row', async () => {
  const files = (await readdir(fixtures)).filter((name) => isWorkflow.test(name))
  assert.deepEqual([...rows, ...refused].map(({ file }) => file).toSorted(), files.toSorted())
})

test('every fixture says on its first line what it shows', async () => {
  for (const { file } of [...rows, ...refused]) {
    const [first = ''] = (await readFile(`${fixtures}/${file}`, 'utf8')).split('\n')
    assert.match(first, /^\/\/ .{10,}[.:]$/, file)
  }
})

function assertFailure(run: TokenTriggerRun, expected: Row['failure']): void {
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
