// What one run knows, in one object: made when the prelude is installed, filled by mount and start. The memory image is
// taken with it in phase `loading`, so nothing of a run is ever in an image.
import type { HostFunctions } from './host-functions.ts'
import { GuestError, GuestMap, GuestWeakMap, newRecord } from './primordials.ts'

export interface RunState {
  phase: 'loading' | 'running' | 'ended'
  /** The live claims of each token that is minted; the object that getCustomClaims() gives. Without prototype. */
  readonly claims: Record<string, object>
  /** For each token with a binding: the prototype of its live claims, whose setters refuse the reserved names. */
  readonly claimsPrototypes: Record<string, object>
  readonly reservedClaims: Record<string, Record<string, true>>
  /** `token claim` of every attempt that was reported to the host. */
  readonly toldAttempts: Map<string, true>
  readonly calls: Map<number, OutgoingCall>
  readonly timers: Map<number, Timer>
  nextTimerId: number
  /** Error objects that the prelude made for a failed call, with the call's code. */
  readonly callCodes: WeakMap<object, string>
}

/** A call that has no answer yet (outgoing-call.ts). */
export interface OutgoingCall {
  readonly settle: (envelopeJson: string) => void
}

export interface Timer {
  readonly callback: Function
  readonly rest: readonly unknown[]
  readonly delayMs: number
  readonly repeats: boolean
}

/** What every binding gets: the wall, and the run. */
export interface Guest {
  readonly host: HostFunctions
  readonly state: RunState
}

export function newRunState(): RunState {
  return {
    phase: 'loading',
    claims: newRecord(),
    claimsPrototypes: newRecord(),
    reservedClaims: newRecord(),
    toldAttempts: new GuestMap(),
    calls: new GuestMap(),
    timers: new GuestMap(),
    nextTimerId: 1,
    callCodes: new GuestWeakMap(),
  }
}

/** Claims and denials belong to a run: the top level of a file is shared by all runs. */
export function assertRunning(state: RunState, what: string): void {
  if (state.phase === 'loading') {
    throw new GuestError(
      what + ' can be used inside the workflow function only, not at the top level of the file',
    )
  }
}
