// The example claim-format, both variants of it, and the command of its README.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleFolder, exampleInput, runReadmeCommand, variants } from '../harness/examples.ts'
import { buildOnlyWorkflow, openTestSandbox, runWorkflow } from '../harness/workflow-run.ts'

const example = exampleFolder('claim-format')
const hasuraNamespace = 'https://hasura.io/jwt/claims'

const shapedClaims = {
  roles: 'admin editor',
  [hasuraNamespace]: {
    'x-hasura-default-role': 'user',
    'x-hasura-allowed-roles': ['user', 'admin', 'editor'],
    'x-hasura-user-id': 'kp_ada',
    'x-hasura-org-id': 'org_engines',
  },
}

for (const variant of variants) {
  test(`${variant} writes roles as one string and as Hasura's claims`, async (t) => {
    const sandbox = await openTestSandbox(t)
    const deployment = await buildOnlyWorkflow(sandbox, `${example}/${variant}`)
    const input = await exampleInput(example)

    const run = await runWorkflow(sandbox, deployment, input)

    assert.equal(run.ending, 'completed')
    assert.deepEqual(run.tokens.accessToken?.before, input.before.accessToken)
    assert.deepEqual(run.tokens.accessToken?.after, { ...input.before.accessToken, ...shapedClaims })
    assert.deepEqual(run.tokens.idToken?.after, input.before.idToken)
  })

  test(`${variant} gives a user without roles an empty string and the role of everybody`, async (t) => {
    const sandbox = await openTestSandbox(t)
    const deployment = await buildOnlyWorkflow(sandbox, `${example}/${variant}`)
    const { event, before } = await exampleInput(example)
    const { roles: _, ...withoutRoles } = before.accessToken ?? {}

    const run = await runWorkflow(sandbox, deployment, {
      event,
      before: { ...before, accessToken: withoutRoles },
    })

    assert.equal(run.tokens.accessToken?.after?.['roles'], '')
    assert.deepEqual(run.tokens.accessToken?.after?.[hasuraNamespace], {
      ...shapedClaims[hasuraNamespace],
      'x-hasura-allowed-roles': ['user'],
    })
  })
}

test('the command of the README shows both forms of the roles', async () => {
  const document = await runReadmeCommand(example)

  assert.equal(document.outcome, 'completed')
  assert.equal(document.accessToken?.after?.['roles'], shapedClaims.roles)
  assert.deepEqual(document.accessToken?.after?.[hasuraNamespace], shapedClaims[hasuraNamespace])
})
