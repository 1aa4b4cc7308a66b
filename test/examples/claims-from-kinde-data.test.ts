// The example claims-from-kinde-data, both variants of it, on the real createKindeAPI against a management API that gives
// and wants real tokens; and the command of its README.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { exampleFolder, exampleInput, runReadmeCommand, variants } from '../harness/examples.ts'
import { m2mEnvironment, startManagementApi, type ManagementApi } from '../harness/management-api.ts'
import { makeProject } from '../harness/temp-project.ts'
import { buildOnlyWorkflow, eventFrom, openTestSandbox, runWorkflow } from '../harness/workflow-run.ts'

const example = exampleFolder('claims-from-kinde-data')

const accessTokenClaims = { customer_id: 'customer-1815', plan: 'premium', org_roles: ['admin', 'editor'] }
const idTokenClaims = { sign_ins: 12, organizations_of_user: ['org_engines', 'org_weaving'] }

/** When the client is not known: the library's own text, and ours. */
const refusalTexts = {
  library: 'Error: getM2MToken: Failed to obtain token - getM2MToken: No access token returned',
  bare: 'Error: The token endpoint gave no token',
}

for (const variant of variants) {
  test(`${variant} puts what the management API knows of the user into both tokens`, async (t) => {
    const api = await startManagementApi(t)
    const { sandbox, deployment, input } = await opened(t, api, variant)

    const run = await runWorkflow(sandbox, deployment, { ...input, environment: m2mEnvironment })

    assert.equal(run.failure, undefined)
    assert.equal(run.ending, 'completed')
    assert.deepEqual(run.tokens.accessToken?.before, input.before.accessToken)
    assert.deepEqual(run.tokens.accessToken?.after, { ...input.before.accessToken, ...accessTokenClaims })
    assert.deepEqual(run.tokens.idToken?.before, input.before.idToken)
    assert.deepEqual(run.tokens.idToken?.after, { ...input.before.idToken, ...idTokenClaims })
  })

  test(`${variant} makes its three reads at the same time`, async (t) => {
    // No read is answered before all three have arrived: one after the other, the first would run into its time limit.
    const api = await startManagementApi(t, { meetingOf: 3 })
    const { sandbox, deployment, input } = await opened(t, api, variant)

    const run = await runWorkflow(sandbox, deployment, { ...input, environment: m2mEnvironment })

    assert.equal(run.ending, 'completed')
    assert.deepEqual(api.apiRequests.map(({ url }) => url.pathname).toSorted(), [
      '/api/v1/organizations/org_engines/users/kp_ada/roles',
      '/api/v1/user',
      '/api/v1/users/kp_ada/properties',
    ])
  })

  test(`${variant} fetches its M2M token once for several runs, also for runs at the same time`, async (t) => {
    const api = await startManagementApi(t)
    const { sandbox, deployment, input } = await opened(t, api, variant)
    const request = { ...input, environment: m2mEnvironment }

    const together = await Promise.all([1, 2, 3].map(() => runWorkflow(sandbox, deployment, request)))
    const later = await runWorkflow(sandbox, deployment, request)

    assert.deepEqual(
      [...together, later].map(({ ending }) => ending),
      ['completed', 'completed', 'completed', 'completed'],
    )
    assert.equal(api.tokenRequests.length, 1)
    assert.equal(api.apiRequests.length, 12)
  })

  test(`${variant} issues no token when the management API refuses, and says what it said`, async (t) => {
    const api = await startManagementApi(t)
    const { sandbox, deployment, input } = await opened(t, api, variant)
    const stranger = { ...m2mEnvironment.KINDE_WF_M2M_CLIENT_ID, value: 'stranger' }

    const run = await runWorkflow(sandbox, deployment, {
      ...input,
      environment: { ...m2mEnvironment, KINDE_WF_M2M_CLIENT_ID: stranger },
    })

    assert.equal(run.ending, 'threw')
    assert.equal(run.decision.kind, 'refuse')
    assert.equal(run.failure?.message, refusalTexts[variant])
    assert.equal(api.apiRequests.length, 0)
  })
}

test('a user whom the management API does not know is an error with its text, and no token without claims', async (t) => {
  const api = await startManagementApi(t)
  for (const variant of variants) {
    const { sandbox, deployment, input } = await opened(t, api, variant)
    const event = JSON.parse(JSON.stringify(input.event).replaceAll('kp_ada', 'kp_stranger'))

    const run = await runWorkflow(sandbox, deployment, { event, environment: m2mEnvironment })

    assert.equal(run.ending, 'threw', variant)
    assert.match(
      run.failure?.message ?? '',
      /^Error: The management API refused: .*(?:USER_NOT_FOUND|ROUTE_NOT_FOUND)/,
    )
  }
})

test('both variants share the M2M token, because they keep it under the same name', async (t) => {
  const api = await startManagementApi(t)
  const { sandbox, deployment: library, input } = await opened(t, api, 'library')
  const bare = await buildOnlyWorkflow(sandbox, `${example}/bare`)
  const request = { ...input, environment: m2mEnvironment }

  const runs = [await runWorkflow(sandbox, library, request), await runWorkflow(sandbox, bare, request)]

  assert.deepEqual(runs[0]?.tokens, runs[1]?.tokens)
  assert.equal(api.tokenRequests.length, 1)
})

test('the command of the README shows the claims and keeps the client secret to itself', async (t) => {
  const api = await startManagementApi(t)
  const { event } = await exampleInput(example)
  const folder = await makeProject(t, { 'event.json': JSON.stringify(eventFrom(api.origin, event)) })

  const document = await runReadmeCommand(example, {
    'examples/claims-from-kinde-data/event.json': `${folder}/event.json`,
    '127.0.0.1:4010': api.host,
  })

  assert.equal(document.outcome, 'completed')
  const { accessToken, idToken } = document
  assert.deepEqual(accessToken?.after, { ...accessToken?.before, ...accessTokenClaims })
  assert.deepEqual(idToken?.after, { ...idToken?.before, ...idTokenClaims })
  assert.equal(JSON.stringify(document).includes(m2mEnvironment.KINDE_WF_M2M_CLIENT_SECRET.value), false)
})

/** The variant, built in a sandbox that may call this API, with an event of its issuer. */
async function opened(t: TestContext, api: ManagementApi, variant: (typeof variants)[number]) {
  const sandbox = await openTestSandbox(t, [api.host])
  const deployment = await buildOnlyWorkflow(sandbox, `${example}/${variant}`)
  const { event, before } = await exampleInput(example)
  return { sandbox, deployment, input: { event: eventFrom(api.origin, event), before } }
}
