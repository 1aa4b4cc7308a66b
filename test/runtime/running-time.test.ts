// What running time means (docs/decisions/0041): processor time of the thread. A process that is stopped has not computed.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { defaultLimits } from '../../src/runtime/index.ts'
import { runHalting } from '../harness/halting-process.ts'
import { makeProject } from '../harness/temp-project.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const script = fileURLToPath(new URL('halted-sandbox.ts', import.meta.url))
const reportSchema = z.object({ outcome: z.string(), durationMs: z.number(), prepareMs: z.number() })

describe('D3: running time is processor time', () => {
  test('ends no run and no top level because the process stood still', async (t) => {
    const { output } = await runHalting(t, [script], { from: 'calibrated', runs: 60, stops: 300 })
    const report = reportSchema.parse(JSON.parse(output.split('calibrated\n', 2)[1] ?? ''))
    assert.equal(report.outcome, 'completed')
    assert.ok(report.durationMs > defaultLimits.runningTimeMs, `${report.durationMs} ms by the clock`)
    assert.ok(report.prepareMs > defaultLimits.runningTimeMs, `${report.prepareMs} ms by the clock`)
  })

  test('builds a project in a process that is stopped for 1.5 s again and again', async (t) => {
    const spin = 'let sum = 0\nfor (let round = 0; round < 1_000_000; round++) sum += Math.sqrt(round)\n'
    const folder = await makeProject(t, {
      'kinde.json': '{ "version": "2024-12-09", "rootDir": "." }',
      'environment/workflows/slowWorkflow.ts': `export const workflowSettings = {
  id: 'slow', name: 'Slow', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} },
}
${spin}export default async function (): Promise<void> {}
`,
    })
    const { exitCode, output } = await runHalting(t, [launcher, 'build', folder], { runs: 200, stops: 1_500 })
    assert.equal(exitCode, 0, output)
    assert.match(output, /slow/)
  })
})
