// The pending timers of one run. They fire in the order in which they are due, by creation among equals, and are armed
// only while the run waits: a delay counts from the moment at which the run saw it set, on the run's own clock.

const mostTimers = 10_000

interface Timer {
  readonly delayMs: number
  node: NodeJS.Timeout | undefined
}

export class Timers {
  readonly #pending = new Map<number, Timer>()
  readonly #due: (id: number) => void

  constructor(due: (id: number) => void) {
    this.#due = due
  }

  get size(): number {
    return this.#pending.size
  }

  has(id: number): boolean {
    return this.#pending.has(id)
  }

  /** False when the run has more timers pending than any workflow needs. */
  set(id: number, delayMs: number): boolean {
    if (this.#pending.size >= mostTimers) return false
    this.#pending.set(id, { delayMs, node: undefined })
    return true
  }

  clear(id: number): void {
    clearTimeout(this.#pending.get(id)?.node)
    this.#pending.delete(id)
  }

  /** Starts the timers that were set since the last time. */
  arm(): void {
    for (const [id, timer] of this.#pending) timer.node ??= setTimeout(() => this.#due(id), timer.delayMs)
  }

  close(): void {
    for (const { node } of this.#pending.values()) clearTimeout(node)
    this.#pending.clear()
  }
}
