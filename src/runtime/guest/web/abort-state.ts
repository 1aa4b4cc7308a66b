// What is known of each AbortSignal, out of an author's reach, and read by everything that can be given up: listeners,
// outgoing calls, streams.
import { GuestWeakMap, newList, weakMapGet, weakMapSet } from '../primordials.ts'

export interface AbortState {
  aborted: boolean
  reason: unknown
  /** Run once, before listeners hear of it. */
  steps: (() => void)[]
  /** Signals that are aborted with this one. */
  followers: object[]
}

const states = new GuestWeakMap<object, AbortState>()

export function newAbortState(signal: object): AbortState {
  const state: AbortState = { aborted: false, reason: undefined, steps: newList(), followers: newList() }
  weakMapSet(states, signal, state)
  return state
}

/** Undefined for everything that is not an AbortSignal. */
export function abortState(signal: unknown): AbortState | undefined {
  return typeof signal === 'object' && signal !== null ? weakMapGet(states, signal) : undefined
}

/** The state of what an author gave as a signal; undefined for none. `refuse` makes the error for anything else. */
export function signalOption(given: unknown, refuse: () => Error): AbortState | undefined {
  if (given === undefined || given === null) return undefined
  const state = abortState(given)
  if (state === undefined) throw refuse()
  return state
}
