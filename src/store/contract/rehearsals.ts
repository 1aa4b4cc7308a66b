// Rehearsals: asked for once, written by the one that does it, and gone after a while.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ChangedMeanwhileError } from '../store-error.ts'
import type { NewDatabase } from './contract-database.ts'
import { aRehearsal } from './samples.ts'

export function rehearsalContract(newDatabase: NewDatabase): void {
  describe('rehearsals', () => {
    test('come back as they are, with the report once there is one', async (t) => {
      const { commit, rehearsals } = await (await newDatabase(t)).open()
      await commit([{ kind: 'add-rehearsal', rehearsal: aRehearsal('reh_1') }])
      const found = await rehearsals.find('reh_1')
      assert.ok(found)
      const { report, ...record } = found
      assert.deepEqual(record, aRehearsal('reh_1'))
      assert.equal(report(), null)
      assert.equal(await rehearsals.find('reh_2'), undefined)

      const set = { state: 'completed', users: 3, ofUsers: 3, report: { signIns: 3 } } as const
      const end = {
        kind: 'update-rehearsal',
        rehearsalId: 'reh_1',
        expected: { state: 'waiting' },
        set,
      } as const
      await commit([end])
      const ended = await rehearsals.find('reh_1')
      assert.deepEqual([ended?.state, ended?.users, ended?.ofUsers], ['completed', 3, 3])
      assert.deepEqual(ended?.report(), { signIns: 3 })
      // Another attempt has ended it meanwhile.
      await assert.rejects(commit([end]), ChangedMeanwhileError)
    })

    test('are not made by a job whose rehearsal was deleted', async (t) => {
      const { commit } = await (await newDatabase(t)).open()
      const change = {
        kind: 'update-rehearsal',
        rehearsalId: 'reh_1',
        expected: { state: 'running' },
        set: { users: 1 },
      } as const
      await assert.rejects(commit([change]), ChangedMeanwhileError)
    })

    test('are deleted by their age', async (t) => {
      const { commit, rehearsals } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'add-rehearsal', rehearsal: aRehearsal('reh_1', { createdAtMs: 10 }) },
        { kind: 'add-rehearsal', rehearsal: aRehearsal('reh_2', { createdAtMs: 20 }) },
      ])
      assert.equal(await rehearsals.prune(20), 1)
      assert.equal(await rehearsals.find('reh_1'), undefined)
      assert.equal((await rehearsals.find('reh_2'))?.id, 'reh_2')
    })
  })
}
