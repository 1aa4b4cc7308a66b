// What shadows found: newest first, counted, and bounded.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { KeptComparison, ShadowComparison } from '../shadow-store.ts'
import type { NewDatabase } from './contract-database.ts'

const since = { deploymentId: 'dep_a', sinceMs: 1 }

const counted = (atMs: number, verdict: 'same' | 'dropped', sinceMs = 1): ShadowComparison => ({
  atMs,
  deploymentId: 'dep_a',
  sinceMs,
  verdict,
  invocationId: null,
  userId: null,
  clientId: null,
  details: {},
})

const kept = (atMs: number, deploymentId = 'dep_a'): KeptComparison => ({
  atMs,
  deploymentId,
  verdict: 'differs',
  invocationId: `inv_${String(atMs)}`,
  userId: 'kp_ada',
  clientId: 'app',
  details: { claims: [{ claim: 'plan' }] },
})

const differing = (...given: Parameters<typeof kept>): ShadowComparison => ({ ...kept(...given), sinceMs: 1 })

export function shadowContract(newDatabase: NewDatabase): void {
  describe('what shadows found', () => {
    test('is given back newest first for one deployment, without what is only counted', async (t) => {
      const { shadows } = await (await newDatabase(t)).open()
      const all = [counted(1, 'same'), differing(2), counted(3, 'same'), counted(4, 'dropped')]
      for (const one of [...all, differing(5, 'dep_b'), differing(6)]) shadows.append(one)
      await shadows.flush()
      assert.deepEqual(await shadows.list({ ...since, limit: 10 }), [kept(6), kept(2)])
      assert.deepEqual(await shadows.list({ ...since, sinceMs: 6, limit: 10 }), [kept(6)])
      assert.deepEqual(await shadows.list({ ...since, limit: 1 }), [kept(6)])
    })

    test('is counted for each time that a deployment was the shadow, by all servers together', async (t) => {
      const database = await newDatabase(t)
      const [one, other] = [await database.open(), await database.open()]
      const opened = [one.shadows, other.shadows]
      for (const shadows of opened) {
        for (const comparison of [counted(2, 'same'), counted(3, 'same'), differing(4)])
          shadows.append(comparison)
        await shadows.flush()
        shadows.append(counted(5, 'same'))
        await shadows.flush()
      }
      const first = { same: 6, differs: 2, 'not-comparable': 0, dropped: 0 }
      const of = { deploymentId: 'dep_a' }
      assert.deepEqual(await one.shadows.counts(of), { sinceMs: 1, counts: first })
      one.shadows.append(counted(11, 'dropped', 10))
      await one.shadows.flush()
      const second = { same: 0, differs: 0, 'not-comparable': 0, dropped: 1 }
      assert.deepEqual(await other.shadows.counts(of), { sinceMs: 10, counts: second })
      assert.deepEqual(await other.shadows.counts(since), { sinceMs: 1, counts: first })
      assert.equal(await other.shadows.counts({ deploymentId: 'dep_b' }), undefined)
    })

    test('is bounded by age and by number, and its counts by age alone', async (t) => {
      const { shadows } = await (await newDatabase(t)).open()
      for (const atMs of [1, 2, 3, 4, 5]) shadows.append(differing(atMs))
      await shadows.flush()
      assert.equal(await shadows.prune({ olderThanMs: 3, keep: 10 }), 2)
      assert.equal(await shadows.prune({ olderThanMs: 0, keep: 1 }), 2)
      assert.deepEqual(await shadows.list({ ...since, limit: 10 }), [kept(5)])
      assert.equal((await shadows.counts(since))?.counts.differs, 5)
      await shadows.prune({ olderThanMs: 6, keep: 1 })
      assert.equal(await shadows.counts({ deploymentId: 'dep_a' }), undefined)
    })
  })
}
