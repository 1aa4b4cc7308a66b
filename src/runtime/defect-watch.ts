// Which runs are compared, and what a defect changes for the whole pool.
import { SandboxDefect } from './defect.ts'
import type { MessageToPool } from './protocol.ts'
import type { SandboxOptions } from './sandbox-options.ts'
import type { Thread } from './thread.ts'
import type { Threads } from './threads.ts'

const usualInterval = 1_000

export class DefectWatch {
  readonly #threads: Threads
  readonly #every: number
  readonly #onDefect: (defect: SandboxDefect) => void
  #defects = 0

  constructor({ watchEvery = usualInterval, onDefect = () => {} }: SandboxOptions, threads: Threads) {
    this.#threads = threads
    this.#every = watchEvery
    this.#onDefect = onDefect
  }

  get counts(): { readonly defects: number; readonly isCareful: boolean } {
    return { defects: this.#defects, isCareful: this.#threads.isCareful }
  }

  /** By the number of the run, so that a run that goes on elsewhere is watched there too. */
  isDue(run: number): boolean {
    return run % this.#every === 0
  }

  /** Careful first: the runs that were on the thread go on elsewhere at once. */
  found(thread: Thread, { what, deployment }: MessageToPool<'defect'>): void {
    const defect = new SandboxDefect(what, deployment)
    this.#defects++
    this.#threads.beCareful()
    this.#onDefect(defect)
    thread.terminate(defect)
  }
}
