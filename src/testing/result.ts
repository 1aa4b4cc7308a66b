// What a test looks at: the document of `mintage run --json` (docs/reference/run-json.md), and for each token its changes.
import type { JsonObject } from '../oauth/index.ts'
import type { RunEnding } from '../tokens/index.ts'
import type { M2mTokenEvent, WorkflowEvent } from './events.ts'

export type Claims = JsonObject

export interface TokenResult {
  /** The default claims. */
  readonly before: Claims
  /** The claims that would be issued; null when no token is. */
  readonly after: Claims | null
  /** Names of claims, sorted. */
  readonly changes: {
    readonly added: readonly string[]
    readonly changed: readonly string[]
    readonly removed: readonly string[]
  }
}

/** A place in the author's files; line and column count from 1. */
interface Place {
  readonly file: string
  readonly line?: number | undefined
  readonly column?: number | undefined
}

/** What a run of any trigger has. */
export interface RunResult {
  /** What the run ended in: `completed`, `denied`, `threw`, or the limit that it passed. */
  readonly outcome: RunEnding
  /** What is done about it. `issue-defaults`: the workflow failed and its failure policy is `continue`. */
  readonly decision: 'issue' | 'issue-partial' | 'issue-last-good' | 'issue-defaults' | 'deny' | 'refuse'
  readonly denied?: { readonly reason: string } | undefined
  readonly error?:
    | {
        readonly code: string
        readonly message: string
        readonly at?: Place | undefined
        readonly hint?: string | undefined
      }
    | undefined
  /** Reserved claims that the workflow tried to set. */
  readonly refused: readonly {
    readonly token: string
    readonly claim: string
    readonly at?: Place | undefined
  }[]
  readonly log: readonly { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly text: string }[]
  readonly calls: readonly {
    readonly method: string
    readonly url: string
    readonly status?: number | undefined
    /** Milliseconds. */
    readonly durationMs: number
    /** The name of the answer that stood in for the server. */
    readonly answeredBy?: string | undefined
    readonly error?: { readonly code: string; readonly message: string } | undefined
  }[]
  /** Milliseconds. */
  readonly durationMs: number
  /** With a case: the first difference from what it expects. Absent when the run ended as expected. */
  readonly difference?: string | undefined
}

export interface UserTokens {
  readonly accessToken: TokenResult
  readonly idToken: TokenResult
}

export interface MachineToken {
  readonly m2mToken: TokenResult
}

/** The result of a run: the tokens are those of the event's trigger. */
export type WorkflowResult<Event extends WorkflowEvent = WorkflowEvent> = RunResult &
  // Not distributed: without an event the type does not say which tokens there are.
  ([WorkflowEvent] extends [Event]
    ? Partial<UserTokens & MachineToken>
    : [Event] extends [M2mTokenEvent]
      ? MachineToken
      : UserTokens)
