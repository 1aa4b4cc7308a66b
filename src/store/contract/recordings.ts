// What invocations need to run again: written with them, sealed, and pruned by itself.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NewDatabase } from './contract-database.ts'
import { anInvocation } from './samples.ts'

const environment = { KEY: { value: 'a secret of the run', isSecret: true } }
const run = (seed: string) => ({ event: { user: 'kp_1 of the event' }, steps: [{ seed }] })

export function recordingContract(newDatabase: NewDatabase): void {
  describe('recordings', () => {
    test('are kept with their invocations, and one without stays without', async (t) => {
      const { invocations, recordings } = await (await newDatabase(t)).open()
      invocations.append(anInvocation('inv_1'), { run: run('1'), environment })
      invocations.append(anInvocation('inv_2'))
      invocations.append(anInvocation('inv_3'), { run: run('3'), environment: {} })
      await invocations.flush()
      assert.deepEqual(await recordings.find('inv_1'), { invocationId: 'inv_1', run: run('1'), environment })
      assert.equal(await recordings.find('inv_2'), undefined)
      const listed = await recordings.list(['inv_1', 'inv_2', 'inv_3'])
      assert.deepEqual(
        Object.fromEntries(listed.map((one) => [one.invocationId, Object.keys(one.environment)])),
        { inv_1: ['KEY'], inv_3: [] },
      )
    })

    test('SE-01: lie sealed, one copy of an environment for all runs that had it', async (t) => {
      const database = await newDatabase(t)
      const { invocations } = await database.open()
      for (let index = 0; index < 120; index++)
        invocations.append(anInvocation(`inv_${String(index).padStart(3, '0')}`), {
          run: run(String(index)),
          environment,
        })
      await invocations.flush()
      const dump = await database.dump()
      assert.doesNotMatch(dump, /a secret of the run|kp_1 of the event/)
    })

    test('are pruned by age, by number, and when their invocation is gone', async (t) => {
      const { invocations, recordings } = await (await newDatabase(t)).open()
      const ids = Array.from({ length: 10 }, (_, index) => `inv_${index}`)
      for (const [index, id] of ids.entries())
        invocations.append(anInvocation(id, { startedAtMs: index }), { run: run(id), environment })
      await invocations.flush()
      const left = async () => (await recordings.list(ids)).map(({ invocationId }) => invocationId).toSorted()
      assert.equal(await recordings.prune({ olderThanMs: 3, keep: 100 }), 3)
      assert.deepEqual((await left()).at(0), 'inv_3')
      assert.equal(await recordings.prune({ olderThanMs: 0, keep: 5 }), 2)
      assert.deepEqual(await left(), ids.slice(5))
      await invocations.prune({ olderThanMs: 8, keep: 100 })
      assert.equal(await recordings.prune({ olderThanMs: 0, keep: 100 }), 3)
      assert.deepEqual(await left(), ids.slice(8))
      assert.equal(await recordings.prune({ olderThanMs: 0, keep: 100 }), 0)
    })

    test('of a damaged row is an error for one, and is left out of many', async (t) => {
      const database = await newDatabase(t)
      const { invocations, recordings } = await database.open()
      invocations.append(anInvocation('inv_1'), { run: run('1'), environment })
      invocations.append(anInvocation('inv_2'), { run: run('2'), environment })
      await invocations.flush()
      await database.execute(`update recordings set sealed_run = 'v1.AAAA' where invocation_id = 'inv_1'`)
      await assert.rejects(recordings.find('inv_1'), { code: 'store_corrupt' })
      const listed = await recordings.list(['inv_1', 'inv_2'])
      assert.deepEqual(
        listed.map(({ invocationId }) => invocationId),
        ['inv_2'],
      )
    })
  })
}
