import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LeaseTable, type Turn } from './lease-table.ts'

const patient = 60_000

function asker(runId: string) {
  const end = new AbortController()
  return { runId, signal: end.signal, end: () => end.abort() }
}

/** Collects what each asker is told, in order. */
function told(turns: Record<string, Promise<Turn>>): string[] {
  const log: string[] = []
  for (const [name, turn] of Object.entries(turns)) void turn.then((value) => log.push(`${name} ${value}`))
  return log
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('the lease on a missing token', () => {
  test('goes to the first, and all others look again when it is settled', async () => {
    const table = new LeaseTable()
    const [a, b, c] = [asker('a'), asker('b'), asker('c')]
    const log = told({
      a: table.turn('k', a, patient),
      b: table.turn('k', b, patient),
      c: table.turn('k', c, patient),
    })
    await settle()
    assert.deepEqual(log, ['a lease'])
    table.settled('k')
    await settle()
    assert.deepEqual(log, ['a lease', 'b retry', 'c retry'])
    assert.equal(await table.turn('k', b, patient), 'lease')
  })
  test('is one for each key', async () => {
    const table = new LeaseTable()
    assert.equal(await table.turn('k', asker('a'), patient), 'lease')
    assert.equal(await table.turn('l', asker('b'), patient), 'lease')
  })
  test('passes to the next in line when its holder fails, and not when another does', async () => {
    const table = new LeaseTable()
    const [a, b, c] = [asker('a'), asker('b'), asker('c')]
    const log = told({
      a: table.turn('k', a, patient),
      b: table.turn('k', b, patient),
      c: table.turn('k', c, patient),
    })
    table.failed('k', 'c')
    await settle()
    assert.deepEqual(log, ['a lease'])
    table.failed('k', 'a')
    await settle()
    assert.deepEqual(log, ['a lease', 'b lease'])
    table.failed('k', 'b')
    await settle()
    assert.deepEqual(log, ['a lease', 'b lease', 'c lease'])
    c.end()
  })
  test('passes to the next in line when the run of its holder ends', async () => {
    const table = new LeaseTable()
    const [a, b, c] = [asker('a'), asker('b'), asker('c')]
    const log = told({
      a: table.turn('k', a, patient),
      b: table.turn('k', b, patient),
      c: table.turn('k', c, patient),
    })
    b.end()
    a.end()
    await settle()
    assert.deepEqual(log.toSorted(), ['a lease', 'b ended', 'c lease'])
    c.end()
    assert.equal(await table.turn('k', asker('d'), patient), 'lease')
  })
  test('does not stay with a run that held it and waited for it too', async () => {
    const table = new LeaseTable()
    const [a, b] = [asker('a'), asker('b')]
    const log = told({
      a: table.turn('k', a, patient),
      again: table.turn('k', a, patient),
      b: table.turn('k', b, patient),
    })
    a.end()
    await settle()
    assert.deepEqual(log.toSorted(), ['a lease', 'again ended', 'b lease'])
    b.end()
  })
  test('is taken over by who has waited long enough, and the line behind stays', async () => {
    const table = new LeaseTable()
    const [a, b, c] = [asker('a'), asker('b'), asker('c')]
    const first = table.turn('k', a, patient)
    const second = table.turn('k', b, 10)
    const third = table.turn('k', c, patient)
    assert.deepEqual([await first, await second], ['lease', 'lease'])
    table.failed('k', 'a')
    table.failed('k', 'b')
    assert.equal(await third, 'lease')
    c.end()
  })
  test('is not given to a run that has ended', async () => {
    const a = asker('a')
    a.end()
    assert.equal(await new LeaseTable().turn('k', a, patient), 'ended')
  })
})
