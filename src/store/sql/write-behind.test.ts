// What becomes of items that nobody waits for.
import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import { WriteBehind } from './write-behind.ts'

/** Writes into `batches`; while `isDown`, refuses. */
function target(capacity = 100) {
  const state = { batches: [] as number[][], isDown: false, failed: 0, lost: 0 }
  const behind = new WriteBehind<number>({
    async write(items) {
      if (state.isDown) throw new Error('down')
      state.batches.push([...items])
    },
    batchSize: 3,
    delayMs: 50,
    retryDelayMs: 1_000,
    capacity,
    onFailed: () => (state.failed += 1),
    onLost: (count) => (state.lost += count),
  })
  return { state, behind }
}

describe('write-behind', () => {
  test('flush() writes all that was added, in order and in batches', async () => {
    const { state, behind } = target()
    for (const item of [1, 2, 3, 4]) behind.add(item)
    await behind.flush()
    assert.deepEqual(state.batches, [[1, 2, 3], [4]])
  })

  test('a flush that is asked for while another ends writes what was added in between', async () => {
    const { state, behind } = target()
    behind.add(1)
    const first = behind.flush().then(() => {
      behind.add(2)
      return behind.flush()
    })
    await first
    assert.deepEqual(state.batches, [[1], [2]])
  })

  test('writes by itself after the delay, and at once when a batch is full', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const { state, behind } = target()
    behind.add(1)
    mock.timers.tick(49)
    assert.deepEqual(state.batches, [])
    mock.timers.tick(1)
    assert.deepEqual(state.batches, [[1]])
    await behind.flush()
    for (const item of [2, 3, 4]) behind.add(item)
    mock.timers.tick(0)
    assert.deepEqual(state.batches, [[1], [2, 3, 4]])
  })

  test('keeps what cannot be written, in order, and gives up the oldest beyond its capacity', async () => {
    const { state, behind } = target(4)
    state.isDown = true
    for (const item of [1, 2]) behind.add(item)
    await assert.rejects(behind.flush(), { message: 'down' })
    for (const item of [3, 4, 5]) behind.add(item)
    state.isDown = false
    await behind.flush()
    assert.deepEqual(state.batches.flat(), [2, 3, 4, 5])
    assert.deepEqual([state.failed, state.lost], [1, 1])
    assert.deepEqual(behind.counts, { failedBatches: 1, lostItems: 1 })
  })

  test('E8: close() writes what is left, and reports what cannot be written', async () => {
    const { state, behind } = target()
    for (const item of [1, 2, 3, 4]) behind.add(item)
    await behind.close(1_000)
    assert.deepEqual([state.batches.flat(), state.lost], [[1, 2, 3, 4], 0])

    const { state: other, behind: lost } = target()
    other.isDown = true
    for (const item of [1, 2, 3, 4]) lost.add(item)
    await lost.close(1_000)
    assert.deepEqual([other.batches, other.lost], [[], 4])
    assert.deepEqual(lost.counts, { failedBatches: 1, lostItems: 4 })
  })
})
