import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultLimits } from '../runtime/index.ts'
import { limitsLeft } from './shared-limits.ts'

const call = { method: 'GET', url: 'https://crm.example.com', durationMs: 1 }
const run = {
  durationMs: 1_200.4,
  runningMs: 300.2,
  calls: [call, call],
  log: [{ level: 'info', text: 'é' } as const],
}

test('takes off what the workflows before used of time, calls and log, and leaves the rest', () => {
  assert.deepEqual(limitsLeft(defaultLimits, [run, run]), {
    ...defaultLimits,
    wallClockMs: 2_600,
    runningTimeMs: 400,
    calls: 16,
    logBytes: defaultLimits.logBytes - 6,
  })
})

test('leaves a workflow enough to end at once when everything is used up', () => {
  const limits = { ...defaultLimits, wallClockMs: 1_000, runningTimeMs: 100, calls: 1, logBytes: 1 }
  const { wallClockMs, runningTimeMs, calls, logBytes } = limitsLeft(limits, [run])
  assert.deepEqual([wallClockMs, runningTimeMs, calls, logBytes], [1, 1, 0, 1])
})

test('gives the very same limits to the first workflow', () => {
  assert.equal(limitsLeft(defaultLimits, []), defaultLimits)
})
