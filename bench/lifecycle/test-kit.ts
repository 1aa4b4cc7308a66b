// `node bench/lifecycle/test-kit.ts [--quick]`: runs of `runWorkflow`, one after the other as the tests of a file make them, of the demo's
// workflow and of one with an outgoing call. The first run, which opens the engine and builds the file, is reported separately.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runWorkflow, signInEvent, type RunWorkflowOptions } from '../../src/testing/index.ts'

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' } } })
const runs = options.quick === true ? 500 : 5_000

const calling = `export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.fetch': {} },
}
export default async function () {
  const { json } = await kinde.fetch('https://crm.example/customers/1')
  kinde.accessToken.setCustomClaim('plan', json.plan)
}
`

const demo = fileURLToPath(
  new URL('../../examples/demo/kindeSrc/environment/workflows/tokensWorkflow.ts', import.meta.url),
)
const folder = await mkdtemp(join(tmpdir(), 'mintage-bench-'))
try {
  const file = join(folder, 'tokensWorkflow.ts')
  await writeFile(file, calling)
  await measure('the demo', demo, {})
  await measure('a call with an answer', file, {
    answers: { 'https://crm.example/*': { body: { plan: 'team' } } },
  })
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measure(name: string, workflow: string, given: RunWorkflowOptions): Promise<void> {
  const began = performance.now()
  await completed(workflow, given)
  const from = performance.now()
  for (let run = 0; run < runs; run++) await completed(workflow, given)
  const seconds = (performance.now() - from) / 1_000
  console.log(
    `${name}: ${(runs / seconds).toFixed(0)} runs per second (goal: at least 200), the first after ${(from - began).toFixed(0)} ms`,
  )
}

async function completed(workflow: string, given: RunWorkflowOptions): Promise<void> {
  const { outcome, error } = await runWorkflow(workflow, { ...given, event: signInEvent() })
  if (outcome !== 'completed') throw new Error(`the run ended in ${outcome}: ${error?.message ?? ''}`)
}
