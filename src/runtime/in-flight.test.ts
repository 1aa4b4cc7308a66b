import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { InFlight } from './in-flight.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options: { readonly type: 'minor' | 'major' }) => void

describe('what is in flight', () => {
  test('is found by its number and comes in its order', () => {
    const values = new InFlight<{ readonly name: string }>()
    for (const [number, name] of [
      [7, 'seven'],
      [2, 'two'],
      [9, 'nine'],
    ] as const)
      values.add(number, { name })
    const seen: string[] = []
    for (const { name } of values.values()) {
      seen.push(name)
      values.delete(2)
    }
    assert.deepEqual(seen, ['seven', 'nine'])
    assert.deepEqual([values.size, values.get(7)?.name, values.get(2)], [2, 'seven', undefined])
  })

  test('leaves nothing behind for a full collection, however much came and went', () => {
    const values = new InFlight<readonly object[]>()
    const inFlight = 32
    // The first table has to be in the old generation before the others come.
    values.add(-1, [])
    collect({ type: 'major' })
    collect({ type: 'major' })
    values.delete(-1)
    const before = process.memoryUsage().heapUsed
    for (let number = 0; number < 20_000; number++) {
      values.add(
        number,
        Array.from({ length: 50 }, () => ({ number })),
      )
      values.delete(number - inFlight)
      if (number % 1_000 === 0) collect({ type: 'minor' })
    }
    collect({ type: 'minor' })
    collect({ type: 'minor' })
    const grownMebibytes = (process.memoryUsage().heapUsed - before) / 1024 / 1024
    assert.ok(grownMebibytes < 10, `grew by ${grownMebibytes.toFixed(1)} MiB`)
  })
})
