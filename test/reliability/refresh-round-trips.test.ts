// E11: what a refresh costs on Postgres, counted on the wire: a round trip for the token that is presented and what may have changed, one
// for its grant and its user, and one commit.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { History } from '../harness/history.ts'
import { startIssuer } from '../harness/issuer.ts'
import { startPostgresWire } from '../harness/postgres-wire.ts'
import { startPostgres } from '../harness/postgres.ts'
import { throughProxy } from '../harness/tcp-proxy.ts'
import { Client, codeOf, tokensOf } from './client.ts'

const workflow = `
export const workflowSettings = { id: 'plan', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async function () { kinde.accessToken.setCustomClaim('plan', 'gold') }`

/** Longer than anything that was read is taken to be fresh. */
const idleMs = 1_100

for (const [what, source] of [
  ['without a workflow', undefined],
  ['with a workflow', workflow],
] as const) {
  test(`E11: a refresh ${what} takes two reads and one commit, also after a pause`, async (t) => {
    const postgres = await startPostgres(t)
    const wire = await startPostgresWire(t, postgres.port)
    const url = throughProxy(await postgres.createDatabase(), wire)
    const issuer = await startIssuer(t, {
      directory: await directoryFixture(),
      location: { kind: 'postgres', url },
      ...(source !== undefined && { workflow: source }),
    })
    const client = new Client({ name: 'client', history: new History(), origin: () => issuer.url })
    let { refreshToken } = tokensOf(await client.redeem(codeOf(await client.signIn(ada))))
    for (const pauseMs of [0, idleMs, 0]) {
      await setTimeout(pauseMs)
      await issuer.store.invocations.flush()
      wire.taken()
      ;({ refreshToken } = tokensOf(await client.refresh(refreshToken)))
      const trips = wire.taken().filter((sql, index) => !isBeside(sql, index))
      const shown = JSON.stringify(trips, null, 1)
      assert.equal(trips.length, 3, shown)
      assert.deepEqual([trips[2]?.at(0), trips[2]?.at(-1)], ['begin', 'commit'], shown)
      const first = trips[0]?.join('\n') ?? ''
      for (const table of pauseMs === 0 ? ['artifacts'] : ['artifacts', 'counters', 'signing_keys'])
        assert.ok(first.includes(`"${table}"`), shown)
    }
  })
}

/**
 * What goes on beside the refresh: records of runs, which are written behind the answer, jobs, the clock; and the catalog's version or the
 * keys, when a busy machine takes so long that they fall due in the middle.
 */
function isBeside(sql: readonly string[], index: number): boolean {
  const isOf = (pattern: RegExp) => sql.some((one) => pattern.test(one))
  const isDue = index > 0 && sql.length === 1 && isOf(/"version" from "counters"|from "signing_keys"/)
  return isOf(/"invocations"|"jobs"|now_ms/) || isDue
}
