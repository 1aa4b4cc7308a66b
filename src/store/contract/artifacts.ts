// What the protocol engine may rely on: all or nothing, and nothing that was used up comes back.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NewDatabase } from './contract-database.ts'
import { anArtifact, hashOf } from './samples.ts'

export function artifactContract(newDatabase: NewDatabase): void {
  describe('artifacts', () => {
    test('are found by hash, by uid and by user code, each within its model', async (t) => {
      const { artifacts } = await (await newDatabase(t)).open()
      const session = anArtifact('s', {
        model: 'Session',
        uid: 'uid-1',
        payload: { accountId: 'kp_1', nested: { list: [1, 'two', null] } },
        facts: { origin: 'authorization_request' },
        accountId: 'kp_1',
        expiresAtMs: 5_000,
      })
      const device = anArtifact('d', { model: 'DeviceCode', userCode: 'ABCD-EFGH', grantId: 'g' })
      await artifacts.commit([
        { kind: 'put', artifact: session },
        { kind: 'put', artifact: device },
      ])
      const stored = { ...session, consumedAtMs: null, successorIdHash: null }
      assert.deepEqual(await artifacts.find('Session', hashOf('s')), stored)
      assert.deepEqual(await artifacts.findByUid('Session', 'uid-1'), stored)
      assert.equal((await artifacts.findByUserCode('DeviceCode', 'ABCD-EFGH'))?.idHash, hashOf('d'))
      assert.equal(await artifacts.find('DeviceCode', hashOf('s')), undefined)
      assert.equal(await artifacts.findByUid('DeviceCode', 'uid-1'), undefined)
    })

    test('keep that they were consumed, and their successor, when the engine writes them back', async (t) => {
      const { artifacts } = await (await newDatabase(t)).open()
      const token = anArtifact('r1')
      const successorIdHash = hashOf('r2')
      await artifacts.commit([{ kind: 'put', artifact: token }])
      await artifacts.commit([
        { kind: 'consume', model: token.model, idHash: token.idHash, atMs: 9, successorIdHash },
        { kind: 'put', artifact: anArtifact('r2') },
      ])
      await artifacts.commit([{ kind: 'put', artifact: { ...token, payload: { rewritten: true } } }])
      const stored = await artifacts.find(token.model, token.idHash)
      assert.deepEqual(stored?.payload, { rewritten: true })
      assert.equal(stored.consumedAtMs, 9)
      assert.equal(stored.successorIdHash, successorIdHash)
    })

    test('a commit that consumes what is consumed or gone changes nothing and says which', async (t) => {
      const { artifacts } = await (await newDatabase(t)).open()
      await artifacts.commit([
        { kind: 'put', artifact: anArtifact('code') },
        { kind: 'put', artifact: anArtifact('grant') },
      ])
      const consume = { kind: 'consume', model: 'RefreshToken', idHash: hashOf('code'), atMs: 1 } as const
      assert.deepEqual(await artifacts.commit([consume]), { kind: 'committed' })
      for (const idHash of [hashOf('code'), hashOf('never there')]) {
        const result = await artifacts.commit([
          { kind: 'put', artifact: anArtifact('new') },
          { kind: 'delete', model: 'RefreshToken', idHash: hashOf('grant') },
          { ...consume, idHash },
        ])
        assert.deepEqual(result, { kind: 'already-consumed', idHash })
      }
      assert.equal(await artifacts.find('RefreshToken', hashOf('new')), undefined)
      assert.notEqual(await artifacts.find('RefreshToken', hashOf('grant')), undefined)
    })

    test('a new one is put once, and a commit that would put it again changes nothing', async (t) => {
      const { artifacts } = await (await newDatabase(t)).open()
      const first = anArtifact('proof', { payload: { by: 'first' }, expiresAtMs: 1 })
      assert.deepEqual(await artifacts.commit([{ kind: 'put-new', artifact: first }]), { kind: 'committed' })
      const again = await artifacts.commit([
        { kind: 'put', artifact: anArtifact('beside') },
        { kind: 'put-new', artifact: { ...first, payload: { by: 'second' } } },
      ])
      assert.deepEqual(again, { kind: 'already-there', idHash: first.idHash })
      assert.deepEqual((await artifacts.find(first.model, first.idHash))?.payload, { by: 'first' })
      assert.equal(await artifacts.find('RefreshToken', hashOf('beside')), undefined)
    })

    test('a revoked family goes with its grant; with models named, only those go', async (t) => {
      const { artifacts } = await (await newDatabase(t)).open()
      const family = () =>
        artifacts.commit([
          { kind: 'put', artifact: anArtifact('g1', { model: 'Grant' }) },
          { kind: 'put', artifact: anArtifact('a', { model: 'AccessToken', grantId: 'g1' }) },
          { kind: 'put', artifact: anArtifact('r', { grantId: 'g1' }) },
          { kind: 'put', artifact: anArtifact('other', { grantId: 'g2' }) },
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
      await artifacts.commit([{ kind: 'delete-grant', grantId: 'g1', models: ['AccessToken'] }])
      assert.deepEqual(await left(), [true, false, true, true])
      await family()
      await artifacts.commit([{ kind: 'delete-grant', grantId: 'g1' }])
      assert.deepEqual(await left(), [false, false, false, true])
    })

    test('everything of a user goes, but for the session that asked for it (RT-05)', async (t) => {
      const { artifacts } = await (await newDatabase(t)).open()
      const of = (accountId: string, id: string, uid: string | null) =>
        ({ kind: 'put', artifact: anArtifact(id, { accountId, uid }) }) as const
      await artifacts.commit([
        of('kp_1', 'mine', 'this-browser'),
        of('kp_1', 'elsewhere', 'other-browser'),
        of('kp_1', 'token', null),
        of('kp_2', 'not mine', null),
      ])
      await artifacts.commit([
        { kind: 'delete-account', accountId: 'kp_1', exceptSessionUid: 'this-browser' },
      ])
      const left = await Promise.all(
        ['mine', 'elsewhere', 'token', 'not mine'].map(async (id) =>
          (await artifacts.find('RefreshToken', hashOf(id))) === undefined ? 'gone' : 'there',
        ),
      )
      assert.deepEqual(left, ['there', 'gone', 'gone', 'there'])
    })

    test('what has expired is pruned, however much it is, and nothing else', async (t) => {
      const { artifacts } = await (await newDatabase(t)).open()
      const expired = Array.from({ length: 1_100 }, (_, index) =>
        anArtifact(`x${index}`, { expiresAtMs: 999 }),
      )
      const alive = [anArtifact('alive', { expiresAtMs: 1_000 }), anArtifact('forever')]
      await artifacts.commit([...expired, ...alive].map((artifact) => ({ kind: 'put', artifact }) as const))
      assert.equal(await artifacts.prune(1_000), 1_100)
      assert.equal(await artifacts.prune(1_000), 0)
      for (const { model, idHash } of alive) assert.notEqual(await artifacts.find(model, idHash), undefined)
    })
  })
}
