// The end of one call: its time limit, or the moment from which its caller does not need the answer, whichever comes first.
// Look-up, connection, redirects and body all depend on this one signal.
import { CallFailure } from './call-failure.ts'

/** The same limits hold for every outgoing call. */
export interface CallLimits {
  /** One call, redirects and body included, in milliseconds. */
  readonly callMs: number
  /** The decoded body of one answer, in bytes. */
  readonly callBytes: number
}

export interface CallContext {
  readonly limits: CallLimits
  /** What ends the call before its time limit; `reason` is what the failure says. */
  readonly ends?: readonly { readonly signal: AbortSignal; readonly reason: string }[]
}

export interface CallDeadline {
  readonly signal: AbortSignal
  /** The failure to report when the signal was the cause, else undefined. */
  failure(): CallFailure | undefined
  /** Must be called when the call is over. */
  clear(): void
}

export function callDeadline({ limits, ends = [] }: CallContext): CallDeadline {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), limits.callMs)
  return {
    signal: AbortSignal.any([timeout.signal, ...ends.map(({ signal }) => signal)]),
    failure() {
      if (timeout.signal.aborted)
        return new CallFailure('fetch_timeout', `took longer than ${limits.callMs} ms`)
      const ended = ends.find(({ signal }) => signal.aborted)
      return ended && new CallFailure('fetch_failed', ended.reason)
    },
    clear() {
      clearTimeout(timer)
    },
  }
}

/**
 * Rejects with the signal's reason as soon as it is aborted, and ignores what `waiting` gives afterwards. undici heeds the signal only
 * once there is a connection, and a server that answers in this process may not heed it at all.
 */
export async function unlessAborted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([waiting, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
