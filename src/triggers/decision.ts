// What is done about the outcome of a run: the only place where the failure policy is read.
// Fails closed: without the author's `continue` no token is issued, and a denial holds under both policies, whatever else
// the workflow did (SBX-36).
import type { ErrorCode } from '../errors/index.ts'
import type { OutcomeKind, RunOutcome } from '../runtime/index.ts'
import type { AppliedClaims } from '../tokens/index.ts'

export type FailurePolicy = 'stop' | 'continue'

type FailedOutcome = Exclude<RunOutcome, { readonly kind: 'completed' } | { readonly kind: 'denied' }>
type FailedClaims = Exclude<AppliedClaims, { readonly kind: 'applied' }>

/** Why a run counts as failed: what the sandbox reported, or what was wrong with claims that the guest ended with. */
export type RunFailure =
  | { readonly kind: 'outcome'; readonly code: ErrorCode; readonly outcome: FailedOutcome }
  | { readonly kind: 'claims'; readonly code: ErrorCode; readonly claims: FailedClaims }

export type Decision =
  | { readonly kind: 'issue'; readonly applied: AppliedClaims & { readonly kind: 'applied' } }
  /** Failed under `continue`: the default claims go out, with none of the failed run's changes. */
  | { readonly kind: 'issue-defaults'; readonly failure: RunFailure }
  | { readonly kind: 'deny'; readonly reason: string }
  /** Failed under `stop`: no token. */
  | { readonly kind: 'refuse'; readonly failure: RunFailure }

export const decisionKinds = [
  'issue',
  'issue-defaults',
  'deny',
  'refuse',
] as const satisfies readonly Decision['kind'][]

/** The error code of each outcome; a run that completed has none, unless its claims have (claimsErrorCode). */
export const outcomeErrorCode = {
  completed: undefined,
  denied: 'workflow_denied',
  threw: 'workflow_threw',
  'claims-invalid': 'claims_invalid',
  'claims-too-large': 'claims_too_large',
  'wall-clock-exceeded': 'wall_clock_exceeded',
  'running-time-exceeded': 'running_time_exceeded',
  'memory-exceeded': 'memory_exceeded',
  'calls-exceeded': 'calls_exceeded',
  'log-exceeded': 'log_exceeded',
  'never-settled': 'never_settled',
  crashed: 'sandbox_crashed',
  busy: 'sandbox_busy',
  'replay-diverged': 'replay_diverged',
} as const satisfies Record<OutcomeKind, ErrorCode | undefined>

export const outcomeKinds = Object.keys(outcomeErrorCode).filter((kind): kind is OutcomeKind =>
  Object.hasOwn(outcomeErrorCode, kind),
)

export const claimsErrorCode = {
  invalid: 'claims_invalid',
  'too-large': 'claims_too_large',
  reserved: 'claim_reserved',
} as const satisfies Record<FailedClaims['kind'], ErrorCode>

/** Characters of a denial's reason that are shown; it comes from the guest and ends up on a page and in a URL. */
const maxReasonLength = 500

/** `applyClaims` is asked only when the run completed. */
export function decide(
  outcome: RunOutcome,
  applyClaims: (claimsJson: string) => AppliedClaims,
  failurePolicy: FailurePolicy,
): Decision {
  if (outcome.kind === 'denied') return { kind: 'deny', reason: shownReason(outcome.reason) }
  if (outcome.kind === 'completed') {
    const applied = applyClaims(outcome.claimsJson)
    if (applied.kind === 'applied') return { kind: 'issue', applied }
    return failed({ kind: 'claims', code: claimsErrorCode[applied.kind], claims: applied }, failurePolicy)
  }
  const failure: RunFailure = { kind: 'outcome', code: outcomeErrorCode[outcome.kind], outcome }
  // A replay explains a run and mints nothing; when it leaves its recording, no policy of the author's applies.
  return failed(failure, outcome.kind === 'replay-diverged' ? 'stop' : failurePolicy)
}

function failed(failure: RunFailure, failurePolicy: FailurePolicy): Decision {
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
