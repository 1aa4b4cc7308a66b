// What shadows found: newest first, what is only counted in one row, and bounded.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ShadowComparison } from '../shadow-store.ts'
import type { NewDatabase } from './contract-database.ts'

const counted = (atMs: number, verdict: 'same' | 'dropped'): ShadowComparison => ({
  atMs,
  deploymentId: 'dep_a',
  verdict,
  count: 1,
  invocationId: null,
  userId: null,
  clientId: null,
  details: {},
})

const differing = (atMs: number, deploymentId = 'dep_a'): ShadowComparison => ({
  atMs,
  deploymentId,
  verdict: 'differs',
  count: 1,
  invocationId: `inv_${String(atMs)}`,
  userId: 'kp_ada',
  clientId: 'app',
  details: { claims: [{ claim: 'plan' }] },
})

export function shadowContract(newDatabase: NewDatabase): void {
  describe('what shadows found', () => {
    test('is given back newest first for one deployment, and what is only counted is one row of a batch', async (t) => {
      const { shadows } = await (await newDatabase(t)).open()
      const all = [counted(1, 'same'), differing(2), counted(3, 'same'), counted(4, 'dropped')]
      for (const one of [...all, differing(5, 'dep_b'), differing(6)]) shadows.append(one)
      await shadows.flush()
      const found = await shadows.list({ deploymentId: 'dep_a', sinceMs: 0, limit: 10 })
      assert.deepEqual(
        found.map(({ verdict, count, invocationId }) => [verdict, count, invocationId]),
        [
          ['differs', 1, 'inv_6'],
          ['differs', 1, 'inv_2'],
          ['dropped', 1, null],
          ['same', 2, null],
        ],
      )
      assert.deepEqual(found[0], differing(6))
      assert.equal((await shadows.list({ deploymentId: 'dep_a', sinceMs: 6, limit: 10 })).length, 1)
      assert.equal((await shadows.list({ deploymentId: 'dep_a', sinceMs: 0, limit: 1 })).length, 1)
    })

    test('is bounded by age and by number', async (t) => {
      const { shadows } = await (await newDatabase(t)).open()
      for (const atMs of [1, 2, 3, 4, 5]) shadows.append(differing(atMs))
      await shadows.flush()
      assert.equal(await shadows.prune({ olderThanMs: 3, keep: 10 }), 2)
      assert.equal(await shadows.prune({ olderThanMs: 0, keep: 1 }), 2)
      const left = await shadows.list({ deploymentId: 'dep_a', sinceMs: 0, limit: 10 })
      assert.deepEqual(
        left.map(({ atMs }) => atMs),
        [5],
      )
    })
  })
}
