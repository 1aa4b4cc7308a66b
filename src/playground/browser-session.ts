// What the playground remembers of one browser: a sign-in under way, the tokens it got, the runs it caused. In memory, bounded, and
// gone with the process. The browser holds nothing but the session's random name.
import { randomBytes } from 'node:crypto'
import type { InvocationSummary, Language } from '../pages/index.ts'

/** An authorization request that has not come back. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly startedAtMs: number
}

export interface ReceivedTokens {
  readonly accessToken: string
  readonly idToken: string
  readonly refreshToken: string | undefined
  readonly subject: string
  /** By name or address, for the page's title. */
  readonly account: string
}

export interface OAuthFailure {
  readonly code: string
  readonly description?: string
}

export class BrowserSession {
  readonly id = randomBytes(24).toString('base64url')
  /** Posted with each form (BR-04). */
  readonly csrfToken = randomBytes(24).toString('base64url')
  /** By `state`: several tabs may be on their way at once. */
  readonly pending = new Map<string, PendingSignIn>()
  tokens: ReceivedTokens | undefined
  failure: OAuthFailure | undefined
  /** Newest first. */
  invocations: readonly InvocationSummary[] = []
  /** The run of the last request; undefined when no workflow ran. */
  lastInvocationId: string | undefined
  language: Language | undefined
}

const mostSessions = 500
const mostPending = 20
const mostInvocations = 50

export class BrowserSessions {
  /** In the order of their last use. */
  readonly #sessions = new Map<string, BrowserSession>()

  find(id: string | undefined): BrowserSession | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id)
    if (session !== undefined) this.#keep(session)
    return session
  }

  open(): BrowserSession {
    const session = new BrowserSession()
    this.#keep(session)
    return session
  }

  #keep(session: BrowserSession): void {
    this.#sessions.delete(session.id)
    this.#sessions.set(session.id, session)
    dropOldest(this.#sessions, mostSessions)
  }
}

export function addPending(session: BrowserSession, pending: PendingSignIn): void {
  session.pending.set(pending.state, pending)
  dropOldest(session.pending, mostPending)
}

/** Puts the run of the last request in front; none when no workflow ran. */
export function noteInvocation(session: BrowserSession, invocation: InvocationSummary | undefined): void {
  session.lastInvocationId = invocation?.id
  if (invocation === undefined) return
  const others = session.invocations.filter(({ id }) => id !== invocation.id)
  session.invocations = [invocation, ...others].slice(0, mostInvocations)
}

function dropOldest(entries: Map<string, unknown>, most: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= most) return
    entries.delete(key)
  }
}
