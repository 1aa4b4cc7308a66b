// What an operator can set about the sandbox. Limits of a run are not here: each invocation brings its own (limits.ts).
import type { SandboxDefect } from './defect.ts'
import type { HostCallsOptions } from './host-calls/index.ts'

export interface SandboxOptions {
  /** Threads that share the runs. Default: one for each processor, at least two. */
  readonly threads?: number
  /** Threads that may be lent at the same time to runs that block. */
  readonly mostLentThreads?: number
  /** Runs in flight on one thread; more wait in the queue. */
  readonly mostRunsPerThread?: number
  /** Runs that may wait in the queue; more end as `busy` at once. */
  readonly mostQueuedRuns?: number
  /** The largest memory limit that any run will have, in bytes. */
  readonly memoryBytes?: number
  /** Whether threads run at a lower priority than the event loop (thread-priority.ts). Default: true. */
  readonly prioritizeEventLoop?: boolean
  /**
   * How long beyond its running time a run may stay inside one native operation of the engine, which has no interrupt,
   * before its thread is terminated. In milliseconds of processor time; 300 when it is not given.
   */
  readonly unresponsiveGraceMs?: number
  readonly hostCalls?: HostCallsOptions
  /** False: its threads do not keep the process alive, also while they run. Default: true. */
  readonly keepsProcessAlive?: boolean
  /** One run in so many is compared with what it must be (defect.ts). Default: 1,000. */
  readonly watchEvery?: number
  /** Called when a comparison found a defect, before its thread ends. For the operator's log. */
  readonly onDefect?: (defect: SandboxDefect) => void
  /** Called with the reason when a thread was lost and replaced. For the operator's log. */
  readonly onThreadLost?: (cause: unknown) => void
}
