// What work inside the engine costs: processor time of this thread (docs/decisions/0041). On a busy machine, or while the process is
// stopped, a clock goes on and the guest does not. The clock is read first, because it costs a tenth: the thread never works for longer
// than the clock says.
import { performance } from 'node:perf_hooks'

/** Visits to the engine that are shorter are counted by the clock: a neighbour can add no more than this to each. */
const shortVisitMs = 1

/** Processor time that this thread has used since it began, in milliseconds. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

export class RunningTime {
  #spentMs = 0
  #enteredAt = 0
  #threadMsAtEntry = 0

  /** Of all visits that have ended, in milliseconds. */
  get spentMs(): number {
    return this.#spentMs
  }

  /** Gives the thread's processor time at this moment, in milliseconds. */
  enter(): number {
    this.#enteredAt = performance.now()
    this.#threadMsAtEntry = threadMs()
    return this.#threadMsAtEntry
  }

  leave(): void {
    const byClock = performance.now() - this.#enteredAt
    this.#spentMs += byClock <= shortVisitMs ? byClock : threadMs() - this.#threadMsAtEntry
  }

  /** During a visit: whether all visits together have taken longer. `nowMs` is `performance.now()`. */
  exceeds(limitMs: number, nowMs: number): boolean {
    return (
      this.#spentMs + nowMs - this.#enteredAt > limitMs &&
      this.#spentMs + threadMs() - this.#threadMsAtEntry > limitMs
    )
  }
}
