// The example claims-from-external-service, both variants of it, against a CRM that answers, refuses, or is down; and the
// command of its README.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleFolder, exampleInput, runReadmeCommand, variants } from '../harness/examples.ts'
import { originThatIsDown, startHttpServer, type AnswerRequest } from '../harness/http-server.ts'
import { buildOnlyWorkflow, openTestSandbox, runWorkflow } from '../harness/workflow-run.ts'

const example = exampleFolder('claims-from-external-service')

const crm: AnswerRequest = ({ url, headers }) => {
  if (headers.authorization !== 'Bearer crm-key') return { status: 401, json: { error: 'who are you?' } }
  if (url.pathname !== '/customers/kp_ada/entitlements')
    return { status: 404, json: { error: 'no such customer' } }
  return { json: { plan: 'premium', seats: 25, internal_note: 'not for tokens' } }
}

function crmSettings(origin: string, key = 'crm-key') {
  return { CRM_URL: { value: origin, isSecret: false }, CRM_KEY: { value: key, isSecret: true } }
}

const freePlan = { plan: 'free', seats: 1, known: false }

for (const variant of variants) {
  test(`${variant} puts what the CRM says of the user, and no more of it, into the access token`, async (t) => {
    const server = await startHttpServer(t, crm)
    const sandbox = await openTestSandbox(t, [server.host])
    const deployment = await buildOnlyWorkflow(sandbox, `${example}/${variant}`)
    const input = await exampleInput(example)

    const run = await runWorkflow(sandbox, deployment, { ...input, environment: crmSettings(server.origin) })

    assert.equal(run.ending, 'completed')
    assert.deepEqual(run.tokens.accessToken?.before, input.before.accessToken)
    assert.deepEqual(run.tokens.accessToken?.after, {
      ...input.before.accessToken,
      entitlements: { plan: 'premium', seats: 25, known: true },
    })
    assert.deepEqual(run.tokens.idToken?.after, input.before.idToken)
    assert.deepEqual(run.log, [])
    assert.deepEqual(
      run.calls.map(({ method, url, status }) => ({ method, url, status })),
      [{ method: 'GET', url: `${server.origin}/customers/kp_ada/entitlements`, status: 200 }],
    )
  })

  test(`${variant} issues the tokens with the free plan when the CRM is down, and warns why`, async (t) => {
    const down = await originThatIsDown()
    const sandbox = await openTestSandbox(t, [down.host])
    const deployment = await buildOnlyWorkflow(sandbox, `${example}/${variant}`)
    const input = await exampleInput(example)

    const run = await runWorkflow(sandbox, deployment, { ...input, environment: crmSettings(down.origin) })

    assert.equal(run.ending, 'completed')
    assert.equal(run.decision.kind, 'issue')
    assert.deepEqual(run.tokens.accessToken?.after?.['entitlements'], freePlan)
    const [warning, ...others] = run.log
    assert.deepEqual(others, [])
    assert.equal(warning?.level, 'warn')
    assert.match(
      warning?.text ?? '',
      /^The CRM gave no entitlements: GET http:\/\/127\.0\.0\.1:\d+\/customers\/kp_ada\/ent/,
    )
    assert.equal(run.calls[0]?.error?.code, 'fetch_failed')
  })

  test(`${variant} treats a refusal of the CRM as no answer, because a status does not throw`, async (t) => {
    const server = await startHttpServer(t, crm)
    const sandbox = await openTestSandbox(t, [server.host])
    const deployment = await buildOnlyWorkflow(sandbox, `${example}/${variant}`)
    const input = await exampleInput(example)

    const run = await runWorkflow(sandbox, deployment, {
      ...input,
      environment: crmSettings(server.origin, 'old-key'),
    })

    assert.equal(run.ending, 'completed')
    assert.deepEqual(run.tokens.accessToken?.after?.['entitlements'], freePlan)
    assert.match(run.log[0]?.text ?? '', /^The CRM gave no entitlements: its answer has /)
    assert.equal(run.calls[0]?.status, 401)
  })

  test(`${variant} issues no token when a setting is missing, and says which`, async (t) => {
    const sandbox = await openTestSandbox(t)
    const deployment = await buildOnlyWorkflow(sandbox, `${example}/${variant}`)
    const { CRM_URL } = crmSettings('http://127.0.0.1:1')

    const run = await runWorkflow(sandbox, deployment, {
      ...(await exampleInput(example)),
      environment: { CRM_URL },
    })

    assert.equal(run.ending, 'threw')
    assert.equal(run.decision.kind, 'refuse')
    assert.equal(run.tokens.accessToken?.after, undefined)
    assert.equal(run.failure?.code, 'workflow_threw')
    assert.equal(run.failure.message, 'Error: The environment variable CRM_KEY is not set')
    assert.equal(run.failure.at?.file, 'kindeSrc/environment/workflows/tokensWorkflow.ts')
  })
}

test('the command of the README shows the entitlements and keeps the key to itself', async (t) => {
  const server = await startHttpServer(t, crm)

  const document = await runReadmeCommand(example, { '127.0.0.1:4011': server.host })

  assert.equal(document.outcome, 'completed')
  assert.deepEqual(document.accessToken?.after?.['entitlements'], { plan: 'premium', seats: 25, known: true })
  assert.equal(JSON.stringify(document).includes('crm-key'), false)
})
