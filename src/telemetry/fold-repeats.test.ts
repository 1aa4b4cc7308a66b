import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { foldRepeats } from './fold-repeats.ts'
import { openLogger } from './logger.ts'

function openFolding() {
  const records: Record<string, unknown>[] = []
  const write = (line: string) => void records.push(JSON.parse(line))
  return { log: foldRepeats(openLogger({ level: 'debug', format: 'json', write })), records }
}

const away = () => new Error('The database cannot be reached.')

test('F12: writes a few records of a cause whole, then its count', () => {
  const { log, records } = openFolding()
  for (let n = 0; n < 100; n += 1) log.error('request_failed', { path: '/x', n, error: away() })
  assert.equal(records.length, 3)
  log.flush()
  assert.equal(records.length, 4)
  assert.deepEqual(
    [records[3]?.['event'], records[3]?.['repeated'], records[3]?.['n']],
    ['request_failed', 97, 99],
  )
})

test('F12: keeps causes apart: by level, event, error and what the error was caused by', () => {
  const { log, records } = openFolding()
  const causes: readonly (() => void)[] = [
    () => log.error('request_failed', { error: away() }),
    () => log.error('request_failed', { error: new Error('Another one.') }),
    () => log.error('request_failed', { error: new Error('Another one.', { cause: away() }) }),
    () => log.warn('request_failed', { error: away() }),
    () => log.error('job_failed', { error: away() }),
  ]
  for (let n = 0; n < 50; n += 1) for (const cause of causes) cause()
  assert.equal(records.length, 15)
  log.flush()
  assert.equal(records.filter(({ repeated }) => repeated === 47).length, 5)
})

test('F12: stays bounded when each error is another one', () => {
  const { log, records } = openFolding()
  for (let n = 0; n < 10_000; n += 1) log.error('request_failed', { error: new Error(`text ${n}`) })
  assert.ok(records.length < 300, String(records.length))
  log.flush()
  assert.ok(records.length < 301)
})

test('F12: counts on while a cause goes on, and begins anew when it was away', (t) => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.after(() => mock.timers.reset())
  const { log, records } = openFolding()
  const repeat = (times: number) => {
    for (let n = 0; n < times; n += 1) log.error('request_failed', { error: away() })
  }
  repeat(10)
  mock.timers.tick(10_000)
  repeat(20)
  mock.timers.tick(10_000)
  assert.deepEqual(
    records.slice(3).map(({ repeated }) => repeated),
    [7, 20],
  )
  mock.timers.tick(10_000)
  repeat(1)
  assert.equal(records.length, 6)
})

test('F12: folds no record of level debug', () => {
  const { log, records } = openFolding()
  for (let n = 0; n < 50; n += 1) log.debug('request', { n })
  assert.equal(records.length, 50)
})
