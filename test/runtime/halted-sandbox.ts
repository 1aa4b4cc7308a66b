// Run by running-time.test.ts in a process of its own, which is stopped again and again from `calibrated` on. Prints what became of
// a top level and of a run that each compute for a third of their limit.
import { performance } from 'node:perf_hooks'
import { defaultLimits } from '../../src/runtime/index.ts'
import { openTestSandbox, workflow } from '../harness/sandbox.ts'

const closing: (() => Promise<void>)[] = []
const runs = await openTestSandbox({ after: (cleanUp) => void closing.push(cleanUp) })
const spin = (rounds: number) => `for (let round = 0; round < ${rounds}; round++) Math.sqrt(round)`

const trialRounds = 1_000_000
const trial = await runs.run(spin(trialRounds), { limits: { runningTimeMs: 60_000 } })
const thirdOfLimit = Math.ceil((trialRounds * defaultLimits.runningTimeMs) / 3 / trial.runningMs)
process.stdout.write('calibrated\n')

const began = performance.now()
const deployment = await runs.deploy(workflow(spin(thirdOfLimit), spin(thirdOfLimit)))
const prepared = performance.now()
const { outcome, durationMs } = await runs.invoke(deployment, { limits: { wallClockMs: 600_000 } })
process.stdout.write(JSON.stringify({ outcome: outcome.kind, durationMs, prepareMs: prepared - began }))
for (const close of closing) await close()
