// The threads of a pool: those that share the runs, and those lent to one run at a time. It opens, chooses and replaces
// them; it knows nothing of runs but how many each thread has, and which ones other runs wait for: those never wait in
// turn, because all threads may be full of runs that wait for them.
import { availableParallelism } from 'node:os'
import { SandboxError } from '../errors/index.ts'
import type { SandboxOptions } from './sandbox-options.ts'
import { Thread, type ThreadEvents, type ThreadOptions } from './thread.ts'

interface ThreadsOptions {
  readonly shared: number
  readonly mostLent: number
  readonly mostRunsPerThread: number
}

export function threadsOptions(options: SandboxOptions): ThreadsOptions {
  return {
    shared: options.threads ?? Math.max(2, availableParallelism()),
    mostLent: options.mostLentThreads ?? 16,
    mostRunsPerThread: options.mostRunsPerThread ?? 64,
  }
}

/** Lent threads that are kept for the next run that blocks, and how long the others are. */
const lentKept = 1
const lentIdleMs = 10_000
/** Threads lost in a row, none of them ever ready, after which the sandbox cannot start and nothing is tried again. */
const mostFailedStarts = 4

/** A run that looks for a thread. Another run may wait for it, when it was started by a call of a workflow to our issuer. */
interface Seeker {
  readonly needsOwnThread: boolean
  readonly isWithinOwnCall: boolean
}

export class Threads {
  readonly #options: ThreadsOptions
  readonly #threadOptions: ThreadOptions
  readonly #events: ThreadEvents
  readonly #shared: Thread[]
  readonly #lent = new Set<Thread>()
  #failedStarts = 0
  #isCareful = false

  constructor(options: ThreadsOptions, threadOptions: ThreadOptions, events: ThreadEvents) {
    this.#options = options
    this.#threadOptions = threadOptions
    this.#events = events
    this.#shared = Array.from({ length: options.shared }, () => this.#open(false))
  }

  get all(): readonly Thread[] {
    return [...this.#shared, ...this.#lent]
  }

  get shared(): readonly Thread[] {
    return this.#shared
  }

  /** Threads that are lent to a run, or kept for the next one that blocks. */
  get lentCount(): number {
    return this.#lent.size
  }

  get isCareful(): boolean {
    return this.#isCareful
  }

  /** All threads, also those that start later. */
  beCareful(): void {
    this.#isCareful = true
    for (const thread of this.all) thread.beCareful()
  }

  /** Resolves when every thread has started. Rejects with SandboxError when they cannot. */
  async ready(): Promise<void> {
    await Promise.all(this.#shared.map((thread) => thread.started))
  }

  /** The thread for a run, or undefined when all have as many as they may. */
  forRun(run: Seeker): Thread | undefined {
    if (run.needsOwnThread) return this.#lend(run)
    const thread = this.leastBusy()
    return run.isWithinOwnCall || thread.inFlight.size < this.#options.mostRunsPerThread ? thread : undefined
  }

  /** One that is still starting comes last. */
  leastBusy(): Thread {
    return this.#shared.reduce((best, thread) => (busyness(thread) < busyness(best) ? thread : best))
  }

  /** Ends lent threads that were unused for a while; one is kept. */
  retireIdle(nowMs: number): void {
    for (const thread of this.#lent) {
      if (this.#lent.size <= lentKept || thread.idleForMs(nowMs) < lentIdleMs) continue
      this.#lent.delete(thread)
      void thread.close()
    }
  }

  /** Puts another thread in the place of a lost one; undefined when it was a lent one, which is opened again on demand. */
  replace(lost: Thread): Thread | undefined {
    this.#failedStarts = lost.isReady ? 0 : this.#failedStarts + 1
    if (this.#lent.delete(lost)) return undefined
    const index = this.#shared.indexOf(lost)
    // While one works, threads can start: those that did not had other reasons, a machine that was too busy among them.
    const isHopeless = this.#failedStarts > mostFailedStarts && !this.#shared.some(({ isReady }) => isReady)
    if (index < 0 || isHopeless) return undefined
    const thread = this.#open(false)
    this.#shared[index] = thread
    return thread
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((thread) => thread.close()))
  }

  /** As many threads again are kept for runs that others wait for: while all the others wait, some of these get on. */
  #lend({ isWithinOwnCall }: Seeker): Thread | undefined {
    const idle = [...this.#lent].filter(({ inFlight, isDoubted }) => inFlight.size === 0 && !isDoubted)
    const most = this.#options.mostLent * (isWithinOwnCall ? 2 : 1)
    if (this.#lent.size - idle.length >= most) return undefined
    const thread = idle[0] ?? this.#open(true)
    this.#lent.add(thread)
    return thread
  }

  #open(isLent: boolean): Thread {
    const thread = new Thread(this.#threadOptions, isLent, this.#events)
    if (this.#isCareful) thread.beCareful()
    return thread
  }
}

/** A starting thread would make its first run wait for it, so every ready one goes before it; one that may be stuck comes last. */
function busyness({ isReady, isDoubted, inFlight }: Thread): number {
  return inFlight.size + (isReady ? 0 : startingPenalty) + (isDoubted ? 2 * startingPenalty : 0)
}

const startingPenalty = 1000

export function cannotStart(cause: unknown): SandboxError {
  return new SandboxError('sandbox_crashed', 'the sandbox has no thread: none of them starts', { cause })
}
