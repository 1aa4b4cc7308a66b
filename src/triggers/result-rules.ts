// What the workflows of a trigger may change, as the part that fires the trigger gives it. Nothing in this folder looks into it.
import type { ErrorCode, SourceLocation } from '../errors/index.ts'
import type { Changeable, ReservedAttempt } from '../runtime/index.ts'
import type { RunnableDeployment } from './runnable-deployment.ts'

/** `Ending` names what a run ends in when its result is rejected for a reason of these rules. */
export interface ResultRules<Result, Ending extends string> {
  /** For the next workflow: `left` is what the workflows before it left, undefined while none of them has completed. */
  next(workflow: RunnableDeployment, left: Result | undefined): StepRules<Result, Ending>
}

/** The rules of one workflow of a sequence. */
export interface StepRules<Result, Ending extends string> {
  /** What the workflow gets to change, as the sandbox takes it. */
  readonly offered: Changeable
  /** Judges what the run ended with, as text of the guest, and what it tried although the guest forbids it. */
  judge(given: string, attempts: readonly ReservedAttempt[]): Judged<Result, Ending>
  /** For a workflow that asks for it: what is issued when it fails, if there is anything. */
  readonly fallback?: () => Fallback<Result> | undefined
}

/** What a workflow falls back on when it fails under `continue`, in place of no changes at all. */
export interface Fallback<Result> {
  readonly result: Result
  readonly ageSeconds: number
}

export type Judged<Result, Ending extends string> =
  | { readonly kind: 'accepted'; readonly result: Result }
  | Rejected<Ending>

export interface Rejected<Ending extends string> {
  readonly kind: 'rejected'
  readonly ending: Ending
  readonly code: ErrorCode
  readonly message: string
  readonly at?: SourceLocation
}
