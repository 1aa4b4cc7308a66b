// A recorded invocation as a test: `runWorkflow` takes the case that `mintage logs show ID --case` writes, as a file or as what is in it.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runWorkflow, signInEvent } from '../../src/testing/index.ts'
import { makeProject } from '../harness/temp-project.ts'

const workflowFile = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

const workflow = `export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.fetch': {}, 'kinde.env': {} },
}
export default async function (event: any) {
  const { json } = await kinde.fetch('https://crm.example/' + event.context.user.id)
  Object.assign(kinde.accessToken.getCustomClaims(), {
    plan: json.plan,
    at: Date.now(),
    secret: kinde.env.get('CRM_KEY').value.length,
  })
}
`

const recorded = {
  version: 1,
  trigger: 'user:tokens_generation',
  workflow: { id: 'tokens', file: workflowFile },
  invocation: 'inv_1',
  event: signInEvent({ context: { user: { id: 'kp_1' } } }),
  before: { accessToken: { sub: 'kp_1' }, idToken: { sub: 'kp_1' } },
  environment: { CRM_KEY: { value: 'masked', isSecret: true } },
  clock: '2026-11-28T10:00:00.000Z',
  seed: '00'.repeat(32),
  answers: [{ method: 'GET', url: 'https://crm.example/kp_1', body: { plan: 'team' } }],
  expected: {
    outcome: 'completed',
    decision: 'issue',
    tokens: {
      accessToken: { sub: 'kp_1', plan: 'team', at: Date.UTC(2026, 10, 28, 10), secret: 6 },
      idToken: { sub: 'kp_1' },
    },
  },
}

test('runs a case with all that it holds, and says how the run differs from what it expects', async (t) => {
  const folder = await makeProject(t, {
    'kinde.json': '{}',
    [workflowFile]: workflow,
    'tests/case.json': JSON.stringify(recorded),
  })
  const file = join(folder, 'tests/case.json')
  const same = await runWorkflow(file)
  assert.deepEqual([same.outcome, same.difference], ['completed', undefined])
  assert.deepEqual(same.accessToken?.after, recorded.expected.tokens.accessToken)

  const other = await runWorkflow(recorded, {
    workflow: join(folder, workflowFile),
    secrets: { CRM_KEY: 'a longer one' },
    clock: '2031-01-01',
  })
  assert.equal(other.accessToken?.after?.['secret'], 12)
  assert.equal(
    other.difference,
    `accessToken.at: expected ${Date.UTC(2026, 10, 28, 10)}, got ${Date.UTC(2031, 0, 1)}`,
  )

  await writeFile(
    join(folder, workflowFile),
    workflow.replace(`'https://crm.example/'`, `'https://other.example/'`),
  )
  await assert.rejects(runWorkflow(file), {
    code: 'answer_missing',
    message: /^GET https:\/\/other\.example\/kp_1 has no answer in this test/,
  })
  const answers = { 'https://other.example/*': { body: { plan: 'gold' } } }
  const moved = await runWorkflow(file, { answers })
  assert.equal(moved.difference, 'accessToken.plan: expected "team", got "gold"')
})

test('refuses a case of another version, a file that is not one, and a case whose workflow is not here', async (t) => {
  const folder = await makeProject(t, {
    'newer.json': JSON.stringify({ ...recorded, version: 2 }),
    'broken.json': '{',
    'other.json': '{ "version": 1 }',
    'away.json': JSON.stringify(recorded),
  })
  const refusals = {
    newer: 'case_version_unknown',
    broken: 'case_invalid',
    other: 'case_invalid',
    away: 'file_unreadable',
    gone: 'file_unreadable',
  }
  for (const [name, code] of Object.entries(refusals))
    await assert.rejects(runWorkflow(join(folder, `${name}.json`)), { code }, name)
})
