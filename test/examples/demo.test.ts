// The demo project with the events beside it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runDocumentSchema } from '../../src/tokens/index.ts'
import { eventFile, exampleFolder } from '../harness/examples.ts'
import { typeMintage } from '../harness/mintage-command.ts'
import { buildOnlyWorkflow, openTestSandbox, readJson, runWorkflow } from '../harness/workflow-run.ts'

const demo = exampleFolder('demo')
const demoWorkflow = 'examples/demo/kindeSrc/environment/workflows/tokensWorkflow.ts'

const situations = [
  { event: 'sign-in.json', origin: 'authorization_request', greeting: 'Hello Ada' },
  { event: 'single-sign-on.json', origin: 'authorization_request', greeting: 'Good to see you again, Ada' },
  { event: 'refresh.json', origin: 'refresh_token_request', greeting: 'Good to see you again, Ada' },
] as const

for (const { event, origin, greeting } of situations) {
  test(`the demo shapes both tokens on ${event}`, async (t) => {
    const sandbox = await openTestSandbox(t)
    const deployment = await buildOnlyWorkflow(sandbox, demo)

    const run = await runWorkflow(sandbox, deployment, { event: await readJson(eventFile(event)) })

    assert.equal(run.ending, 'completed')
    const { accessToken, idToken } = run.tokens
    const { feature_flags: _, ...others } = accessToken?.before ?? {}
    assert.deepEqual(accessToken?.after, {
      ...others,
      roles: 'admin editor',
      sign_in: { origin, connection: 'conn_email' },
    })
    assert.deepEqual(idToken?.after, { ...idToken?.before, greeting })
    assert.deepEqual(run.log, [{ level: 'info', text: `shaped the tokens of kp_ada (${origin})` }])
    assert.deepEqual(run.calls, [])
  })
}

test('the demo works on the tokens that an event file brings', async () => {
  const { exitCode, stdout, stderr } = await typeMintage([
    'run',
    demoWorkflow,
    '--event',
    'examples/events/sign-in-with-tokens.json',
    '--json',
  ])

  assert.equal(stderr, '')
  assert.equal(exitCode, 0)
  const { accessToken, idToken } = runDocumentSchema.parse(JSON.parse(stdout))
  assert.equal(accessToken?.before['jti'], '5d1d0a52-6d53-4a0e-9f0e-2b7c1c6f4e11')
  assert.equal(accessToken.after?.['roles'], 'admin editor')
  assert.equal(idToken?.after?.['greeting'], 'Hello Ada')
})

test('the demo leaves claims alone that a user does not have', async (t) => {
  const sandbox = await openTestSandbox(t)
  const deployment = await buildOnlyWorkflow(sandbox, demo)
  const before = { accessToken: { sub: 'kp_ada' }, idToken: { sub: 'kp_ada' } }

  const run = await runWorkflow(sandbox, deployment, {
    event: await readJson(eventFile('sign-in.json')),
    before,
  })

  assert.deepEqual(run.tokens.accessToken?.after, {
    sub: 'kp_ada',
    sign_in: { origin: 'authorization_request', connection: 'conn_email' },
  })
  assert.deepEqual(run.tokens.idToken?.after, { sub: 'kp_ada', greeting: 'Hello there' })
})
