// The example smaller-tokens, both variants of it, and the command of its README.
import { jsonBytes } from '../../src/tokens/index.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleFolder, exampleInput, runReadmeCommand, variants } from '../harness/examples.ts'
import { buildOnlyWorkflow, openTestSandbox, runWorkflow } from '../harness/workflow-run.ts'

const example = exampleFolder('smaller-tokens')

for (const variant of variants) {
  test(`${variant} takes permissions and feature flags out of the access token and leaves everything else`, async (t) => {
    const sandbox = await openTestSandbox(t)
    const deployment = await buildOnlyWorkflow(sandbox, `${example}/${variant}`)
    const input = await exampleInput(example)

    const run = await runWorkflow(sandbox, deployment, input)

    assert.equal(run.ending, 'completed')
    const { accessToken, idToken } = run.tokens
    assert.deepEqual(accessToken?.before, input.before.accessToken)
    const { feature_flags: _, ...others } = input.before.accessToken ?? {}
    assert.deepEqual(accessToken?.after, { ...others, permissions: [] })
    assert.deepEqual(idToken?.after, input.before.idToken)
    assert.ok(
      jsonBytes(accessToken?.after ?? {}) < jsonBytes(accessToken?.before ?? {}) / 2,
      'less than half is left',
    )
  })
}

test('the command of the README shows the shrunken token', async () => {
  const document = await runReadmeCommand(example)

  assert.equal(document.outcome, 'completed')
  assert.equal(document.accessToken?.before['permissions'] instanceof Array, true)
  assert.deepEqual(document.accessToken?.after?.['permissions'], [])
  assert.equal(Object.hasOwn(document.accessToken?.after ?? {}, 'feature_flags'), false)
})
