// One call's end: the limit on its time, or the end of the run that makes it, whichever comes first. Everything that a call
// does hangs on this one signal: look-up, connection, redirects, body.
import type { HostCallContext } from './host-call.ts'
import { CallFailure } from './call-failure.ts'

export interface CallDeadline {
  readonly signal: AbortSignal
  /** The failure to report when the signal was the cause, else undefined. */
  failure(): CallFailure | undefined
  /** Must be called when the call is over. */
  clear(): void
}

type CallContext = Pick<HostCallContext, 'limits' | 'signal' | 'abortedByWorkflow'>

export function callDeadline({ limits, signal, abortedByWorkflow }: CallContext): CallDeadline {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), limits.callMs)
  return {
    signal: AbortSignal.any([
      signal,
      timeout.signal,
      ...(abortedByWorkflow === undefined ? [] : [abortedByWorkflow]),
    ]),
    failure() {
      if (timeout.signal.aborted)
        return new CallFailure('fetch_timeout', `took longer than ${limits.callMs} ms`)
      if (abortedByWorkflow?.aborted === true)
        return new CallFailure('fetch_failed', 'the workflow aborted the call')
      return signal.aborted
        ? new CallFailure('fetch_failed', 'the run ended before the answer came')
        : undefined
    },
    clear() {
      clearTimeout(timer)
    },
  }
}
