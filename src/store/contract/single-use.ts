// Codes and refresh tokens are single-use under concurrency (INV-1, FI-01), with one process and with two. The check is a
// function of its own, because a control has to show that it fails for a store that does not compare and set.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Store } from '../store.ts'
import { ChangedMeanwhileError } from '../store-error.ts'
import { isCommitted } from '../while-unchanged.ts'
import type { NewDatabase } from './contract-database.ts'
import { anArtifact, hashOf } from './samples.ts'

const tries = 50

export function singleUseContract(newDatabase: NewDatabase): void {
  describe('single use', () => {
    test('of 50 commits at once that consume one artifact, one wins', async (t) => {
      const store = await (await newDatabase(t)).open()
      await oneConsumeWins([store])
    })

    test('of 50 commits at once through two stores on one database, one wins', async (t) => {
      const database = await newDatabase(t)
      const stores = await Promise.all([database.open(), database.open()])
      await oneConsumeWins(stores)
    })

    test('of 50 commits at once that put the same new artifact, one wins', async (t) => {
      const database = await newDatabase(t)
      const [one, two] = [await database.open(), await database.open()]
      const added = await Promise.all(
        Array.from({ length: tries }, (_, index) =>
          isCommitted(
            (index % 2 === 0 ? one : two).commit([{ kind: 'add-artifact', artifact: anArtifact('proof') }]),
          ),
        ),
      )
      assert.deepEqual(added.filter(Boolean), [true])
    })

    test('control: a store that looks first and consumes afterwards does not pass', async (t) => {
      const store = await (await newDatabase(t)).open()
      await assert.rejects(oneConsumeWins([withoutCompareAndSet(store)]), assert.AssertionError)
    })
  })
}

/** Each try consumes the same artifact and puts a successor of its own, as two tabs of a browser do. */
async function oneConsumeWins(nodes: readonly Store[]): Promise<void> {
  const [first] = nodes
  assert.ok(first)
  await first.commit([{ kind: 'put-artifact', artifact: anArtifact('old') }])
  const results = await Promise.all(
    Array.from({ length: tries }, (_, index) => {
      const value = `new-${index}`
      const node = nodes[index % nodes.length] ?? first
      return isCommitted(
        node.commit([
          { kind: 'put-artifact', artifact: anArtifact(value) },
          {
            kind: 'consume-artifact',
            model: 'RefreshToken',
            idHash: hashOf('old'),
            atMs: index,
            successorIdHash: hashOf(value),
          },
        ]),
      )
    }),
  )
  const winners = results.flatMap((isWinner, index) => (isWinner ? [index] : []))
  assert.equal(winners.length, 1, `${winners.length} of ${tries} won`)
  const old = await first.artifacts.find('RefreshToken', hashOf('old'))
  assert.equal(old?.successorIdHash, hashOf(`new-${winners[0]}`))
  const successors = await Promise.all(
    results.map((_, index) => first.artifacts.find('RefreshToken', hashOf(`new-${index}`))),
  )
  const stored = successors.flatMap((successor, index) => (successor === undefined ? [] : [index]))
  assert.deepEqual(stored, winners, 'a try that lost has left nothing')
}

/** What an adapter does that is written without this attack in mind. */
function withoutCompareAndSet(real: Store): Store {
  const consumed = new Set<string>()
  return {
    ...real,
    async commit(changes) {
      const consuming = changes.filter((change) => change.kind === 'consume-artifact')
      const lost = consuming.find(({ idHash }) => consumed.has(idHash))
      if (lost !== undefined) throw new ChangedMeanwhileError(lost)
      await setImmediate()
      for (const { idHash } of consuming) consumed.add(idHash)
      await real.commit(changes.filter(({ kind }) => kind !== 'consume-artifact'))
    },
  }
}
