// F7: tabs that share one refresh token refresh at once, again and again, over real HTTP: every session lasts and no alarm is raised.
// `node test/reliability/refresh-bursts.test.ts 10000` runs as many on each database; the suite has time for a few hundred.
import assert from 'node:assert/strict'
import { after, describe, test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { History } from '../harness/history.ts'
import { startIssuer, type IssuerGiven } from '../harness/issuer.ts'
import { startPostgres } from '../harness/postgres.ts'
import { assertInvariants } from './checked-history.ts'
import { Client, codeOf, told, tokensOf } from './client.ts'
import { seededRandom } from './faulty-store.ts'
import { isFailureOfServer } from './postgres-rig.ts'

const bursts = Number(process.argv[2] ?? 200)
const browsers = 4
const mostTabs = 4
const seed = 20_261_128
/** So many are held against the invariants together: the history of all would not fit into memory. */
const checkedTogether = 200

const postgres = await startPostgres({ after })

async function runBursts(
  t: TestContext,
  count: number,
  random: () => number,
  given: Partial<IssuerGiven>,
): Promise<void> {
  const issuer = await startIssuer(t, { directory: await directoryFixture(), ...given })
  const outOf = (most: number) => 1 + Math.floor(random() * most)
  const history = new History()
  const client = new Client({ name: 'ada', history, origin: () => issuer.url })
  codeOf(await client.signIn(ada))

  /** Tabs share what the browser stores: each reads it before a refresh and writes what it got. */
  async function browse(): Promise<void> {
    let storage = tokensOf(await client.redeem(codeOf(await client.return(ada)))).refreshToken
    const tab = async (refreshes: number) => {
      for (let refresh = 0; refresh < refreshes; refresh += 1) {
        let result = await client.refresh(storage)
        // A busy machine may let a connection or a time-out go; a client tries again.
        while (isFailureOfServer(result)) result = await client.refresh(storage)
        assert.equal(told(result), 'issued')
        storage = tokensOf(result).refreshToken
        for (let turns = outOf(4); turns > 0; turns -= 1) await setImmediate()
      }
    }
    for (let burst = 0; burst < count / browsers; burst += 1)
      await Promise.all(Array.from({ length: 1 + outOf(mostTabs - 1) }, () => tab(outOf(3))))
  }

  await Promise.all(Array.from({ length: browsers }, browse))
  await assertInvariants({ history, stores: [issuer.plainStore], origin: issuer.url, isWorkflowLive: false })
  assert.deepEqual(await issuer.store.audit.list({ event: 'refresh_token.reused', limit: 10 }), [])
}

describe(`F7: ${String(bursts)} bursts of tabs that share a refresh token keep every session`, () => {
  for (const { name, location } of [
    { name: 'on SQLite', location: async () => ({}) },
    {
      name: 'on Postgres',
      location: async () => ({
        location: { kind: 'postgres', url: await postgres.createDatabase() } as const,
      }),
    },
  ]) {
    test(name, async (t) => {
      const random = seededRandom(seed)
      for (let done = 0; done < bursts; done += checkedTogether) {
        const count = Math.min(checkedTogether, bursts - done)
        await t.test(`from ${String(done)} to ${String(done + count)}`, async (part) =>
          runBursts(part, count, random, await location()),
        )
      }
    })
  }
})
