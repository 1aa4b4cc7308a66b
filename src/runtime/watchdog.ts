// Finds the threads that do not come back: inside one native operation of the engine, which does not ask whether to stop. Processor time
// decides (docs/decisions/0041): a thread that its neighbours hold up, or a process that was stopped, has not had its time.
import type { Inside, Thread } from './thread.ts'

/** Why a thread was ended, when the run or the preparation that it could not leave is known: the others on it had no part in it. */
export class Wedged extends Error {
  override readonly name = 'Wedged'
}

interface WatchdogOptions {
  /** How long beyond its limit a thread may stay inside, in milliseconds of processor time. */
  readonly graceMs: number
  /** What a run or a preparation may take, in milliseconds of processor time; undefined when it has ended. */
  readonly limitMs: (thread: Thread, inside: Inside) => number | undefined
  /** Called before the thread is ended. */
  readonly outOfTime: (thread: Thread, inside: Inside) => void
}

/** For a thread that says nothing at all: no machine is so busy, and what it does is not known. In milliseconds of the clock. */
const farBoundMs = 60_000

export class Watchdog {
  readonly #options: WatchdogOptions
  readonly #asked = new Set<Thread>()

  constructor(options: WatchdogOptions) {
    this.#options = options
  }

  /** The clock is read first: a thread is asked for its processor time only when it may have had enough. */
  look(threads: readonly Thread[], nowMs: number): void {
    for (const thread of threads) {
      const byClock = thread.insideForMs(nowMs)
      if (byClock > farBoundMs || thread.silentForMs(nowMs) > farBoundMs)
        thread.terminate(new Error('the thread does not answer'))
      else if (byClock > this.#options.graceMs && !this.#asked.has(thread)) void this.#ask(thread)
    }
  }

  async #ask(thread: Thread): Promise<void> {
    this.#asked.add(thread)
    try {
      const inside = await thread.inside()
      const limitMs = inside && this.#options.limitMs(thread, inside)
      if (inside === undefined || inside.ms <= (limitMs ?? 0) + this.#options.graceMs) return
      this.#options.outOfTime(thread, inside)
      thread.terminate(new Wedged('the thread did not come back from the engine'))
    } catch {
      // It ended meanwhile, which is reported separately.
    } finally {
      this.#asked.delete(thread)
    }
  }
}
