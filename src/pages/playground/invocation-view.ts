// One run of the workflow as the playground shows it: plain data, filled in by the caller. Claims are shown
// as they were issued; every other text comes redacted.
import type { SourceLocation } from '../../errors/index.ts'
import type { JsonObject, TokenKind } from '../../oauth/index.ts'
import type { FailureDetails } from '../failure-details.ts'

/** How the request came about. */
export type InvocationMoment = 'sign-in' | 'sign-up' | 'existing-session' | 'refresh'

/** What was done about the outcome: triggers/decision.ts decides. */
export type InvocationDecision =
  | 'issue'
  | 'issue-partial'
  | 'issue-last-good'
  | 'issue-defaults'
  | 'deny'
  | 'refuse'

/** What stands in the list of a session's invocations. */
export interface InvocationSummary {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly moment: InvocationMoment
  readonly decision: InvocationDecision
  readonly durationMs: number
}

export interface InvocationView extends InvocationSummary {
  /** What the run ended in, by its name in the record. */
  readonly outcome: string
  readonly workflowFile: string
  readonly deploymentId: string
  readonly tokens: Readonly<Partial<Record<TokenKind, TokenChangesView>>>
  readonly refused: readonly RefusedClaimView[]
  readonly deniedReason?: string
  readonly failure?: FailureDetails
  /** Each workflow of the trigger, in order. */
  readonly steps: readonly StepView[]
  readonly event: JsonObject
  readonly log: readonly LogLineView[]
  readonly calls: readonly CallView[]
}

export type StepView =
  | {
      readonly kind: 'ran'
      /** Id of the workflow. */
      readonly workflow: string
      readonly decision: InvocationDecision
      readonly durationMs: number
      readonly error?: string
    }
  | { readonly kind: 'skipped'; readonly workflow: string; readonly reason: 'after-denial' | 'after-failure' }

/** One token's claims before and after the workflow. `after` is undefined when the token was not issued. */
export interface TokenChangesView {
  readonly before: JsonObject
  readonly after: JsonObject | undefined
  readonly changes: {
    readonly added: readonly string[]
    readonly changed: readonly string[]
    readonly removed: readonly string[]
  }
  readonly bytesBefore: number
  readonly bytesAfter: number | undefined
}

export interface RefusedClaimView {
  readonly token: TokenKind
  readonly claim: string
  readonly at?: SourceLocation
}

export interface LogLineView {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly text: string
}

export interface CallView {
  readonly method: string
  readonly url: string
  /** Absent when there was no answer; `error` then says why. */
  readonly status?: number
  readonly durationMs: number
  readonly error?: { readonly code: string; readonly message: string }
}

/** A token as the application received it. */
export interface IssuedTokenView {
  readonly raw: string
  readonly header: JsonObject
  readonly payload: JsonObject
}
