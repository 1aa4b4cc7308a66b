// The error code that tells of each outcome.
import type { ErrorCode } from '../errors/index.ts'
import type { OutcomeKind } from './outcome.ts'

/** The error code of each outcome; a run that completed has none, unless its result was rejected. */
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
