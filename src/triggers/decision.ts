// What is done about the outcome of a run: the only place where the failure policy is read.
// Fails closed: without the author's `continue` nothing is issued, and a denial holds under both policies, whatever else
// the workflow did (SBX-36).
import type { ErrorCode } from '../errors/index.ts'
import { outcomeErrorCode, type RunOutcome } from '../runtime/index.ts'
import type { Fallback, Judged, Rejected } from './result-rules.ts'
import type { FailurePolicy } from './runnable-deployment.ts'

export type FailedOutcome = Exclude<RunOutcome, { readonly kind: 'completed' } | { readonly kind: 'denied' }>

/** Why a run counts as failed: what the sandbox reported, or what was wrong with the result that the guest ended with. */
export type RunFailure<Ending extends string> =
  | { readonly kind: 'outcome'; readonly code: ErrorCode; readonly outcome: FailedOutcome }
  | { readonly kind: 'result'; readonly code: ErrorCode; readonly rejected: Rejected<Ending> }
  /** It was not run, because it failed too often (circuit-breaker.ts). */
  | { readonly kind: 'breaker'; readonly code: 'breaker_open' }

/** About the outcome of one workflow. */
export type WorkflowDecision<Result, Ending extends string> =
  | { readonly kind: 'issue'; readonly result: Result }
  /** Failed under `continue`: the defaults hold, with none of the failed run's changes. */
  | { readonly kind: 'issue-defaults'; readonly failure: RunFailure<Ending> }
  /** Failed under `continue` with a fallback: what the workflow changed in its last good run is changed again. */
  | {
      readonly kind: 'issue-last-good'
      readonly result: Result
      readonly failure: RunFailure<Ending>
      /** How long ago that run was; of several, the oldest. */
      readonly ageSeconds: number
    }
  | { readonly kind: 'deny'; readonly reason: string }
  /** Failed under `stop`: what the trigger stands before does not happen. */
  | { readonly kind: 'refuse'; readonly failure: RunFailure<Ending> }

/** About a firing, which may have several workflows. */
export type Decision<Result, Ending extends string> =
  | WorkflowDecision<Result, Ending>
  /** Some failed under `continue`: their changes are dropped, those of the others are issued. */
  | { readonly kind: 'issue-partial'; readonly result: Result; readonly failure: RunFailure<Ending> }

export const decisionKinds = [
  'issue',
  'issue-partial',
  'issue-last-good',
  'issue-defaults',
  'deny',
  'refuse',
] as const satisfies readonly Decision<unknown, string>['kind'][]

/** Characters of a denial's reason that are shown; it comes from the guest and ends up on a page and in a URL. */
const maxReasonLength = 500

/** `judge` is asked only when the run completed. */
export function decide<Result, Ending extends string>(
  outcome: RunOutcome,
  judge: (given: string) => Judged<Result, Ending>,
  failurePolicy: FailurePolicy,
): WorkflowDecision<Result, Ending> {
  if (outcome.kind === 'denied') return { kind: 'deny', reason: shownReason(outcome.reason) }
  if (outcome.kind === 'completed') {
    const judged = judge(outcome.claimsJson)
    if (judged.kind === 'accepted') return { kind: 'issue', result: judged.result }
    return failed({ kind: 'result', code: judged.code, rejected: judged }, failurePolicy)
  }
  const failure = { kind: 'outcome', code: outcomeErrorCode[outcome.kind], outcome } as const
  // A replay explains a run and issues nothing; when it leaves its recording, no policy of the author's applies.
  return failed(failure, outcome.kind === 'replay-diverged' ? 'stop' : failurePolicy)
}

/** About a workflow that was not run because its breaker is open. */
export function decideUnrun(failurePolicy: FailurePolicy): WorkflowDecision<never, never> {
  return failed({ kind: 'breaker', code: 'breaker_open' }, failurePolicy)
}

/** `fallback` is asked only when it is needed. */
export function withFallback<Result, Ending extends string>(
  decision: WorkflowDecision<Result, Ending>,
  fallback: (() => Fallback<Result> | undefined) | undefined,
): WorkflowDecision<Result, Ending> {
  const found = decision.kind === 'issue-defaults' ? fallback?.() : undefined
  if (decision.kind !== 'issue-defaults' || found === undefined) return decision
  return { ...found, kind: 'issue-last-good', failure: decision.failure }
}

function failed<Ending extends string>(
  failure: RunFailure<Ending>,
  failurePolicy: FailurePolicy,
): WorkflowDecision<never, Ending> {
  return failurePolicy === 'continue' ? { kind: 'issue-defaults', failure } : { kind: 'refuse', failure }
}

function shownReason(reason: string): string {
  const oneLine = reason
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
  if (oneLine === '') return 'The workflow gave no reason.'
  return oneLine.length > maxReasonLength
    ? `${oneLine.slice(0, maxReasonLength - 1).toWellFormed()}…`
    : oneLine
}
