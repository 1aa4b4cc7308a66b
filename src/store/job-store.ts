// Background work that any replica may do: queued by the commit that wants it, leased to one worker at a time, and due again when
// the lease ends without a result. src/jobs runs it.
import type { JsonObject } from '../oauth/index.ts'

export interface NewJob {
  readonly kind: string
  /** Encrypted at rest, and gone when the job is done or dead. */
  readonly payload: JsonObject | null
  /** While a job with this key waits or runs, another one is not queued. */
  readonly uniqueKey?: string
  /** A job with this key that waits for another attempt becomes due at once. */
  readonly isUrgent?: boolean
  readonly enqueuedAtMs: number
}

/** The lease of a worker on a job. A worker that lost it changes nothing any more. */
export interface HeldJob {
  readonly id: string
  readonly lease: string
}

export interface ClaimedJob extends HeldJob {
  readonly kind: string
  /** Throws StoreError `store_corrupt`: an unreadable payload fails its own job and no other. */
  readonly payload: () => JsonObject | null
  /** 1 for the first one. An attempt counts when it begins, so that a job which ends its process is given up, too. */
  readonly attempt: number
}

export interface JobSummary {
  readonly id: string
  readonly kind: string
  readonly state: 'waiting' | 'running' | 'dead'
  readonly attempts: number
  readonly enqueuedAtMs: number
  /** When it may run next, or when the lease ends. Null when it is dead. */
  readonly dueAtMs: number | null
  /** Why the last attempt failed. */
  readonly lastError: string | null
}

/** All times are those of `store.nowMs()`. Methods that take a lease resolve to false when it has been lost. */
export interface JobStore {
  /** Queues a job that comes back again and again, unless it is there already. */
  ensureRecurring(kind: string, times: { readonly nowMs: number; readonly dueAtMs: number }): Promise<void>
  /** When the first and the last job of a kind are due; undefined when none waits or runs. */
  due(kind: string): Promise<{ readonly firstAtMs: number; readonly lastAtMs: number } | undefined>
  /** Makes jobs due now whose time lies further ahead than any wait: it comes from a clock that was wrong. */
  pullForward(kind: string, laterThanMs: number): Promise<void>
  /** Makes the waiting jobs of a kind due now, for other processes and for a restore, which takes a recent one for a running server. */
  release(kind: string): Promise<void>
  /** Of many workers, one gets each job. */
  claim(request: {
    readonly kind: string
    readonly limit: number
    readonly nowMs: number
    readonly untilMs: number
  }): Promise<readonly ClaimedJob[]>
  renew(held: HeldJob, untilMs: number): Promise<boolean>
  /** Done: the job is deleted. */
  finish(held: HeldJob): Promise<boolean>
  /** Another attempt at `dueAtMs`; `attempts` is how many count until then. */
  postpone(
    held: HeldJob,
    next: { readonly dueAtMs: number; readonly attempts: number; readonly error: string | null },
  ): Promise<boolean>
  /** No further attempt. It stays in the list until it is pruned. */
  bury(held: HeldJob, end: { readonly atMs: number; readonly error: string }): Promise<boolean>
  /** Newest first. */
  list(filter: {
    readonly kind?: string
    readonly state?: JobSummary['state']
    readonly limit: number
  }): Promise<readonly JobSummary[]>
  /** Deletes jobs that died before `diedBeforeMs`. */
  prune(diedBeforeMs: number, signal?: AbortSignal): Promise<number>
  /** Called after each commit of this process that queued a job. Returns how to stop that. */
  onEnqueued(listener: () => void): () => void
}
