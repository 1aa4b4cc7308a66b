// What invocations need to run again, by invocation: sealed, in a table of its own, with a retention of its own. Written with the record of
// the invocation (invocation-store.ts). What workflows see of the environment is kept once for all runs that had the same one.
import type { JsonObject } from '../oauth/index.ts'

/** The variables of a run. The same object until one of them changes: that is how one copy is kept for many runs. */
export type RecordedEnvironment = Readonly<
  Record<string, { readonly value: string; readonly isSecret: boolean }>
>

export interface InvocationRecording {
  /** Plain data: it is kept as JSON. */
  readonly run: object
  readonly environment: RecordedEnvironment
}

export interface StoredRecording extends InvocationRecording {
  readonly invocationId: string
  readonly run: JsonObject
}

export interface RecordingStore {
  find(invocationId: string): Promise<StoredRecording | undefined>
  /** Those that are kept of these invocations, in no particular order. One that is damaged is left out. */
  list(invocationIds: readonly string[]): Promise<readonly StoredRecording[]>
  /**
   * Deletes those of invocations that started before `olderThanMs`, those beyond the newest `keep` invocations, and those whose invocation is
   * gone. Ids of invocations are in the order of their time.
   */
  prune(
    retention: { readonly olderThanMs: number; readonly keep: number },
    signal?: AbortSignal,
  ): Promise<number>
}
