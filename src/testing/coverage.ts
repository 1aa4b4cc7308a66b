// The lines that the runs of this process executed, left as a file when the process ends. `mintage test --coverage` asks for it by naming a
// folder (bin/for-tests.js) and reads what all processes left there.
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogEntry } from '../runtime/index.ts'
import type { TokenTriggerRun } from '../tokens/index.ts'
import {
  coverageOf,
  mergedCoverage,
  reportedLine,
  type LineCoverage,
  type WorkflowDeployment,
} from '../workflows/index.ts'

const asked: unknown = Reflect.get(globalThis, Symbol.for('mintage.testing.coverage'))
const folder = typeof asked === 'string' ? asked : undefined

export const measuresCoverage: boolean = folder !== undefined

let measured: LineCoverage = {}

if (folder !== undefined)
  process.on('exit', () => {
    const name = `${randomUUID()}.json`
    writeFileSync(join(folder, name), JSON.stringify(measured))
  })

/** The author's own lines of the log; what is among them on coverage is noted. */
export function authorsLog(
  { log, steps }: Pick<TokenTriggerRun, 'log' | 'steps'>,
  deployments: readonly WorkflowDeployment[],
): readonly LogEntry[] {
  if (!measuresCoverage) return log
  for (const { manifest, bundle } of deployments) {
    const step = steps.find(({ workflow }) => workflow.id === manifest.id)
    // The numbers in the log of a workflow are those of its own bundle.
    const ran = step !== undefined && 'run' in step ? step.run.log : []
    const ofRun = coverageOf(bundle, new Set(ran.map(({ text }) => reportedLine(text))))
    measured = mergedCoverage([measured, ofRun])
  }
  return log.filter(({ text }) => reportedLine(text) === undefined)
}
