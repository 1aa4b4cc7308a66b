// What a kind of background work is: what it does, how often it is tried, and whether it comes back.
import type { JsonObject } from '../oauth/index.ts'

export interface RunningJob {
  readonly id: string
  /** As it was queued; null for a recurring job. Throws StoreError `store_corrupt`. */
  readonly payload: () => JsonObject | null
  /** 1 for the first one. */
  readonly attempt: number
  /**
   * Aborted when another worker may have the job (its lease was lost) or when the server stops. Then the work ends as soon as it
   * can; the job runs again.
   */
  readonly signal: AbortSignal
}

/** The work is done as far as it can be now, and goes on after so many milliseconds. Not a failure: it counts as no attempt. */
export interface GoesOn {
  readonly againInMs: number
}

export interface JobKind {
  /**
   * Does the work. It may run more than once, because a process can end between the work and the record of it: make it idempotent.
   * Rejects to be tried again, and with FinalJobError when another attempt cannot succeed.
   */
  run(job: RunningJob): Promise<void | GoesOn>
  /**
   * Called when the job is dead, for those who wait for its result: also when a server ended during each attempt, so that the job itself could
   * say nothing. Not called when the payload cannot be read. Make it idempotent, too; it is tried until the lease ends.
   */
  readonly gaveUp?: (job: Pick<RunningJob, 'id' | 'payload'>, reason: string) => Promise<void>
  /**
   * Milliseconds before each further attempt; after the last one the job is dead. A recurring job waits for its next turn instead. A job
   * that goes on later never waits more than twice the longest of them, or an hour.
   */
  readonly backoffMs: readonly number[]
  /** The job comes back so long after it ended, and never dies. Of all replicas one runs it at a time. */
  readonly everyMs?: number
  /** Jobs of this kind that one process runs at a time; 1 when not given. */
  readonly concurrency?: number
}

export type JobKinds = Readonly<Record<string, JobKind>>

/** Another attempt cannot succeed: the job is dead. */
export class FinalJobError extends Error {
  override readonly name = 'FinalJobError'
}
