// How fast a rehearsal may go.
import { setImmediate as nextTurn } from 'node:timers/promises'

export interface Pace {
  /** Awaited between two portions of work. Rejects when the signal is aborted. */
  turn(signal: AbortSignal): Promise<void>
}

/** For a process that has nothing else to do. */
export const fullPace: Pace = { turn: (signal) => nextTurn(undefined, { signal }) }
