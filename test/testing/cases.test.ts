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

test('runs a case of version 1 with all that it holds, and says how the run differs from what it expects', async (t) => {
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
    'newer.json': JSON.stringify({ ...recorded, version: 3 }),
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

const sequenced = (id: string, order: number, body: string) => `
export const workflowSettings = {
  id: '${id}', trigger: 'user:tokens_generation', order: ${order},
  failurePolicy: { action: 'continue', fallback: 'last-good', maxAgeSeconds: 3600 },
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
}
export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  ${body}
}`

const machine = `export const workflowSettings = { id: 'machine', trigger: 'm2m:token_generation' }
export default async function () {}`

test('runs several workflows by their order, each on what the one before it left', async (t) => {
  const folder = await makeProject(t, {
    'kinde.json': '{}',
    'b.ts': sequenced('second', 2, `claims.trail = [...claims.trail, 'second']; console.log('second ran')`),
    'a.ts': sequenced('first', 1, `claims.trail = ['first']; console.log('first ran')`),
    'same.ts': sequenced('other', 2, ''),
    'machine.ts': machine,
  })
  const [a, b] = [join(folder, 'a.ts'), join(folder, 'b.ts')]
  const { accessToken, log } = await runWorkflow([b, a])
  assert.deepEqual(accessToken?.after?.['trail'], ['first', 'second'])
  assert.deepEqual(
    log.flatMap(({ level, text }) => (level === 'warn' ? [] : [text])),
    ['first ran', 'second ran'],
  )
  await assert.rejects(runWorkflow([a, b, join(folder, 'same.ts')]), { code: 'trigger_taken' })
  await assert.rejects(runWorkflow([a, join(folder, 'machine.ts')]), {
    code: 'usage',
    message: /^The workflows have several triggers: user:tokens_generation, m2m:token_generation/,
  })
  await assert.rejects(runWorkflow([]), {
    code: 'usage',
    message: /^runWorkflow needs .*, got an empty list/,
  })
})

test('runs the workflows of a case with the clock, the seed and the rules that each had', async (t) => {
  const folder = await makeProject(t, {
    'kinde.json': '{}',
    'a.ts': sequenced('first', 1, 'claims.first = [Date.now(), Math.random()]'),
    'b.ts': sequenced('second', 2, 'claims.second = [Date.now(), Math.random()]'),
    'c.ts': sequenced('third', 3, `throw new Error('down')`),
    'd.ts': sequenced('fourth', 4, 'claims.fourth = true'),
  })
  const files = ['a.ts', 'b.ts', 'c.ts', 'd.ts'].map((file) => join(folder, file))
  const { trigger, event, before, environment, answers } = recorded
  const several = {
    ...{ trigger, event, before, environment, answers },
    version: 2,
    workflows: [
      { id: 'first', file: 'a.ts', clock: '2026-11-28T10:00:00.000Z', seed: '11'.repeat(32) },
      { id: 'second', file: 'b.ts', clock: '2026-11-28T10:00:01.000Z', seed: '22'.repeat(32) },
      { id: 'third', file: 'c.ts' },
      { id: 'fourth', file: 'd.ts', isResting: true },
    ],
    lastGood: {
      third: { ageSeconds: 60, tokens: { accessToken: { set: { third: 'kept' }, removed: [] } } },
    },
  }
  const ran = await runWorkflow(several, { workflow: files })
  const after = ran.accessToken?.after ?? {}
  const [[firstAt, firstRandom], [secondAt, secondRandom]] = [after['first'], after['second']] as [
    [number, number],
    [number, number],
  ]
  assert.deepEqual([firstAt, secondAt], [Date.UTC(2026, 10, 28, 10), Date.UTC(2026, 10, 28, 10, 0, 1)])
  assert.notEqual(firstRandom, secondRandom)
  assert.deepEqual([after['third'], after['fourth']], ['kept', undefined])
  assert.deepEqual([ran.decision, ran.error?.code], ['issue-partial', 'workflow_threw'])
  const alone = await runWorkflow(several, { workflow: join(folder, 'b.ts') })
  assert.deepEqual(alone.accessToken?.after?.['second'], [secondAt, secondRandom])

  const schema = { properties: { first: { type: 'string' } } }
  const unfit = await runWorkflow(
    { ...several, claimsRules: { action: 'refuse', accessToken: schema } },
    { workflow: files },
  )
  assert.equal(unfit.outcome, 'claims-unfit')
  const budget = { bytes: 10, action: 'refuse' }
  const large = await runWorkflow({ ...several, tokenBudget: budget }, { workflow: files })
  assert.equal(large.outcome, 'token-over-budget')
  const bounded = await runWorkflow({ ...several, limits: { claimsBytes: 5 } }, { workflow: files })
  assert.equal(bounded.outcome, 'claims-too-large')
})
