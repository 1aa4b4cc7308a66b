// What a shadow found: how its run of an invocation differs from the one that was issued. Written behind, bounded, and nothing depends on it.
import type { JsonObject } from '../oauth/index.ts'

export const shadowVerdicts = ['same', 'differs', 'not-comparable', 'dropped'] as const
/** `not-comparable`: a call other than GET was not made. `dropped`: the shadow was busy and did not run. */
export type ShadowVerdict = (typeof shadowVerdicts)[number]

export interface ShadowComparison {
  readonly atMs: number
  /** Of the shadow. */
  readonly deploymentId: string
  readonly verdict: ShadowVerdict
  /** How many: `same` and `dropped` are counted, the others are kept one by one. */
  readonly count: number
  /** Of the invocation that was shadowed; null for what is counted. */
  readonly invocationId: string | null
  readonly userId: string | null
  readonly clientId: string | null
  /** What differs; secrets are redacted already. */
  readonly details: JsonObject
}

export interface ShadowStore {
  append(comparison: ShadowComparison): void
  /** Resolves when all that was appended so far can be read. */
  flush(): Promise<void>
  /** Newest first. */
  list(filter: {
    readonly deploymentId: string
    readonly sinceMs: number
    readonly limit: number
  }): Promise<readonly ShadowComparison[]>
  prune(
    retention: { readonly olderThanMs: number; readonly keep: number },
    signal?: AbortSignal,
  ): Promise<number>
}
