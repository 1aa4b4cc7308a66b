// The wait for another process that holds SQLite's lock. SQLite itself would sleep on the event loop, so it may do that for some
// milliseconds only (`pragma busy_timeout`); the rest of the wait is here, asynchronous and bounded. While one write waits, later
// ones of this process queue behind it: they are committed in the order in which they came.
import { performance } from 'node:perf_hooks'
import { setImmediate, setTimeout } from 'node:timers/promises'

const busyCode = 5 // SQLITE_BUSY, the lowest byte of an extended code

export interface LockPatience {
  /** How long one statement or commit waits for the lock altogether. */
  readonly waitMs: number
  /** Between two tries. */
  readonly everyMs: number
}

export const defaultLockPatience: LockPatience = { waitMs: 5_000, everyMs: 10 }

export class LockWait {
  readonly #patience: LockPatience
  /** Settles when the last write that waits is done. */
  #line: Promise<unknown> | undefined

  constructor(patience: LockPatience = defaultLockPatience) {
    this.#patience = patience
  }

  /** Runs in this turn when the database is free. Rejects with SQLite's own error, SQLITE_BUSY when the wait was too long. */
  async read<Result>(work: () => Result): Promise<Result> {
    const until = this.#deadline()
    try {
      return work()
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    return this.#retry(work, until)
  }

  /** Like read(), but behind the writes that wait already. `work` leaves no transaction open when it throws. */
  async write<Result>(work: () => Result): Promise<Result> {
    const until = this.#deadline()
    const before = this.#line
    if (before === undefined) {
      try {
        return work()
      } catch (error) {
        if (!isBusy(error)) throw error
      }
    }
    const turn = this.#after(before, () => this.#retry(work, until))
    const line = turn.catch(() => {})
    this.#line = line
    try {
      return await turn
    } finally {
      if (this.#line === line) this.#line = undefined
    }
  }

  async #after<Result>(before: Promise<unknown> | undefined, next: () => Promise<Result>): Promise<Result> {
    await before
    // When the lock is free again, the queue must not run in one turn of the event loop.
    await setImmediate()
    return next()
  }

  async #retry<Result>(work: () => Result, until: number): Promise<Result> {
    for (;;) {
      try {
        return work()
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw error
      }
      // oxlint-disable-next-line no-await-in-loop -- the next try depends on this one
      await setTimeout(this.#patience.everyMs)
    }
  }

  #deadline(): number {
    return performance.now() + this.#patience.waitMs
  }
}

export function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === busyCode
  )
}
