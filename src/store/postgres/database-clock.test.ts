// The time of the database between measurements.
import assert from 'node:assert/strict'
import { describe, mock, test, type TestContext } from 'node:test'
import { performance } from 'node:perf_hooks'
import { DatabaseClock } from './database-clock.ts'

/** Both clocks of the process stand at `now` until they are moved. */
function rig(t: TestContext) {
  const now = { monotonicMs: 1_000, wallMs: 1_000_000 }
  const mocked = [
    mock.method(performance, 'now', () => now.monotonicMs),
    mock.method(Date, 'now', () => now.wallMs),
  ]
  t.after(() => mocked.forEach((one) => one.mock.restore()))
  const told: [string, number][] = []
  const clock = new DatabaseClock({ onSkew: (event, skewMs) => void told.push([event, skewMs]) })
  const read = (databaseMs: number, tookMs: number) => {
    const askedMs = now.monotonicMs
    now.monotonicMs += tookMs
    now.wallMs += tookMs
    clock.read({ databaseMs, askedMs, answeredMs: now.monotonicMs })
  }
  return { clock, now, read, told }
}

describe('F8: the clock of the database', () => {
  test('F8: is the database’s, whatever the wall clock says and wherever it steps', (t) => {
    const { clock, now, read, told } = rig(t)
    read(90_000, 10)
    assert.equal(clock.nowMs(), 90_005)
    now.wallMs += 3_600_000
    now.monotonicMs += 1_000
    assert.equal(clock.nowMs(), 91_005)
    assert.deepEqual(told, [['clock_skewed', 910_005]])
  })

  test('F8: follows a better measurement, and no slow one', (t) => {
    const { clock, read } = rig(t)
    read(1_000_000, 100)
    assert.equal(clock.nowMs(), 1_000_050)
    // Anything from 1,000,040 to 1,004,040 is possible at its end.
    read(1_000_040, 4_000)
    assert.equal(clock.nowMs(), 1_004_040)
    read(1_004_020, 2)
    assert.equal(clock.nowMs(), 1_004_022)
  })

  test('F8: tells of a skew once when it begins and once when it is over', (t) => {
    const { now, read, told } = rig(t)
    for (let time = 0; time < 3; time += 1) read(now.wallMs + 90_000, 0)
    read(now.wallMs + 1_500, 0)
    read(now.wallMs + 10, 0)
    assert.deepEqual(told, [
      ['clock_skewed', -90_000],
      ['clock_agrees', -10],
    ])
  })
})
