// Codes and refresh tokens are single-use under concurrency (INV-1, FI-01), with one process and with two. The check is a
// function of its own, because a control has to show that it fails for a store that does not compare and set.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { ArtifactStore } from '../artifact-store.ts'
import type { NewDatabase } from './contract-database.ts'
import { anArtifact, hashOf } from './samples.ts'

const tries = 50

export function singleUseContract(newDatabase: NewDatabase): void {
  describe('single use', () => {
    test('of 50 commits at once that consume one artifact, one wins', async (t) => {
      const { artifacts } = await (await newDatabase(t)).open()
      await oneConsumeWins([artifacts])
    })

    test('of 50 commits at once through two stores on one database, one wins', async (t) => {
      const database = await newDatabase(t)
      const stores = await Promise.all([database.open(), database.open()])
      await oneConsumeWins(stores.map((store) => store.artifacts))
    })

    test('of 50 commits at once that put the same new artifact, one wins', async (t) => {
      const database = await newDatabase(t)
      const [one, two] = [await database.open(), await database.open()]
      const results = await Promise.all(
        Array.from({ length: tries }, (_, index) =>
          (index % 2 === 0 ? one : two).artifacts.commit([
            { kind: 'put-new', artifact: anArtifact('proof') },
          ]),
        ),
      )
      const kinds = results.map(({ kind }) => kind)
      assert.equal(kinds.filter((kind) => kind === 'committed').length, 1)
      assert.equal(kinds.filter((kind) => kind === 'already-there').length, tries - 1)
    })

    test('control: a store that looks first and consumes afterwards does not pass', async (t) => {
      const { artifacts } = await (await newDatabase(t)).open()
      await assert.rejects(oneConsumeWins([withoutCompareAndSet(artifacts)]), assert.AssertionError)
    })
  })
}

/** Each try consumes the same artifact and puts a successor of its own, as two tabs of a browser do. */
async function oneConsumeWins(nodes: readonly ArtifactStore[]): Promise<void> {
  const [first] = nodes
  assert.ok(first)
  await first.commit([{ kind: 'put', artifact: anArtifact('old') }])
  const results = await Promise.all(
    Array.from({ length: tries }, (_, index) => {
      const value = `new-${index}`
      const node = nodes[index % nodes.length] ?? first
      return node.commit([
        { kind: 'put', artifact: anArtifact(value) },
        {
          kind: 'consume',
          model: 'RefreshToken',
          idHash: hashOf('old'),
          atMs: index,
          successorIdHash: hashOf(value),
        },
      ])
    }),
  )
  const winners = results.flatMap(({ kind }, index) => (kind === 'committed' ? [index] : []))
  assert.equal(winners.length, 1, `${winners.length} of ${tries} won`)
  const old = await first.find('RefreshToken', hashOf('old'))
  assert.equal(old?.successorIdHash, hashOf(`new-${winners[0]}`))
  const successors = await Promise.all(
    results.map((_, index) => first.find('RefreshToken', hashOf(`new-${index}`))),
  )
  const stored = successors.flatMap((successor, index) => (successor === undefined ? [] : [index]))
  assert.deepEqual(stored, winners, 'a try that lost has left nothing')
}

/** What an adapter does that is written without this attack in mind. */
function withoutCompareAndSet(real: ArtifactStore): ArtifactStore {
  const consumed = new Set<string>()
  return {
    find: (model, idHash) => real.find(model, idHash),
    findByUid: (model, uid) => real.findByUid(model, uid),
    findByUserCode: (model, userCode) => real.findByUserCode(model, userCode),
    prune: (nowMs, signal) => real.prune(nowMs, signal),
    async commit(changes) {
      const hashes = changes.flatMap((change) => (change.kind === 'consume' ? [change.idHash] : []))
      const lost = hashes.find((hash) => consumed.has(hash))
      if (lost !== undefined) return { kind: 'already-consumed', idHash: lost }
      await setImmediate()
      for (const hash of hashes) consumed.add(hash)
      return real.commit(changes.filter(({ kind }) => kind !== 'consume'))
    },
  }
}
