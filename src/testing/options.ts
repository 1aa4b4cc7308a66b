// What a test may give to a run: everything that a run could get from outside.
import type { TokenKind } from '../oauth/index.ts'
import type { RunLimits } from '../runtime/index.ts'
import type { WorkflowEvent } from './events.ts'

/** An outgoing call as the function of an answer sees it. The body of `secureFetch` is encrypted. */
export interface AnsweredCall {
  readonly method: string
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** What a server answers. */
export interface CallAnswer {
  /** 200 when left out. */
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** A string as it is, anything else as JSON. */
  readonly body?: unknown
  /** How the call fails in place of an answer, as when the server is down or takes too long. */
  readonly error?: 'fetch_failed' | 'fetch_timeout' | 'fetch_too_large' | undefined
}

export type AnswerFunction = (call: AnsweredCall) => CallAnswer | Promise<CallAnswer>

/** Default claims that differ from those of the sample user, or of the case: `undefined` leaves a claim out. */
export type DefaultClaims = { readonly [Token in TokenKind]?: object | undefined }

/** What is in the file of a case (docs/reference/case-json.md). */
export type WorkflowCase = Readonly<Record<string, unknown>>

/** A path, relative to the current folder, or a URL such as `new URL('./tokensWorkflow.ts', import.meta.url)`. */
export type WorkflowFile = string | URL

export interface RunWorkflowOptions<Event extends WorkflowEvent = WorkflowEvent> {
  /** With a case: the workflow to run, or the workflows, in place of the files that the case names. */
  readonly workflow?: WorkflowFile | readonly WorkflowFile[] | undefined
  /** Made by `signInEvent`, `refreshEvent` or `m2mEvent`. By default the usual event of the workflow's trigger. */
  readonly event?: Event | undefined
  readonly claims?: DefaultClaims | undefined
  /** Environment variables of the workflow. */
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Environment variables that are secret: their values are redacted in the log, in errors and in calls. */
  readonly secrets?: Readonly<Record<string, string>> | undefined
  /** What the workflow's clock shows; only timers move it. Milliseconds, a date, or its text. By default 2026-01-01T00:00:00Z. */
  readonly clock?: Date | number | string | undefined
  /** All randomness of the run comes from it. */
  readonly seed?: number | string | undefined
  /**
   * Answers for outgoing calls by address, with `*` for any characters and a method before it if only that one is meant:
   * `{ 'POST https://crm.example.com/*': { status: 201, body: { id: 7 } } }`. The first that fits answers. A function makes the answer of
   * each call, and may be asynchronous. A call without an answer fails the test.
   */
  readonly answers?: Readonly<Record<string, CallAnswer | AnswerFunction>> | undefined
  /** Texts for `kinde.localization.get`. */
  readonly localization?: Readonly<Record<string, string>> | undefined
  /** Limits of the run that differ from the usual ones (docs/reference/guest-surface.md). */
  readonly limits?: Partial<Omit<RunLimits, 'memoryBytes' | 'bundleBytes'>> | undefined
  /** Fail the run when it sets a reserved claim. */
  readonly strictClaims?: boolean | undefined
  /** Mount only the declared bindings, as Kinde's own runtime does. */
  readonly strictBindings?: boolean | undefined
}
