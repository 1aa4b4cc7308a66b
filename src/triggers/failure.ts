// The text of a failed run: what, where and what to do, with the limit's own number. The switch is exhaustive, so a
// new outcome without words does not compile. Texts of the guest are passed on bounded; they are not trusted.
import { errorCodes, type ErrorCode, type SourceLocation } from '../errors/index.ts'
import type { GuestError, RunLimits } from '../runtime/index.ts'
import type { FailedOutcome, RunFailure } from './decision.ts'
import { hintForGuestError, type FailingPlace } from './guest-error-hint.ts'
import type { TriggerKey } from './registry/index.ts'
import { usedBefore } from './shared-limits.ts'

export interface FailureText {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly at?: SourceLocation
}

export interface FailureContext {
  readonly trigger: TriggerKey
  readonly limits: RunLimits
  /** What the workflows before left of them. */
  readonly limitsLeft?: RunLimits
  /** From a stack in positions of the bundle to the author's file. */
  readonly locate: (stack: string) => SourceLocation | undefined
  /** The expression that was called where a stack begins. */
  readonly calledAt: (stack: string) => string | undefined
  /** The package, and the place in it, when a stack begins in one. */
  readonly inPackage: (stack: string) => string | undefined
  /** A text with the author's positions in place of those in the bundle. */
  readonly mapPlaces: (text: string) => string
  /** The author's line at a place, where it is known; hints look at it. */
  readonly sourceLine: (at: SourceLocation) => string | undefined
}

/** Characters of a guest's message that are shown. */
const maxMessageLength = 2_000

export function describeFailure(failure: RunFailure<string>, context: FailureContext): FailureText {
  if (failure.kind === 'breaker') {
    const { code } = failure
    return {
      code,
      message: 'The workflow was not run: it failed too often in a row, so it rests for a while.',
      hint: errorCodes[code].fix,
    }
  }
  if (failure.kind === 'result') {
    const { code, message, at } = failure.rejected
    return { code, message, hint: errorCodes[code].fix, ...(at && { at }) }
  }
  const { outcome, code } = failure
  const before = usedBefore(outcome.kind, context.limits, context.limitsLeft ?? context.limits)
  const message =
    context.mapPlaces(outcomeText(named(outcome, context), context.limits)) +
    (before === undefined ? '' : ` The workflows before it used ${amountOf(outcome, before.amount)} of that.`)
  if (outcome.kind !== 'threw') {
    const stack = 'stack' in outcome ? outcome.stack : ''
    const at = stack === '' ? undefined : context.locate(stack)
    const within = context.inPackage(stack)
    const where = within === undefined ? '' : ` It was in ${within}.`
    const hint = before?.isMost === true ? lookBefore : errorCodes[code].fix
    return { code, message: message + where, hint, ...(at && { at }) }
  }

  const at = context.locate(outcome.error.stack)
  const known =
    hintForGuestError(outcome.error, failingPlace(at, context), context.trigger) ??
    callHint(outcome.callCode) ??
    errorCodes[code].fix
  return { code, message, hint: known, ...(at && { at }) }
}

const lookBefore =
  'See what the workflows before it do, or let it run before them: a smaller order runs first.'

function amountOf({ kind }: FailedOutcome, amount: number): string {
  if (kind === 'calls-exceeded') return String(amount)
  return kind === 'log-exceeded' ? bytes(amount) : `${amount} ms`
}

/** The engine's "not a function" names nothing. */
function named(outcome: FailedOutcome, { calledAt }: FailureContext): FailedOutcome {
  if (outcome.kind !== 'threw') return outcome
  const { error } = outcome
  const [, refused] = /^(not a (?:function|constructor))$/.exec(error.message) ?? []
  const called = refused === undefined ? undefined : calledAt(error.stack)
  if (called === undefined) return outcome
  return { ...outcome, error: { ...error, message: `${called} is ${refused}` } }
}

const mostLinesBefore = 20

function failingPlace(at: SourceLocation | undefined, { sourceLine }: FailureContext): FailingPlace {
  if (at?.line === undefined) return { line: '', linesBefore: [] }
  const { line } = at
  const before = Array.from({ length: mostLinesBefore }, (_, index) =>
    sourceLine({ file: at.file, line: line - 1 - index }),
  )
  return { line: sourceLine(at) ?? '', linesBefore: before.filter((text) => text !== undefined) }
}

function outcomeText(outcome: FailedOutcome, limits: RunLimits): string {
  if (outcome.kind !== 'crashed' && 'message' in outcome) return bounded(outcome.message)
  switch (outcome.kind) {
    case 'threw':
      return thrownText(outcome.error)
    case 'wall-clock-exceeded':
      return `The run took longer than ${limits.wallClockMs} ms, waiting included.`
    case 'running-time-exceeded':
      return `The workflow computed for longer than ${limits.runningTimeMs} ms, waiting excluded.`
    case 'memory-exceeded':
      return `The workflow used more memory than ${bytes(limits.memoryBytes)}.`
    case 'calls-exceeded':
      return `The workflow made more than ${limits.calls} outgoing ${limits.calls === 1 ? 'call' : 'calls'}.`
    case 'log-exceeded':
      return `The workflow logged more than ${bytes(limits.logBytes)}.`
    case 'never-settled':
      return 'The promise that the workflow returned can never settle: no call and no timer is pending.'
    case 'crashed':
      return outcome.message ?? 'The sandbox lost this run: its engine trapped or its thread was lost.'
    case 'busy':
      return `No engine was free within ${limits.wallClockMs} ms.`
  }
}

/** An uncaught failure of an outgoing call keeps the advice of its own code. */
function callHint(callCode: string | undefined): string | undefined {
  const known = Object.entries(errorCodes).find(([code]) => code === callCode)
  return known?.[1].fix
}

function thrownText({ name, message }: GuestError): string {
  if (message === '')
    return bounded(name === '' ? 'The workflow threw something that is not an Error.' : name)
  return bounded(name === '' ? message : `${name}: ${message}`)
}

function bounded(text: string): string {
  return text.length > maxMessageLength ? `${text.slice(0, maxMessageLength - 1).toWellFormed()}…` : text
}

function bytes(count: number): string {
  if (count % 2 ** 20 === 0) return `${count / 2 ** 20} MiB`
  return count % 2 ** 10 === 0 ? `${count / 2 ** 10} KiB` : `${count} bytes`
}
