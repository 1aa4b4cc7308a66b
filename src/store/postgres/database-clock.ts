// The time of the database, which all replicas share (docs/decisions/0022), kept between measurements by the monotonic clock of this
// process: a wall clock that is wrong, or steps, moves nothing. A measurement says that the database read its clock between the moment at
// which it was asked and the moment at which its answer was here; so it corrects the time only as far as that proves it wrong, and a slow
// answer corrects nothing.
import { performance } from 'node:perf_hooks'

export interface ClockReading {
  /** Milliseconds since the epoch, by the database. */
  readonly databaseMs: number
  /** Of `performance.now()`. */
  readonly askedMs: number
  readonly answeredMs: number
}

export interface DatabaseClockOptions {
  /** Called when the wall clock of this process parts from the database's, and when both agree again. */
  readonly onSkew: (event: 'clock_skewed' | 'clock_agrees', skewMs: number) => void
}

/** As a column of any statement. */
export const databaseTimeSql = '(extract(epoch from clock_timestamp()) * 1000)::float8'

/** Below this, a difference between two synchronised clocks cannot be distinguished from a slow answer. */
const skewReportedMs = 2_000

export class DatabaseClock {
  readonly #options: DatabaseClockOptions
  /** To be added to `performance.now()`. Until the first reading it is the wall clock's. */
  #offsetMs = Date.now() - performance.now()
  #isRead = false
  #isSkewed = false

  constructor(options: DatabaseClockOptions) {
    this.#options = options
  }

  /** Milliseconds since the epoch. */
  nowMs(): number {
    return Math.floor(performance.now() + this.#offsetMs)
  }

  read({ databaseMs, askedMs, answeredMs }: ClockReading): void {
    const least = databaseMs - answeredMs
    const most = databaseMs - askedMs
    this.#offsetMs = this.#isRead ? Math.min(Math.max(this.#offsetMs, least), most) : (least + most) / 2
    this.#isRead = true
    this.#report()
  }

  #report(): void {
    const skewMs = Date.now() - this.nowMs()
    const isSkewed = Math.abs(skewMs) > (this.#isSkewed ? skewReportedMs / 2 : skewReportedMs)
    if (isSkewed === this.#isSkewed) return
    this.#isSkewed = isSkewed
    this.#options.onSkew(isSkewed ? 'clock_skewed' : 'clock_agrees', skewMs)
  }
}
