// What is told of a cause that goes on.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { foldedLog } from './folded-log.ts'

test('E8: a cause has one record at its beginning and one for each ten seconds that it goes on', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const told: unknown[] = []
  const log = foldedLog((event, { count }) => void told.push([event, count]))
  for (let time = 0; time < 5; time += 1) log.count('lost', {}, 2)
  log.count('lost', { error: new Error('another cause') })
  assert.deepEqual(told.splice(0), [
    ['lost', 2],
    ['lost', 1],
  ])
  mock.timers.tick(10_000)
  assert.deepEqual(told.splice(0), [['lost', 8]])
  log.count('lost', {})
  log.close()
  assert.deepEqual(told.splice(0), [['lost', 1]])
  mock.timers.tick(60_000)
  log.count('lost', {})
  assert.deepEqual(told, [['lost', 1]])
})
