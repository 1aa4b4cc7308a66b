// The byte budget of an application's tokens (docs/guides/keep-serving.md): both actions, with a workflow and without one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { invocationDocumentSchema } from '../../src/tokens/index.ts'
import { openTestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'

const secret = 'ThisSecretIsForThisTestAndNothingElseOnEarth02'
const machine = (digit: string) => `c00000000000000000000000000000${digit}`

const application = (digit: string, budget: string) =>
  `  m${digit}: { type: m2m, clientId: ${machine(digit)}, clientSecret: ${secret}, apis: [{ audience: https://api.example.com }], tokenBudget: ${budget} }`

const mintageYaml = `
applications:
${application('21', '{ bytes: 1000 }')}
${application('22', '{ bytes: 1000, action: refuse }')}
${application('23', '{ bytes: 10000, action: refuse }')}
${application('24', '{ bytes: 10, action: refuse }')}
${application('25', '{ bytes: 10 }')}
apis: { reports: { audience: https://api.example.com } }
`

/** Under `continue`, which a refusal by the budget does not heed. */
const workflow = `
export const workflowSettings = { id: 'machine', trigger: 'm2m:token_generation', failurePolicy: { action: 'continue' }, bindings: { 'kinde.m2mToken': {} } }
export default async function () { kinde.m2mToken.setCustomClaim('long', 'x'.repeat(2_000)) }
`

async function open(t: Parameters<typeof makeProject>[0], source?: string) {
  const projectDir = await makeProject(t, {
    'kinde.json': '{"rootDir": "kindeSrc"}',
    'mintage.yaml': mintageYaml,
    ...(source !== undefined && { 'kindeSrc/environment/workflows/machineWorkflow.ts': source }),
  })
  const { server, logLines } = await openTestServer(t, {
    settings: { projectDir, isDemo: false },
  })
  const ask = async (digit: string) => {
    const answer = await fetch(`${server.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: machine(digit),
        client_secret: secret,
        audience: 'https://api.example.com',
      }),
    })
    const body = (await answer.json()) as { readonly access_token?: string; readonly error?: string }
    await server.store.invocations.flush()
    const [record] = await server.store.invocations.list({ limit: 1 })
    return {
      status: answer.status,
      error: body.error,
      claims: body.access_token === undefined ? undefined : decodeJwt(body.access_token),
      document: record && invocationDocumentSchema.parse(record.document),
      told: logLines.filter((line) => line.includes('"token_over_budget"') && line.includes(machine(digit))),
    }
  }
  return { ask }
}

test('issues a token over its budget under `warn`, logs it and marks the invocation', async (t) => {
  const { ask } = await open(t, workflow)
  const { status, claims, document, told } = await ask('21')
  assert.deepEqual([status, String(claims?.['long']).length, told.length], [200, 2_000, 1])
  const [oversized] = document?.oversized ?? []
  assert.deepEqual([oversized?.token, oversized?.budget, document?.decision], ['m2mToken', 1_000, 'issue'])
  assert.ok((oversized?.bytes ?? 0) > 2_000)
  assert.match(
    document?.log.at(-1)?.text ?? '',
    /larger than the budget.*M2M token has \d+ bytes, the budget is 1000/,
  )
})

test('refuses a token over its budget under `refuse`, whatever the failure policy, and says why', async (t) => {
  const { ask } = await open(t, workflow)
  const { status, error, document, told } = await ask('22')
  assert.deepEqual([status, error, told.length], [500, 'server_error', 1])
  assert.deepEqual(
    [document?.outcome, document?.decision, document?.error?.code, document?.m2mToken?.after],
    ['token-over-budget', 'refuse', 'token_over_budget', null],
  )
})

test('issues a token within its budget and says nothing', async (t) => {
  const { ask } = await open(t, workflow)
  const { status, document, told } = await ask('23')
  assert.deepEqual([status, document?.oversized, told.length], [200, undefined, 0])
})

test('holds default claims to the budget, too, when no workflow runs', async (t) => {
  const { ask } = await open(t)
  const refused = await ask('24')
  assert.deepEqual([refused.status, refused.error, refused.told.length], [500, 'server_error', 1])
  const warned = await ask('25')
  assert.deepEqual([warned.status, warned.told.length], [200, 1])
})
