// A claims schema in mintage.yaml, of the environment and of applications: what is issued, what is recorded, and what a mistake in the
// schema says.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { invocationDocumentSchema } from '../../src/tokens/index.ts'
import { redirectUri, webClient } from '../harness/directory-fixture.ts'
import { typeMintage } from '../harness/mintage-command.ts'
import { openTestServer, type TestServer } from '../harness/running-server.ts'
import { authorizationUrl, redeemCode, refreshTokens, tokensOf } from '../harness/signed-in-tokens.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'
import { signIn } from '../harness/visitor.ts'

const secret = 'ThisSecretIsForThisTestAndNothingElseOnEarth01'
const machine = (digit: string) => `m00000000000000000000000000000${digit}`.replace('m', 'c')

const planSchema = `{ type: object, required: [plan], properties: { plan: { enum: [free, pro] }, limits: { additionalProperties: { type: integer } } } }`

const mintageYaml = `
settings:
  signUp: { isEmailProofRequired: false }
  claims: { m2mToken: ${planSchema} }
applications:
  web:
    type: reg
    clientId: ${webClient.id}
    clientSecret: ${webClient.secret}
    redirectUris: [${redirectUri}]
    claims:
      action: refuse
      idToken: { properties: { plan: { const: pro } } }
  warned: { type: m2m, clientId: ${machine('11')}, clientSecret: ${secret}, apis: &apis [{ audience: https://api.example.com }] }
  refused:
    type: m2m
    clientId: ${machine('12')}
    clientSecret: ${secret}
    apis: *apis
    claims: { action: refuse, m2mToken: ${planSchema} }
  fits: { type: m2m, clientId: ${machine('13')}, clientSecret: ${secret}, apis: *apis, claims: { action: refuse, m2mToken: ${planSchema} } }
apis: { reports: { audience: https://api.example.com } }
users: [{ email: ada@example.com, id: kp_ada, password: sunflower-engine-42 }]
`

/** Under `continue`, which a refusal by the schema does not heed. */
const machineWorkflow = `
export const workflowSettings = { id: 'machine', trigger: 'm2m:token_generation', failurePolicy: { action: 'continue' }, bindings: { 'kinde.m2mToken': {} } }
export default async function (event) {
  const isRight = event.context.application.clientId === '${machine('13')}'
  kinde.m2mToken.setCustomClaim('plan', isRight ? 'pro' : 'a-value-to-hide')
  kinde.m2mToken.setCustomClaim('limits', isRight ? { reports: 3 } : { reports: 'three' })
}
`

const userWorkflow = `
export const workflowSettings = { id: 'user', trigger: 'user:tokens_generation', bindings: { 'kinde.idToken': {} } }
export default async function (event) {
  const isRefresh = event.context.auth.origin === 'refresh_token_request'
  kinde.idToken.setCustomClaim('plan', isRefresh ? 'free' : 'pro')
}
`

const files = (yaml: string) => ({
  'kinde.json': '{"rootDir": "kindeSrc"}',
  'mintage.yaml': yaml,
  'kindeSrc/environment/workflows/machineWorkflow.ts': machineWorkflow,
  'kindeSrc/environment/workflows/userWorkflow.ts': userWorkflow,
})

async function open(t: TestContext): Promise<TestServer> {
  return openTestServer(t, {
    settings: { projectDir: await makeProject(t, files(mintageYaml)), isDemo: false },
  })
}

const answerSchema = z.looseObject({
  access_token: z.string().optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
})

async function machineToken({ server }: TestServer, clientId: string) {
  const response = await fetch(`${server.issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      audience: 'https://api.example.com',
    }),
  })
  return { status: response.status, body: answerSchema.parse(await response.json()) }
}

async function lastInvocation({ server }: TestServer, clientId: string) {
  await server.store.invocations.flush()
  const [newest] = await server.store.invocations.list({ limit: 1, clientId })
  assert.ok(newest)
  return { id: newest.id, ...invocationDocumentSchema.parse(newest.document) }
}

const unfit = [
  { token: 'm2mToken', claim: 'plan', problem: 'must be equal to one of the allowed values: ["free","pro"]' },
  { token: 'm2mToken', claim: 'limits.reports', problem: 'must be integer' },
]

test('a claims schema of the environment with `warn` issues a token that does not fit, logs it once and marks its invocation', async (t) => {
  const opened = await open(t)
  const { status, body } = await machineToken(opened, machine('11'))
  assert.equal(status, 200)
  assert.equal(decodeJwt(body.access_token ?? '')['plan'], 'a-value-to-hide')
  const { decision, outcome, log, ...document } = await lastInvocation(opened, machine('11'))
  assert.deepEqual([outcome, decision], ['completed', 'issue'])
  assert.deepEqual(document.unfit, unfit)
  assert.deepEqual(log, [
    {
      level: 'warn',
      text: 'mintage: The claims do not fit the claims schema: m2mToken.plan must be equal to one of the allowed values: ["free","pro"]; m2mToken.limits.reports must be integer.',
    },
  ])
})

test('a claims schema of an application with `refuse` issues no token that does not fit, even under continue, and every other one', async (t) => {
  const opened = await open(t)
  const { status, body } = await machineToken(opened, machine('12'))
  const { id, decision, outcome, error, ...document } = await lastInvocation(opened, machine('12'))
  assert.deepEqual([status, body.error, body.access_token], [500, 'server_error', undefined])
  assert.ok(body.error_description?.includes(`claims_unfit, ${id}`), body.error_description)
  assert.deepEqual([outcome, decision, error?.code], ['claims-unfit', 'refuse', 'claims_unfit'])
  assert.match(
    error?.message ?? '',
    /m2mToken\.plan must be equal .*; m2mToken\.limits\.reports must be integer/,
  )
  assert.doesNotMatch(error?.message ?? '', /a-value-to-hide/)
  assert.equal(document.m2mToken?.after, null)
  assert.deepEqual(document.unfit, unfit)

  assert.equal((await machineToken(opened, machine('13'))).status, 200)
  const fits = await lastInvocation(opened, machine('13'))
  assert.deepEqual([fits.decision, fits.unfit], ['issue', undefined])
})

test('a claims schema refuses a refresh whose ID token does not fit, and the refresh token stays usable', async (t) => {
  const opened = await open(t)
  const { issuer } = opened.server
  const callback = await signIn(userAgent(issuer), authorizationUrl(issuer), {
    email: 'ada@example.com',
    password: 'sunflower-engine-42',
  })
  const { idToken, refreshToken } = tokensOf(await redeemCode(issuer, callback))
  assert.equal(decodeJwt(idToken)['plan'], 'pro')
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const refused = await refreshTokens(issuer, refreshToken)
    assert.deepEqual([refused.status, refused.body.error], [500, 'server_error'])
    assert.match(refused.body.error_description ?? '', /claims_unfit/)
  }
})

test('a claims schema with a mistake is refused at the start, with its line', async (t) => {
  const yaml = `
settings:
  claims:
    accessToken: { type: object, properties: { plan: { enum: pro } } }
applications:
  web:
    type: spa
    redirectUris: [${redirectUri}]
    claims:
      action: refuse
      idToken:
        properties:
          plan: { type: text }
        requred: [plan]
`
  const dir = await makeProject(t, files(yaml))
  const { exitCode, stderr } = await typeMintage([
    'start',
    '--project',
    dir,
    '--port',
    '0',
    '--data-dir',
    `${dir}/data`,
  ])
  assert.equal(exitCode, 2, stderr)
  assert.match(
    stderr,
    /settings\.claims\.accessToken\.properties\.plan\.enum: must be array\.\n +--> .*mintage\.yaml:4:\d+/,
  )
  assert.match(
    stderr,
    /applications\.web\.claims\.idToken\.properties\.plan\.type: .*\n +--> .*mintage\.yaml:13:\d+/,
  )
  const known = await makeProject(
    t,
    files(yaml.replace('enum: pro', 'enum: [pro]').replace('text', 'string')),
  )
  const unknown = await typeMintage([
    'start',
    '--project',
    known,
    '--port',
    '0',
    '--data-dir',
    `${known}/data`,
  ])
  assert.equal(unknown.exitCode, 2)
  assert.match(unknown.stderr, /claims\.idToken: unknown keyword: "requred"\.\n +--> .*mintage\.yaml:\d+:\d+/)
})
