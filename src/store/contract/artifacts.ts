// What the protocol engine may rely on: all or nothing, and nothing that was used up comes back.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NewDatabase } from './contract-database.ts'
import { anArtifact, hashOf } from './samples.ts'

export function artifactContract(newDatabase: NewDatabase): void {
  describe('artifacts', () => {
    test('are found by hash, by uid and by user code, each within its model', async (t) => {
      const { artifacts, commit } = await (await newDatabase(t)).open()
      const session = anArtifact('s', {
        model: 'Session',
        uid: 'uid-1',
        payload: { accountId: 'kp_1', nested: { list: [1, 'two', null] } },
        facts: { origin: 'authorization_request' },
        accountId: 'kp_1',
        expiresAtMs: 5_000,
      })
      const device = anArtifact('d', { model: 'DeviceCode', userCode: 'ABCD-EFGH', grantId: 'g' })
      await commit([
        { kind: 'put-artifact', artifact: session },
        { kind: 'put-artifact', artifact: device },
      ])
      const stored = { ...session, consumedAtMs: null, successorIdHash: null }
      assert.deepEqual(await artifacts.find('Session', hashOf('s')), stored)
      assert.deepEqual(await artifacts.findByUid('Session', 'uid-1'), stored)
      assert.equal((await artifacts.findByUserCode('DeviceCode', 'ABCD-EFGH'))?.idHash, hashOf('d'))
      assert.equal(await artifacts.find('DeviceCode', hashOf('s')), undefined)
      assert.equal(await artifacts.findByUid('DeviceCode', 'uid-1'), undefined)
    })

    test('keep that they were consumed, and their successor, when the engine writes them back', async (t) => {
      const { artifacts, commit } = await (await newDatabase(t)).open()
      const token = anArtifact('r1')
      const successorIdHash = hashOf('r2')
      await commit([{ kind: 'put-artifact', artifact: token }])
      await commit([
        { kind: 'consume-artifact', model: token.model, idHash: token.idHash, atMs: 9, successorIdHash },
        { kind: 'put-artifact', artifact: anArtifact('r2') },
      ])
      await commit([{ kind: 'put-artifact', artifact: { ...token, payload: { rewritten: true } } }])
      const stored = await artifacts.find(token.model, token.idHash)
      assert.deepEqual(stored?.payload, { rewritten: true })
      assert.equal(stored.consumedAtMs, 9)
      assert.equal(stored.successorIdHash, successorIdHash)
    })

    test('a commit that consumes what is consumed or gone changes nothing and says which', async (t) => {
      const { artifacts, commit } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'put-artifact', artifact: anArtifact('code') },
        { kind: 'put-artifact', artifact: anArtifact('grant') },
      ])
      const consume = {
        kind: 'consume-artifact',
        model: 'RefreshToken',
        idHash: hashOf('code'),
        atMs: 1,
      } as const
      await commit([consume])
      for (const idHash of [hashOf('code'), hashOf('never there')]) {
        const lost = { ...consume, idHash }
        const commitment = commit([
          { kind: 'put-artifact', artifact: anArtifact('new') },
          { kind: 'delete-artifact', model: 'RefreshToken', idHash: hashOf('grant') },
          lost,
        ])
        await assert.rejects(commitment, { code: 'changed_meanwhile', change: lost })
      }
      assert.equal(await artifacts.find('RefreshToken', hashOf('new')), undefined)
      assert.notEqual(await artifacts.find('RefreshToken', hashOf('grant')), undefined)
    })

    test('a new one is put once, and a commit that would put it again changes nothing', async (t) => {
      const { artifacts, commit } = await (await newDatabase(t)).open()
      const first = anArtifact('proof', { payload: { by: 'first' }, expiresAtMs: 1 })
      await commit([{ kind: 'add-artifact', artifact: first }])
      const again = { kind: 'add-artifact', artifact: { ...first, payload: { by: 'second' } } } as const
      await assert.rejects(commit([{ kind: 'put-artifact', artifact: anArtifact('beside') }, again]), {
        code: 'changed_meanwhile',
        change: again,
      })
      assert.deepEqual((await artifacts.find(first.model, first.idHash))?.payload, { by: 'first' })
      assert.equal(await artifacts.find('RefreshToken', hashOf('beside')), undefined)
    })

    test('a revoked family goes with its grant; with models named, only those go', async (t) => {
      const { artifacts, commit } = await (await newDatabase(t)).open()
      const family = () =>
        commit([
          { kind: 'put-artifact', artifact: anArtifact('g1', { model: 'Grant' }) },
          { kind: 'put-artifact', artifact: anArtifact('a', { model: 'AccessToken', grantId: 'g1' }) },
          { kind: 'put-artifact', artifact: anArtifact('r', { grantId: 'g1' }) },
          { kind: 'put-artifact', artifact: anArtifact('other', { grantId: 'g2' }) },
        ])
      const left = async () => {
        const found = [
          await artifacts.find('Grant', hashOf('g1')),
          await artifacts.find('AccessToken', hashOf('a')),
          await artifacts.find('RefreshToken', hashOf('r')),
          await artifacts.find('RefreshToken', hashOf('other')),
        ]
        return found.map((artifact) => artifact !== undefined)
      }
      await family()
      await commit([{ kind: 'delete-grant', grantId: 'g1', models: ['AccessToken'] }])
      assert.deepEqual(await left(), [true, false, true, true])
      await family()
      await commit([{ kind: 'delete-grant', grantId: 'g1' }])
      assert.deepEqual(await left(), [false, false, false, true])
    })

    test('everything of a user goes, but for the session that asked for it (RT-05)', async (t) => {
      const { artifacts, commit } = await (await newDatabase(t)).open()
      const of = (accountId: string, id: string, uid: string | null) =>
        ({ kind: 'put-artifact', artifact: anArtifact(id, { accountId, uid }) }) as const
      await commit([
        of('kp_1', 'mine', 'this-browser'),
        of('kp_1', 'elsewhere', 'other-browser'),
        of('kp_1', 'token', null),
        of('kp_2', 'not mine', null),
      ])
      await commit([{ kind: 'sign-out-user', userId: 'kp_1', exceptSessionUid: 'this-browser' }])
      const left = await Promise.all(
        ['mine', 'elsewhere', 'token', 'not mine'].map(async (id) =>
          (await artifacts.find('RefreshToken', hashOf(id))) === undefined ? 'gone' : 'there',
        ),
      )
      assert.deepEqual(left, ['there', 'gone', 'gone', 'there'])
    })

    test('what has expired is pruned, however much it is, and nothing else', async (t) => {
      const { artifacts, commit } = await (await newDatabase(t)).open()
      const expired = Array.from({ length: 1_100 }, (_, index) =>
        anArtifact(`x${index}`, { expiresAtMs: 999 }),
      )
      const alive = [anArtifact('alive', { expiresAtMs: 1_000 }), anArtifact('forever')]
      await commit([...expired, ...alive].map((artifact) => ({ kind: 'put-artifact', artifact }) as const))
      assert.equal(await artifacts.prune(1_000), 1_100)
      assert.equal(await artifacts.prune(1_000), 0)
      for (const { model, idHash } of alive) assert.notEqual(await artifacts.find(model, idHash), undefined)
    })
  })
}
