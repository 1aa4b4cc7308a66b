// A real server process on SQLite with clients that are signed in, for tests that break its disk, its file or its lock.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestContext } from 'node:test'
import { openStore } from '../../src/store/index.ts'
import { History } from '../harness/history.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { assertInvariants } from './checked-history.ts'
import { claimOf, Client, codeOf, tokensOf, type Person } from './client.ts'
import { projectFiles } from './project.ts'
import { freePort } from '../harness/free-port.ts'

const person: Person = { id: 'kp_1', email: 'one@example.com', password: 'correct horse battery staple' }

export interface ServedSession {
  readonly client: Client
  refreshToken: string
}

export interface ServedProject {
  readonly origin: string
  readonly server: ServingCommand
  readonly databaseFile: string
  readonly sessions: readonly ServedSession[]
  readiness(): Promise<{ readonly status: number; readonly body: unknown }>
  /** Every session works, and nothing in the whole history is broken. */
  assertNothingLost(): Promise<void>
}

interface Given {
  readonly sessionCount?: number
  /** See serving-command.ts. */
  readonly fileBytes?: number
  /** Standard output, and so the log, is on a full disk from the beginning. */
  readonly hasFullLog?: boolean
}

export async function serveProject(
  t: TestContext,
  { sessionCount = 4, fileBytes, hasFullLog = false }: Given = {},
): Promise<ServedProject> {
  const cwd = await makeProject(t, projectFiles([person]))
  const masterKey = Buffer.alloc(32, 7)
  const port = hasFullLog ? await freePort() : 0
  const args = ['start', '--project', '.', '--port', String(port), '--data-dir', 'data']
  const server = startCommand(t, args, {
    cwd,
    env: { MINTAGE_MASTER_KEY: masterKey.toString('base64') },
    ...(fileBytes !== undefined && { fileBytes }),
    ...(hasFullLog && { stdoutFile: '/dev/full' }),
  })
  const origin = hasFullLog ? `http://localhost:${String(port)}` : await printedOrigin(server)
  if (hasFullLog) await untilReady(origin)
  const databaseFile = join(cwd, 'data', 'mintage.db')
  const history = new History()
  const newClient = (name: string) => new Client({ name, history, origin: () => origin })
  const browser = newClient('browser')
  const codes = [codeOf(await browser.signIn(person))]
  while (codes.length < sessionCount) codes.push(codeOf(await browser.return(person)))
  const sessions = await Promise.all(
    codes.map(async (code, index): Promise<ServedSession> => {
      const client = newClient(`client-${String(index)}`)
      return { client, refreshToken: tokensOf(await client.redeem(code)).refreshToken }
    }),
  )
  return {
    origin,
    server,
    databaseFile,
    sessions,
    async readiness() {
      const response = await fetch(`${origin}/readyz`)
      return { status: response.status, body: await response.json() }
    },
    async assertNothingLost() {
      let lastJti = ''
      for (const session of sessions) {
        const { accessToken, refreshToken } = tokensOf(await session.client.refresh(session.refreshToken))
        session.refreshToken = refreshToken
        lastJti = String(claimOf(accessToken, 'jti'))
      }
      const store = await openStore({ location: { kind: 'sqlite', file: databaseFile }, masterKey })
      try {
        // Records are written behind, in their order.
        while ((await store.invocations.list({ accessTokenJti: lastJti, limit: 1 })).length === 0);
        await assertInvariants({ history, stores: [store], origin })
      } finally {
        await store.close()
      }
    },
  }
}

async function printedOrigin(server: ServingCommand): Promise<string> {
  const [, origin = ''] = await server.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await server.until(/^Ready/m)
  return origin
}

/** Of a server whose output cannot be read. */
export async function untilReady(origin: string): Promise<void> {
  const isReady = () =>
    fetch(`${origin}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    )
  while (!(await isReady())) await pause(20)
}

/** Keeps the token when the server fails; any other refusal is the end of a session, which must not be. */
export async function tryRefresh(session: ServedSession): Promise<'issued' | 'failed'> {
  const result = await session.client.refresh(session.refreshToken)
  if (result.kind === 'issued') {
    session.refreshToken = tokensOf(result).refreshToken
    return 'issued'
  }
  const isFailure = result.kind === 'maybe' || (result.kind === 'refused' && result.status >= 500)
  assert.ok(isFailure, `a session ended: ${JSON.stringify(result)}`)
  return 'failed'
}
