// FI-11: two replicas on one Postgres whose wall clocks are far apart, behind one address that leads to either. Whatever one began the
// other goes on with, tokens carry the time of the database, and the log says which clock is wrong.
import assert from 'node:assert/strict'
import { after, describe, test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { openStore } from '../../src/store/index.ts'
import { webClient } from '../harness/directory-fixture.ts'
import { History } from '../harness/history.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { startTcpProxy } from '../harness/tcp-proxy.ts'
import { makeProject } from '../harness/temp-project.ts'
import { assertInvariants } from './checked-history.ts'
import { Client, codeOf, tokensOf, type Person } from './client.ts'
import { projectFiles } from './project.ts'

const postgres = await startPostgres({ after })
const person: Person = { id: 'kp_1', email: 'person@example.com', password: 'correct horse battery staple' }
const masterKey = Buffer.alloc(32, 7)

interface Replica {
  readonly port: number
  readonly command: ServingCommand
}

interface Pair {
  readonly right: Replica
  readonly wrong: Replica
  readonly issuer: string
  readonly url: string
  /** From here on requests reach this replica. */
  leadTo(replica: Replica): Promise<void>
}

async function startPair(t: TestContext, shiftMs: number): Promise<Pair> {
  const front = await startTcpProxy(t, 0)
  const issuer = `http://localhost:${String(front.port)}`
  const url = await postgres.createDatabase()
  const project = await makeProject(t, projectFiles([person]))
  const start = async (preload?: string): Promise<Replica> => {
    const args = ['--project', '.', '--port', '0', '--issuer', issuer]
    const command = startCommand(t, ['start', '--production', ...args], {
      cwd: project,
      env: {
        MINTAGE_MASTER_KEY: masterKey.toString('base64'),
        MINTAGE_DATABASE_URL: url,
        ...(preload !== undefined && { NODE_OPTIONS: `--import=${preload}` }),
      },
    })
    const [line] = await command.until(/^.*"event":"server_ready".*$/m)
    return { port: readySchema.parse(JSON.parse(line)).port, command }
  }
  const shifted = new URL('../harness/shifted-clock.ts', import.meta.url)
  shifted.searchParams.set('ms', String(shiftMs))
  return {
    wrong: await start(shifted.href),
    right: await start(),
    issuer,
    url,
    async leadTo({ port }) {
      front.target = port
      front.cut()
      // The ends of the connections have come, so that no request is sent on one of them.
      for (let turn = 0; turn < 5; turn += 1) await setImmediate()
    },
  }
}

/** A busy machine delays the look at the database's clock by seconds; a clock that is wrong is off by 90 s. */
const toleranceMs = 30_000

/** By the clock of this process, which is the database's. */
function assertNow(seconds: unknown, fromMs: number): void {
  const isNow =
    typeof seconds === 'number' &&
    seconds * 1_000 >= fromMs - toleranceMs &&
    seconds * 1_000 <= Date.now() + toleranceMs
  assert.ok(isNow, `${String(seconds)} is not a time between ${String(fromMs)} ms and now`)
}

const readySchema = z.looseObject({ port: z.int() })
const introspectionSchema = z.looseObject({ active: z.literal(true), iat: z.int(), exp: z.int() })

async function introspect(issuer: string, token: string) {
  const response = await fetch(`${issuer}/oauth2/introspect`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: webClient.id, client_secret: webClient.secret, token }),
  })
  return introspectionSchema.parse(await response.json())
}

describe('F8: two replicas whose clocks are apart', () => {
  for (const shiftMs of [90_000, -90_000]) {
    test(`F8: by ${String(shiftMs / 1_000)} s go on with what the other began, in both directions`, async (t) => {
      const beganMs = Date.now()
      const pair = await startPair(t, shiftMs)
      const { right, wrong, issuer, leadTo } = pair
      const history = new History()
      for (const [first, second] of [
        [right, wrong],
        [wrong, right],
      ] as const) {
        const client = new Client({ name: `client-${String(first.port)}`, history, origin: () => issuer })
        await leadTo(first)
        const code = codeOf(await client.signIn(person))
        await leadTo(second)
        let tokens = tokensOf(await client.redeem(code))
        for (const replica of [first, second, first, second]) {
          await leadTo(replica)
          const before = tokens.refreshToken
          tokens = tokensOf(await client.refresh(before))
          // The answer was lost: the other one gives the same successor.
          await leadTo(replica === first ? second : first)
          assert.equal(tokensOf(await client.refresh(before)).refreshToken, tokens.refreshToken)
          const { iat, exp = 0, auth_time: authTime } = decodeJwt(tokens.idToken)
          assertNow(iat, beganMs)
          assertNow(authTime, beganMs)
          assert.equal(exp - Number(iat), 3_600)
          const known = await introspect(issuer, tokens.accessToken)
          assert.deepEqual(
            [known.iat, known.exp],
            [decodeJwt(tokens.accessToken).iat, decodeJwt(tokens.accessToken).exp],
          )
          assertNow((await introspect(issuer, tokens.refreshToken)).iat, beganMs)
        }
        // Single sign-on, by a session that the other one keeps.
        await leadTo(second)
        tokensOf(await client.redeem(codeOf(await client.return(person))))
      }
      assert.deepEqual(skewsTold(right), [])
      const [skewMs = 0, ...others] = skewsTold(wrong)
      assert.ok(Math.abs(skewMs - shiftMs) < toleranceMs, String(skewMs))
      assert.deepEqual(others, [])
      // It writes the last records of its runs.
      assert.equal(await wrong.command.stop(), 0)
      await leadTo(right)
      const store = await openStore({ location: { kind: 'postgres', url: pair.url }, masterKey })
      t.after(() => store.close())
      await assertInvariants({ history, stores: [store], origin: issuer, isWorkflowLive: false })
    })
  }
})

function skewsTold({ command }: Replica): number[] {
  return command
    .output()
    .trimEnd()
    .split('\n')
    .map((line): { event: string; skewMs?: number } => JSON.parse(line))
    .flatMap(({ event, skewMs = 0 }) => (event === 'clock_skewed' ? [skewMs] : []))
}
