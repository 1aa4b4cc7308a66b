// Subscribers: found by id, and paged by name and by address in both directions.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NewDatabase } from './contract-database.ts'

export function subscriberContract(newDatabase: NewDatabase): void {
  describe('subscribers', () => {
    test('are paged by name and address, those of the same name by id', async (t) => {
      const { subscribers, commit } = await (await newDatabase(t)).open()
      const one = (id: string, firstName: string, email: string) =>
        ({ id, firstName, lastName: 'Byron', email, createdAtMs: 1 }) as const
      const all = [one('s1', 'Ada', 'c@x'), one('s2', 'Ada', 'a@x'), one('s3', 'Bea', 'b@x')]
      await commit(all.map((subscriber) => ({ kind: 'add-subscriber', subscriber }) as const))
      assert.deepEqual(await subscribers.find('s2'), all[1])
      for (const [by, isDescending, expected] of [
        ['name', false, 's1 s2 s3'],
        ['name', true, 's3 s2 s1'],
        ['email', false, 's2 s3 s1'],
      ] as const) {
        const first = await subscribers.list({ by, isDescending }, { size: 1 })
        const cursor = first.nextCursor ?? ''
        const rest = await subscribers.list({ by, isDescending }, { size: 2, cursor })
        assert.equal([...first.items, ...rest.items].map(({ id }) => id).join(' '), expected)
        assert.equal(rest.nextCursor, undefined)
      }
    })
  })
}
