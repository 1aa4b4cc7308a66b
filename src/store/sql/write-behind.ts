// Items that no request waits for, written in batches: when enough have gathered, or after a moment. While the database cannot be
// reached they are kept and tried again, up to a bound; beyond it the oldest are given up, because a store that is down for
// long must not take the process along. Both are reported and counted, so that an operator knows that records are late or missing.
import { setTimeout as delay } from 'node:timers/promises'

export interface WriteBehindOptions<Item> {
  readonly write: (items: readonly Item[]) => Promise<void>
  readonly batchSize: number
  /** How long an item waits for others. */
  readonly delayMs: number
  readonly retryDelayMs: number
  /** Items that are kept while they cannot be written. */
  readonly capacity: number
  /** Called with each batch that could not be written; its items are kept. */
  readonly onFailed: (error: unknown) => void
  /** Called with items that were given up. */
  readonly onLost: (count: number) => void
}

export class WriteBehind<Item> {
  readonly #options: WriteBehindOptions<Item>
  readonly #waiting: Item[] = []
  #timer: NodeJS.Timeout | undefined
  #draining: Promise<void> | undefined
  /** Items of the batch that is being written. */
  #underWay = 0
  #isClosed = false
  #failedBatches = 0
  #lostItems = 0

  constructor(options: WriteBehindOptions<Item>) {
    this.#options = options
  }

  /** Since the start; the counts remain after close(). */
  get counts(): { readonly failedBatches: number; readonly lostItems: number } {
    return { failedBatches: this.#failedBatches, lostItems: this.#lostItems }
  }

  add(item: Item): void {
    const { batchSize, delayMs } = this.#options
    this.#waiting.push(item)
    this.#bound()
    if (this.#waiting.length === batchSize) this.#schedule(0)
    else if (this.#timer === undefined) this.#schedule(delayMs)
  }

  /** Resolves when all that was added before is written; rejects when that fails, with the items kept. */
  flush(): Promise<void> {
    // A drain with nothing to do ends before it can be kept here, and would be kept forever.
    if (this.#waiting.length === 0) return this.#draining ?? Promise.resolve()
    return (this.#draining ??= this.#drain())
  }

  /** Writes what is left, as flush() does, but no longer than `mostMs`; what is not written then is given up. Never rejects. */
  async close(mostMs: number): Promise<void> {
    const written = this.flush().catch(() => {})
    await Promise.race([written, delay(mostMs, undefined, { ref: false })])
    this.#isClosed = true
    clearTimeout(this.#timer)
    const lost = this.#waiting.length + this.#underWay
    if (lost > 0) this.#lose(lost)
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
    this.#underWay = batch.length
    try {
      await this.#options.write(batch)
    } catch (error) {
      if (this.#isClosed) return
      this.#waiting.unshift(...batch)
      this.#failedBatches += 1
      this.#options.onFailed(error)
      this.#bound()
      throw error
    } finally {
      this.#underWay = 0
    }
  }

  #bound(): void {
    const tooMany = this.#waiting.length - this.#options.capacity
    if (tooMany <= 0) return
    this.#waiting.splice(0, tooMany)
    this.#lose(tooMany)
  }

  #lose(count: number): void {
    this.#lostItems += count
    this.#options.onLost(count)
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      // No request waits for this write, and the items are kept, so the next write reports the failure or succeeds.
      this.flush().catch(() => this.#schedule(this.#options.retryDelayMs))
    }, delayMs)
    // Does not keep the process alive: close() flushes.
    this.#timer.unref()
  }
}
