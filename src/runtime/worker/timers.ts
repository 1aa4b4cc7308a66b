// The pending timers of one run. They fire in the order in which they are due, by creation among equals, and are armed
// only while the run waits: a delay counts from the moment at which the run saw it set, on the run's own clock.

const mostTimers = 10_000

interface Timer {
  readonly delayMs: number
  /** On the run's own clock, in milliseconds since its start. */
  readonly dueMs: number
  node: NodeJS.Timeout | undefined
}

export class Timers {
  readonly #pending = new Map<number, Timer>()
  readonly #due: (id: number, dueMs: number) => void

  /** `dueMs` is on the run's own clock. */
  constructor(due: (id: number, dueMs: number) => void) {
    this.#due = due
  }

  get size(): number {
    return this.#pending.size
  }

  has(id: number): boolean {
    return this.#pending.has(id)
  }

  /** Set at `nowMs` of the run's own clock. False when the run has more timers pending than any workflow needs. */
  set(id: number, delayMs: number, nowMs: number): boolean {
    if (this.#pending.size >= mostTimers) return false
    this.#pending.set(id, { delayMs, dueMs: Math.ceil(nowMs + delayMs), node: undefined })
    return true
  }

  clear(id: number): void {
    clearTimeout(this.#pending.get(id)?.node)
    this.#pending.delete(id)
  }

  /** Starts the timers that were set since the last time. */
  arm(): void {
    for (const [id, timer] of this.#pending)
      timer.node ??= setTimeout(() => this.#due(id, timer.dueMs), timer.delayMs)
  }

  close(): void {
    for (const { node } of this.#pending.values()) clearTimeout(node)
    this.#pending.clear()
  }
}
