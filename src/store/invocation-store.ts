// The record of every run of a workflow. append() never makes a mint wait for the disk: records are written in batches, and
// close() writes what is left. Losing the last few after a power cut loses no token and no right.
import type { JsonObject } from '../oauth/index.ts'
import type { InvocationRecording } from './recording-store.ts'

export interface InvocationRecord {
  /** `inv_…` */
  readonly id: string
  readonly startedAtMs: number
  readonly trigger: string
  readonly origin: string
  /** Of a sequence, the one that decided. */
  readonly workflowId: string
  /** The others of a sequence that ran. Invocations are found by them; what is read back names them in its document. */
  readonly otherWorkflowIds?: readonly string[]
  readonly deploymentId: string
  readonly clientId: string
  readonly userId: string | null
  readonly organizationCode: string | null
  /** RunEnding of tokens/run-token-trigger.ts. */
  readonly outcome: string
  /** Kind of the Decision of triggers/decision.ts. */
  readonly decision: string
  readonly durationMs: number
  readonly accessTokenJti: string | null
  readonly idTokenJti: string | null
  /** Event, both tokens before and after, refused claims, failure, log, calls: secrets are redacted already. */
  readonly document: JsonObject
}

export interface InvocationFilter {
  readonly userId?: string
  /** One of these: an outcome may be stored under an earlier name, too. */
  readonly outcomes?: readonly [string, ...string[]]
  readonly clientId?: string
  /** It ran, whether it decided or not. */
  readonly workflowId?: string
  readonly deploymentId?: string
  readonly organizationCode?: string
  /** Only those that started at this moment or later, in milliseconds since the epoch. */
  readonly sinceMs?: number
  /** Only those that started before this moment. */
  readonly untilMs?: number
  readonly accessTokenJti?: string
  /** Only those written after the one with this sequence number. */
  readonly afterSequence?: number
  /** Only those written before the one with this sequence number. */
  readonly beforeSequence?: number
  /** Newest first when not given. */
  readonly order?: 'newest-first' | 'oldest-first'
  readonly limit: number
}

export interface StoredInvocation extends InvocationRecord {
  readonly sequence: number
}

/** What became of records since this process opened the store. */
export interface InvocationStats {
  /** Records that were given up: beyond what is kept while the database is away, or not written when the store closed. */
  readonly lostInvocations: number
  /** Batches that could not be written; their records were kept, and each was tried again. */
  readonly failedBatches: number
}

export interface InvocationStore {
  /** A recording is kept, and lost, with the record. */
  append(record: InvocationRecord, recording?: InvocationRecording): void
  /** Resolves when all that was appended so far can be read. */
  flush(): Promise<void>
  stats(): InvocationStats
  find(id: string): Promise<StoredInvocation | undefined>
  list(filter: InvocationFilter): Promise<readonly StoredInvocation[]>
  /** Of the newest runs of a deployment, without their documents. */
  decisions(filter: {
    readonly deploymentId: string
    readonly sinceMs: number
    readonly limit: number
  }): Promise<readonly string[]>
  /**
   * Keeps those that started at the moment `olderThanMs` or later, and at most `keep` of them; resolves to how many were deleted.
   * Deletes in small batches with pauses; an aborted signal ends it after the current one. So do the other stores.
   */
  prune(
    retention: { readonly olderThanMs: number; readonly keep: number },
    signal?: AbortSignal,
  ): Promise<number>
}
