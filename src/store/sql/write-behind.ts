// Items that nobody waits for, written in batches: when enough have gathered, or after a moment. While the database cannot be
// reached they are kept and tried again, up to a bound; beyond it the oldest are given up, because a store that is down for
// long must not take the process along.
export interface WriteBehindOptions<Item> {
  readonly write: (items: readonly Item[]) => Promise<void>
  readonly batchSize: number
  /** How long an item waits for others. */
  readonly delayMs: number
  readonly retryDelayMs: number
  /** Items that are kept while they cannot be written. */
  readonly capacity: number
}

export class WriteBehind<Item> {
  readonly #options: WriteBehindOptions<Item>
  readonly #waiting: Item[] = []
  #timer: NodeJS.Timeout | undefined
  #draining: Promise<void> | undefined

  constructor(options: WriteBehindOptions<Item>) {
    this.#options = options
  }

  add(item: Item): void {
    const { batchSize, capacity, delayMs } = this.#options
    this.#waiting.push(item)
    if (this.#waiting.length > capacity) this.#waiting.shift()
    if (this.#waiting.length === batchSize) this.#schedule(0)
    else if (this.#timer === undefined) this.#schedule(delayMs)
  }

  /** Resolves when all that was added before is written; rejects when that fails, with the items kept. */
  flush(): Promise<void> {
    // A drain with nothing to do ends before it can be kept here, and would be kept for ever.
    if (this.#waiting.length === 0) return this.#draining ?? Promise.resolve()
    return (this.#draining ??= this.#drain())
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        // oxlint-disable-next-line no-await-in-loop -- batches are written one after the other
        await this.#writeBatch(this.#waiting.splice(0, this.#options.batchSize))
      }
    } finally {
      // In the same turn as the last look at what waits: what is added from here on starts a drain of its own.
      this.#draining = undefined
    }
  }

  async #writeBatch(batch: readonly Item[]): Promise<void> {
    try {
      await this.#options.write(batch)
    } catch (error) {
      this.#waiting.unshift(...batch)
      throw error
    }
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      // Nobody waits for this write and the items are kept, so that the next one reports what is wrong or mends it.
      this.flush().catch(() => this.#schedule(this.#options.retryDelayMs))
    }, delayMs)
    // Does not keep the process alive: close() flushes.
    this.#timer.unref()
  }
}
