// FI-05: the system that a workflow asks is slow, silent, broken or talks nonsense. A token request ends within the limits of a run all
// the same, on Postgres no transaction and no lock is held meanwhile, and the refresh token that could not be used is good once
// the system is back.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { after, describe, test } from 'node:test'
import { Client as PostgresClient } from 'pg'
import { z } from 'zod'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { History, type OperationResult } from '../harness/history.ts'
import { startIssuer } from '../harness/issuer.ts'
import { startPostgres } from '../harness/postgres.ts'
import { assertInvariants } from './checked-history.ts'
import { claimOf, Client, codeOf, tally, told, tokensOf } from './client.ts'

/** Long enough for a call that is answered on a busy machine. */
const limits = { wallClockMs: 6_000, callMs: 3_000 }
/** What a request may take beside the run. A busy machine never needs it; a request that waits for the CRM would wait for ever. */
const aroundMs = 60_000
const atOnce = 20

/** What the system does with a request. */
type Behaviour = (response: ServerResponse) => void

const answer = (response: ServerResponse) => void response.end('{"plan":"gold"}')
const behaviours = {
  slow: (response) => void setTimeout(() => answer(response), 100),
  silent: () => {},
  reset: (response) => void response.socket?.resetAndDestroy(),
  'an error': (response) => void response.writeHead(500).end('{"plan":"none"}'),
  garbage: (response) => void response.end('\u0000<html>'),
  'a trickle': (response) => {
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  },
} satisfies Record<string, Behaviour>

let behave: Behaviour = answer
const crm = createServer((_, response) => behave(response)).listen(0, '127.0.0.1')
await once(crm, 'listening')
after(() => {
  crm.closeAllConnections()
  crm.close()
})
const address = crm.address()
const host = `127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`

const workflow = `
export const workflowSettings = {
  id: 'plan', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {}, 'kinde.fetch': {} },
}
export default async function () {
  const response = await fetch('http://${host}/plan')
  if (response.status !== 200) throw new Error('the CRM said ' + response.status)
  kinde.accessToken.setCustomClaim('plan', (await response.json()).plan)
}`
/** Asks again and again, whatever becomes of it. */
const stubborn = workflow.replace(
  'const response = await',
  `
  while (true) try { await fetch('http://${host}/plan'); break } catch {}
  const response = await`,
)

const url = await (await startPostgres({ after })).createDatabase()
const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture(),
    workflow,
    location: { kind: 'postgres', url },
    allow: [host],
    limits,
  },
)
const observer = new PostgresClient({ connectionString: url })
await observer.connect()
after(() => observer.end())

const history = new History()
const client = new Client({ name: 'ada', history, origin: () => issuer.url })
codeOf(await client.signIn(ada))
const newTokens = async () => tokensOf(await client.redeem(codeOf(await client.return(ada))))

/** Fails when the request takes longer than a run may and what is around it. */
async function bounded(request: () => Promise<OperationResult>): Promise<OperationResult> {
  const began = performance.now()
  const result = await request()
  const tookMs = performance.now() - began
  assert.ok(tookMs < limits.wallClockMs + aroundMs, `it took ${String(Math.round(tookMs))} ms`)
  return result
}

/** Open transactions and locks of the issuer's connections. */
async function heldByIssuer(): Promise<number> {
  const { rows } = await observer.query(`
    select
      (select count(*)::int from pg_stat_activity
        where datname = current_database() and application_name = 'mintage' and xact_start is not null)
      + (select count(*)::int from pg_locks join pg_stat_activity using (pid)
        where datname = current_database() and application_name = 'mintage') as held`)
  return z.tuple([z.object({ held: z.int() })]).parse(rows)[0].held
}

test('FI-05, control: a transaction of the issuer that is open is seen', async () => {
  const holder = new PostgresClient({ connectionString: url, application_name: 'mintage' })
  await holder.connect()
  await holder.query('begin')
  await holder.query('select * from artifacts limit 1 for update')
  assert.ok((await heldByIssuer()) > 0)
  await holder.end()
})

describe('FI-05, a refresh while the system that its workflow asks', () => {
  test('is slow waits for it', async () => {
    const { refreshToken } = await newTokens()
    behave = behaviours.slow
    const { accessToken } = tokensOf(await bounded(() => client.refresh(refreshToken)))
    behave = answer
    assert.equal(claimOf(accessToken, 'plan'), 'gold')
  })

  for (const name of ['silent', 'reset', 'an error', 'garbage', 'a trickle'] as const) {
    test(`does this: ${name}, fails in time and is good afterwards (INV-9)`, async () => {
      const { refreshToken } = await newTokens()
      behave = behaviours[name]
      const failed = await bounded(() => client.refresh(refreshToken))
      behave = answer
      assert.equal(told(failed), '500 server_error')
      assert.equal(claimOf(tokensOf(await client.refresh(refreshToken)).accessToken, 'plan'), 'gold')
    })
  }

  test('says nothing to one who asks again and again ends by the time of the whole run', async () => {
    const { refreshToken } = await newTokens()
    await issuer.deploy(stubborn)
    behave = behaviours.silent
    const failed = await bounded(() => client.refresh(refreshToken))
    behave = answer
    await issuer.deploy(workflow)
    assert.ok(failed.kind === 'refused' && failed.description.includes('wall_clock_exceeded'), told(failed))
    tokensOf(await client.refresh(refreshToken))
  })

  test('says nothing holds no transaction and no lock, and twenty at once end in time', async () => {
    const tokens: Awaited<ReturnType<typeof newTokens>>[] = []
    while (tokens.length < atOnce) tokens.push(await newTokens())
    let arrived = 0
    const allArrived = Promise.withResolvers<void>()
    behave = () => {
      arrived += 1
      if (arrived === atOnce) allArrived.resolve()
    }
    const refreshes = Promise.all(
      tokens.map(({ refreshToken }) => bounded(() => client.refresh(refreshToken))),
    )
    let haveEnded = false
    const ended = refreshes.finally(() => (haveEnded = true))
    await Promise.race([allArrived.promise, ended])
    // What a run holds it holds until its end; what is written of an earlier one is gone at the next look.
    let held = await heldByIssuer()
    while (held > 0 && !haveEnded) held = await heldByIssuer()
    assert.equal(held, 0)
    assert.deepEqual(tally(await refreshes), { '500 server_error': atOnce })
    behave = answer
    const again = await Promise.all(tokens.map(({ refreshToken }) => client.refresh(refreshToken)))
    assert.deepEqual(tally(again), { issued: atOnce })
  })
})

test('FI-05, a sign-in fails in time, and its session stays', async () => {
  behave = behaviours.silent
  const failed = await bounded(() => client.return(ada))
  behave = answer
  assert.equal(told(failed), '303 server_error')
  tokensOf(await client.redeem(codeOf(await client.return(ada))))
})

test('FI-05, the invariants hold over all of it', async () => {
  await assertInvariants({ history, stores: [issuer.plainStore], origin: issuer.url })
})
