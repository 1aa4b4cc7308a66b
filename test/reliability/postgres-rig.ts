// An issuer on a real Postgres behind a proxy, and clients that refresh at once and go on after errors, as a browser's tabs do.
import assert from 'node:assert/strict'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { History, type OperationResult } from '../harness/history.ts'
import { startIssuer, type IssuerGiven, type Lifetime, type TestIssuer } from '../harness/issuer.ts'
import { startTcpProxy, throughProxy, type TcpProxy } from '../harness/tcp-proxy.ts'
import { assertInvariants } from './checked-history.ts'
import { Client, codeOf, tokensOf } from './client.ts'

export const workflow = `
export const workflowSettings = { id: 'plan', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async function () { kinde.accessToken.setCustomClaim('plan', 'gold') }`

/** A client with the refresh token that it holds. */
export interface SessionOfClient {
  readonly client: Client
  refreshToken: string
}

export interface PostgresRig {
  readonly node: TestIssuer
  readonly proxy: TcpProxy
  readonly history: History
  readonly sessions: readonly SessionOfClient[]
  /** Adds so many sessions. */
  signIn(count: number): Promise<void>
  /** Every session works, and nothing in the whole history is broken. */
  assertNothingLost(): Promise<void>
}

interface RigGiven extends Partial<IssuerGiven> {
  /** Parameters of the address. */
  readonly parameters?: Readonly<Record<string, string>>
  /** The address as the issuer gets it, made of the one that leads through the proxy. */
  readonly addressOf?: (url: string) => string
  readonly sessionCount?: number
}

/** `url` is the database's own; the issuer gets it by way of a proxy. */
export async function startRig(t: Lifetime, url: string, given: RigGiven = {}): Promise<PostgresRig> {
  const { parameters = {}, sessionCount = 4, addressOf = (same) => same, ...options } = given
  const proxy = await startTcpProxy(t, Number(new URL(url).port))
  const address = new URL(throughProxy(url, proxy))
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value)
  const node = await startIssuer(t, {
    directory: await directoryFixture(),
    location: { kind: 'postgres', url: addressOf(address.href) },
    ...options,
  })
  const history = new History()
  const sessions: SessionOfClient[] = []
  const signIn = async (count: number) => {
    sessions.push(...(await signInSessions(history, node.url, count)))
  }
  if (sessionCount > 0) await signIn(sessionCount)
  return {
    node,
    proxy,
    history,
    sessions,
    signIn,
    async assertNothingLost() {
      for (const session of sessions) await refresh(session)
      await assertInvariants({
        history,
        stores: [node.plainStore],
        origin: node.url,
        isWorkflowLive: options.workflow !== undefined,
      })
    },
  }
}

async function signInSessions(history: History, origin: string, count: number): Promise<SessionOfClient[]> {
  const browser = new Client({ name: 'browser', history, origin: () => origin })
  const codes = [codeOf(await browser.signIn(ada))]
  while (codes.length < count) codes.push(codeOf(await browser.return(ada)))
  return Promise.all(
    codes.map(async (code, index) => {
      const client = new Client({ name: `client-${String(index)}`, history, origin: () => origin })
      return { client, refreshToken: tokensOf(await client.redeem(code)).refreshToken }
    }),
  )
}

/** Must succeed. */
export async function refresh(session: SessionOfClient, origin?: string): Promise<void> {
  const result = await session.client.refresh(session.refreshToken, origin === undefined ? {} : { origin })
  session.refreshToken = tokensOf(result).refreshToken
}

/** Keeps the token when the server fails or says nothing; any other refusal is the end of a session, which must not be. */
export async function tryRefresh(session: SessionOfClient, origin?: string): Promise<OperationResult> {
  const result = await session.client.refresh(session.refreshToken, origin === undefined ? {} : { origin })
  if (result.kind === 'issued') session.refreshToken = tokensOf(result).refreshToken
  else assert.ok(isFailureOfServer(result), `a session ended: ${JSON.stringify(result)}`)
  return result
}

export function isFailureOfServer(result: OperationResult): boolean {
  return result.kind === 'maybe' || (result.kind === 'refused' && result.status >= 500)
}

export interface Load {
  /** Resolves to all results. */
  stop(): Promise<readonly OperationResult[]>
  /** Resolves when so many more refreshes have succeeded. */
  successes(count: number): Promise<void>
  /** Resolves when so many more have failed. */
  failures(count: number): Promise<void>
}

/** Every session refreshes again and again until the load is stopped. */
export function load(sessions: readonly SessionOfClient[], origin?: string): Load {
  let isStopped = false
  const results: OperationResult[] = []
  const waiting = new Set<() => void>()
  const chains = sessions.map(async (session) => {
    while (!isStopped) {
      results.push(await tryRefresh(session, origin))
      for (const look of waiting) look()
    }
  })
  const ended = Promise.all(chains)
  const more = async (matches: (result: OperationResult) => boolean, count: number) => {
    const from = results.length
    const reached = Promise.withResolvers<void>()
    const look = () => {
      if (results.slice(from).filter(matches).length >= count) reached.resolve()
    }
    waiting.add(look)
    await Promise.race([reached.promise, ended])
    waiting.delete(look)
  }
  return {
    async stop() {
      isStopped = true
      await ended
      return results
    },
    successes: (count) => more(({ kind }) => kind === 'issued', count),
    failures: (count) => more(isFailureOfServer, count),
  }
}
