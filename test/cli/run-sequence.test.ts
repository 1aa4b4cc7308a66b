// `mintage run` with several workflows of one trigger: files, or a whole project; recorded and replayed.
import assert from 'node:assert/strict'
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runDocumentSchema } from '../../src/tokens/index.ts'
import { openFolder, smallEvent, steady, workflow } from './mintage.ts'

const first = workflow(`  token.plan = 'gold'; token.id = crypto.randomUUID()`, `id: 'plans', order: 1,`)
const second = workflow(`  token.seen = token.plan; token.plan = 'silver'`, `id: 'legacy', order: 2,`)
const failing = workflow(
  `  token.plan = 'half'; throw new Error('no plan')`,
  `id: 'broken', order: 3, failurePolicy: { action: 'continue' },`,
)

test('runs several files by their order and tells what each one did', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'aWorkflow.ts': second,
    'bWorkflow.ts': first,
    'cWorkflow.ts': failing,
  })
  const files = ['cWorkflow.ts', 'aWorkflow.ts', 'bWorkflow.ts']
  const { code, stdout, stderr } = await folder.mintage('run', ...files, '--event', 'event.json')
  const shown = steady(stdout)
  assert.match(shown, /^broken {2}user:tokens_generation\n {2}file {8}cWorkflow\.ts\n/)
  assert.match(shown, /decision {4}issue-partial: a workflow failed and its failure policy is continue/)
  const [, steps] = /\nworkflows\n([^]*?)\n\n/.exec(shown) ?? []
  assert.equal(
    steps,
    `  1  plans   completed, issue, N ms; access token: +id ~plan
  2  legacy  completed, issue, N ms; access token: +seen ~plan
  3  broken  threw, issue-defaults, N ms; Error: no plan`,
  )
  assert.match(
    shown,
    /changed by more than one workflow; the last one counts\n {2}access token {2}plan: plans, then legacy/,
  )
  assert.match(stderr, /error\[workflow_threw\]: Error: no plan/)
  assert.equal(code, 4)
})

test('runs the workflows of a project that have the trigger of the event, under the id of the whole project', async () => {
  await using folder = await openFolder({
    'kinde.json': '{}',
    'event.json': smallEvent,
    'kindeSrc/environment/workflows/aWorkflow.ts': second,
    'kindeSrc/environment/workflows/bWorkflow.ts': first,
    'kindeSrc/environment/workflows/m2mWorkflow.ts': `
      export const workflowSettings = { id: 'm2m', trigger: 'm2m:token_generation' }
      export default async function () { throw new Error('not for this event') }`,
  })
  const ran = await folder.mintage('run', '.', '--event', 'event.json', '--json', '--record', 'run.json')
  assert.equal(ran.code, 0, ran.stderr)
  const document = runDocumentSchema.parse(JSON.parse(ran.stdout))
  assert.deepEqual(
    document.steps?.map(({ workflow: id, outcome }) => [id, outcome]),
    [
      ['plans', 'completed'],
      ['legacy', 'completed'],
    ],
  )
  const { stdout } = await folder.mintage('build')
  assert.match(stdout, new RegExp(`order {7}1\\n[^]*${document.deployment}`))

  await unlink(join(folder.path, 'event.json'))
  const replayed = await folder.mintage('run', '--replay', 'run.json', '--json')
  const again = runDocumentSchema.parse(JSON.parse(replayed.stdout))
  assert.deepEqual(again.accessToken, document.accessToken)
  assert.equal(replayed.code, 0, JSON.stringify(again.replay))
})

test('reports two files of one trigger without an order with Kinde’s words and a way out', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'aWorkflow.ts': workflow(`  token.plan = 1`, `id: 'a',`),
    'bWorkflow.ts': workflow(`  token.plan = 2`, `id: 'b',`),
  })
  const { code, stderr } = await folder.mintage(
    'run',
    'aWorkflow.ts',
    'bWorkflow.ts',
    '--event',
    'event.json',
  )
  assert.match(stderr, /error\[trigger_taken\]: More than one workflow assigned to this trigger/)
  assert.match(stderr, /bWorkflow\.ts:3/)
  assert.match(stderr, /give each an order in workflowSettings/)
  assert.equal(code, 5)
})

describe('a workflow with an order that cannot be used', () => {
  const cases: readonly (readonly [order: string, said: RegExp])[] = [
    ['1.5', /workflowSettings\.order of .*: expected a whole number between -9007199254740991 and/],
    ['1e20', /workflowSettings\.order of .*: expected a whole number between/],
    ['NaN', /is not plain data: exports\.workflowSettings\.order: NaN is not a JSON number/],
    ['1n', /is not plain data: exports\.workflowSettings\.order: a bigint cannot be written/],
    [`'x'.repeat(70_000)`, /is not plain data: larger than 64 KiB as JSON/],
  ]
  for (const [order, said] of cases) {
    test(`is refused, which names the order: ${order}`, async () => {
      await using folder = await openFolder({
        'event.json': smallEvent,
        'aWorkflow.ts': workflow(`  token.plan = 1`, `id: 'a', order: ${order},`),
      })
      const { code, stderr } = await folder.mintage('run', 'aWorkflow.ts', '--event', 'event.json')
      assert.match(stderr, /error\[settings_invalid\]/)
      assert.match(stderr, said)
      assert.equal(code, 5)
    })
  }
})
