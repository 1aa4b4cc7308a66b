// What a shadow found: how its run of an invocation differs from the one that was issued. Written behind, bounded, and nothing depends on it.
import type { JsonObject } from '../oauth/index.ts'

export const shadowVerdicts = ['same', 'differs', 'not-comparable', 'dropped'] as const
/** `not-comparable`: a call other than GET was not made. `dropped`: the shadow was busy and did not run. */
export type ShadowVerdict = (typeof shadowVerdicts)[number]

export interface ShadowComparison {
  readonly atMs: number
  /** Of the shadow. */
  readonly deploymentId: string
  /** When it began to be the shadow. */
  readonly sinceMs: number
  readonly verdict: ShadowVerdict
  /** Of the invocation that was shadowed; null for what is only counted: `same` and `dropped`. */
  readonly invocationId: string | null
  readonly userId: string | null
  readonly clientId: string | null
  /** What differs; secrets are redacted already. */
  readonly details: JsonObject
}

export type KeptComparison = Omit<ShadowComparison, 'sinceMs'>

/** From when it began to be the shadow until it runs no more. */
export interface ShadowCounts {
  readonly sinceMs: number
  readonly counts: Readonly<Record<ShadowVerdict, number>>
}

export interface ShadowStore {
  append(comparison: ShadowComparison): void
  /** Resolves when all that was appended so far can be read. */
  flush(): Promise<void>
  /** How often each verdict came, however many comparisons are kept; of the last time that it was the shadow unless `sinceMs` says when. */
  counts(filter: {
    readonly deploymentId: string
    readonly sinceMs?: number
  }): Promise<ShadowCounts | undefined>
  /** Those that are kept, newest first. */
  list(filter: {
    readonly deploymentId: string
    readonly sinceMs: number
    readonly limit: number
  }): Promise<readonly KeptComparison[]>
  prune(
    retention: { readonly olderThanMs: number; readonly keep: number },
    signal?: AbortSignal,
  ): Promise<number>
}
