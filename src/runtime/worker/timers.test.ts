import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Timers } from './timers.ts'

/** Timers that clear themselves when they fire, as a run does, and the ids that have fired. */
function timersUntil(count: number) {
  const fired: number[] = []
  const done = Promise.withResolvers<readonly number[]>()
  const timers = new Timers((id) => {
    timers.clear(id)
    fired.push(id)
    if (fired.length === count) done.resolve(fired)
  })
  return { timers, fired, done: done.promise }
}

test('timers fire in the order in which they are due, by creation among equals', async () => {
  const { timers, done } = timersUntil(5)
  timers.set(1, 30, 0)
  timers.set(2, 10, 0)
  timers.set(3, 10, 0)
  timers.set(4, 20, 0)
  timers.set(5, 10, 0)
  timers.arm()
  assert.deepEqual(await done, [2, 3, 5, 4, 1])
  assert.equal(timers.size, 0)
})

test('a timer that was cleared, and every timer after close, never fires', async () => {
  const { timers, fired, done } = timersUntil(1)
  for (const id of [1, 2, 3]) timers.set(id, 1, 0)
  timers.arm()
  timers.clear(1)
  timers.clear(3)
  timers.clear(99)
  await done
  const closed = timersUntil(1)
  closed.timers.set(1, 1, 0)
  closed.timers.arm()
  closed.timers.close()
  const later = timersUntil(1)
  later.timers.set(1, 20, 0)
  later.timers.arm()
  await later.done
  assert.deepEqual([fired, closed.fired, closed.timers.size], [[2], [], 0])
})

test('timers that are not armed do not fire; arming again starts the later ones alone', async () => {
  const { timers, fired, done } = timersUntil(2)
  timers.set(1, 1, 0)
  const other = timersUntil(1)
  other.timers.set(1, 15, 0)
  other.timers.arm()
  await other.done
  assert.deepEqual(fired, [])
  timers.arm()
  timers.set(2, 1, 0)
  timers.arm()
  assert.deepEqual(await done, [1, 2])
})

test('there is a bound on pending timers, and room again when one is cleared', () => {
  const { timers } = timersUntil(1)
  for (let id = 0; id < 10_000; id++) assert.equal(timers.set(id, 1, 0), true)
  assert.equal(timers.set(10_000, 1, 0), false)
  timers.clear(5)
  assert.equal(timers.has(5), false)
  assert.equal(timers.set(10_000, 1, 0), true)
})
