// One hostile workflow per file of cases/, each with its expected outcome on its first line (docs/assurance.md). Whatever
// a workflow does, the host keeps ticking, no thread is lost, and the next run is right.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AppError } from '../../../src/errors/index.ts'
import type { RunOutcome } from '../../../src/runtime/index.ts'
import { hostileCases, type HostileCase } from './hostile-case.ts'
import { HostileHost, impatientLimits, limits, mostDelayMs, patientLimits } from './hostile-host.ts'
import { openListeners, type Listeners } from './listeners.ts'

const folder = `${import.meta.dirname}/cases`

let host: HostileHost
let listeners: Listeners

before(async () => {
  listeners = await openListeners()
  host = await HostileHost.open([listeners.allowed])
})

after(async () => {
  await host.close()
  await listeners.close()
})

for (const hostile of hostileCases(folder)) {
  test(hostile.title, { timeout: 300_000 }, async () => {
    try {
      const outcome = await outcomeOf(hostile)
      assert.ok(
        hostile.outcomes.includes(outcome.kind),
        `ended as ${JSON.stringify(outcome).slice(0, 2_000)}`,
      )
    } finally {
      // Also after a failure: what one case leaves behind must not be taken for the next one's.
      await host.assertUnharmed(hostile.lostThreads)
    }
    assert.equal(listeners.forbiddenConnections(), 0, 'nobody called the server that is out of bounds')
  })
}

async function outcomeOf(hostile: HostileCase): Promise<{ readonly kind: string }> {
  let deployment
  try {
    deployment = await host.build(hostile.file, folder)
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    if (hostile.error !== undefined) assert.match(error.message, hostile.error)
    return { kind: `refused ${error.code}` }
  }
  const environment = Object.fromEntries(
    Object.entries({ ...hostile.environment, ...listeners.addresses }).map(([name, value]) => [
      name,
      { value, isSecret: name.endsWith('SECRET') },
    ]),
  )
  // A case that is to run out of memory must not run out of time first on a slow machine.
  const isAboutTime = hostile.outcomes.some(
    (kind) => kind === 'denied' || (kind.endsWith('-exceeded') && kind !== 'memory-exceeded'),
  )
  const waits = hostile.outcomes.includes('wall-clock-exceeded')
  const given = waits ? impatientLimits : isAboutTime ? limits : patientLimits
  const { outcome, log, processMs, rssGrowthMegabytes } = await host.run(deployment, environment, given)
  if (hostile.claims !== undefined) assert.deepEqual(accessClaimsOf(outcome), hostile.claims)
  if (hostile.error !== undefined) assert.match(textOf(outcome), hostile.error)
  if (hostile.log !== undefined) assert.match(log.map(({ text }) => text).join('\n'), hostile.log)
  assert.ok(processMs < given.runningTimeMs + mostDelayMs, `took ${processMs.toFixed()} ms of processor time`)
  assert.ok(rssGrowthMegabytes < hostile.rssMegabytes, `the host grew by ${rssGrowthMegabytes.toFixed()} MB`)
  return outcome
}

function accessClaimsOf(outcome: RunOutcome): unknown {
  assert.equal(outcome.kind, 'completed', JSON.stringify(outcome).slice(0, 2_000))
  return outcome.kind === 'completed' ? JSON.parse(outcome.claimsJson).accessToken : undefined
}

function textOf(outcome: RunOutcome): string {
  if (outcome.kind === 'threw') return `${outcome.error.name}: ${outcome.error.message}`
  if (outcome.kind === 'denied') return outcome.reason
  return 'message' in outcome ? outcome.message : ''
}
