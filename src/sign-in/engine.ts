// What the steps of a sign-in need of the protocol engine. issuer/ implements it; a step never sees the engine's own objects.
import type { BrowserSession, Proof } from './assurance.ts'
import type { Exchange } from './exchange.ts'

export interface SignInEngine {
  /** A sign-in as it is persisted; undefined for an unknown id. */
  find(exchange: Exchange, uid: string): Promise<PendingSignIn | undefined>
  /** Of this browser, whatever it has proved: ask signedInSession(). Undefined when it has no user. */
  session(exchange: Exchange): Promise<BrowserSession | undefined>
  /** A sign-out of this browser, with everything that was granted in its session. */
  endSession(exchange: Exchange): Promise<void>
  /** Does the work of a form once; a second press of the same button gets the first one's answer (docs/decisions/0036). */
  takeOnce(exchange: Exchange, path: string, form: URLSearchParams, work: () => Promise<void>): Promise<void>
  /** Undefined when the body is not a form, or is too large. */
  readonly readForm: (exchange: Exchange) => Promise<URLSearchParams | undefined>
}

/** An authorization request that waits for its user. */
export interface PendingSignIn {
  readonly uid: string
  readonly param: (name: string) => string | undefined
  /** The step that is due: a row of the table in steps.ts, and what its check found. */
  readonly due: { readonly name: string; readonly details: unknown }
  /** The user of the session that it began in. */
  readonly accountId: string | undefined
  /** The step was taken; `resumeAddress` leads on. */
  readonly isTaken: boolean
  readonly isExpired: boolean
  readonly resumeAddress: string
  /** This browser has its cookie. */
  readonly isOfThisBrowser: boolean
  /** False after a sign-out or a change of the account in another tab. */
  isInItsSession(): Promise<boolean>
  /** Where an application that said `supports_reauth` gets back what it had asked for. */
  readonly reauthAddress: string | undefined
  /** Sends the browser to the same request once more, without some of its parameters. */
  beginAnew(without?: readonly string[]): Promise<void>
  /** The same, after the session of this browser has ended. */
  beginAnewAsAnotherUser(): Promise<void>
  /** Persists what came of the step and sends the browser on. */
  finish(outcome: StepOutcome): Promise<void>
}

/** A preview whose password was given. It is over when the preview is withdrawn or gets another password. */
export interface GrantedPreview {
  readonly deploymentId: string
  /** Which of the preview's passwords was given. */
  readonly passwordId: string
}

export type StepOutcome =
  | {
      readonly kind: 'signed-in'
      readonly userId: string
      readonly connectionId: string
      readonly identityId: string
      readonly proof: Proof
    }
  | { readonly kind: 'preview'; readonly preview: GrantedPreview }
  | { readonly kind: 'organization'; readonly code: string }
  /** Back to the application with an error (RFC 6749 §4.1.2.1). */
  | { readonly kind: 'refused'; readonly error: string; readonly description: string }
  /** The checks run again. */
  | { readonly kind: 'checked-again' }
