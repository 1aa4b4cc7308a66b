// How fast a rehearsal may go: as fast as it can while nothing else happens, and for a tenth of the time while the server has requests. The
// event loop's one thread is what both need, so the rehearsal leaves it alone for nine times as long as it has used it.
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'

export interface Pace {
  /** Awaited between two portions of work. Rejects when the signal is aborted. */
  turn(signal: AbortSignal): Promise<void>
}

const restsPerWork = 9
const longestRestMs = 2_000
/** Requests a second below which the server counts as idle: probes, and the client that asks for the progress. */
const idleRequestsPerSecond = 10

/** `requestsSoFar`: a number that each request of the server raises. */
export function politePace(requestsSoFar: () => number): Pace {
  let workedFrom = performance.now()
  let seen = requestsSoFar()
  let looked = performance.now()
  let isBusy = false
  return {
    async turn(signal) {
      const nowMs = performance.now()
      const requests = requestsSoFar() - seen
      const lookedForMs = nowMs - looked
      if (lookedForMs >= 100) {
        isBusy = (requests / lookedForMs) * 1_000 > idleRequestsPerSecond
        seen += requests
        looked = nowMs
      }
      if (isBusy)
        await pause(Math.min((nowMs - workedFrom) * restsPerWork, longestRestMs), undefined, { signal })
      else await nextTurn(undefined, { signal })
      workedFrom = performance.now()
    },
  }
}

/** For a process that has nothing else to do. */
export const fullPace: Pace = { turn: (signal) => nextTurn(undefined, { signal }) }
