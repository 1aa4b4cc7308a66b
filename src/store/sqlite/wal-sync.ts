// Makes commits survive power loss without blocking the event loop. SQLite runs with synchronous=NORMAL, so that a COMMIT writes to
// the -wal file and waits for no disk; then a thread of libuv flushes that file through a handle of our own. All commits that
// were made before a flush started share it. docs/decisions/0010-durable-commits.md has the reasoning and the numbers.
//
// After one failed flush the next one must not be trusted: the kernel may have dropped the pages that it could not write and then
// report success (FI-09). So a failure is final.
import { open, type FileHandle } from 'node:fs/promises'
import { unavailable } from '../store-error.ts'

export class WalSync {
  readonly #wal: FileHandle
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #failure: unknown

  private constructor(wal: FileHandle) {
    this.#wal = wal
  }

  /** The -wal file has to exist, and the connection that made it has to stay open for as long as this. */
  static async open(databaseFile: string): Promise<WalSync> {
    return new WalSync(await open(`${databaseFile}-wal`, 'r+'))
  }

  /** Throws once a flush has failed: what is committed from then on could be lost without a sign. */
  assertUsable(): void {
    if (this.#failure !== undefined) {
      throw unavailable('The disk failed to keep an earlier write; the store takes no more.', this.#failure)
    }
  }

  /** Resolves when every commit made before the call is on the disk. */
  flush(): Promise<void> {
    if (this.#running === undefined) return (this.#running = this.#flush())
    // The running one may have started before the latest commit: wait for the one after it, together with others.
    return (this.#next ??= this.#running.catch(() => {}).then(() => this.#startNext()))
  }

  /** Resolves when the flushes that were asked for are done; rejects once one has failed. */
  async settled(): Promise<void> {
    await (this.#next ?? this.#running)
    this.assertUsable()
  }

  async close(): Promise<void> {
    await this.settled().catch(() => {})
    await this.#wal.close()
  }

  #startNext(): Promise<void> {
    this.#next = undefined
    return (this.#running = this.#flush())
  }

  async #flush(): Promise<void> {
    try {
      this.assertUsable()
      await this.#wal.datasync()
    } catch (error) {
      this.#failure ??= error
      throw unavailable('The disk failed to keep a write.', error)
    } finally {
      if (this.#next === undefined) this.#running = undefined
    }
  }
}
