// Counters of tries, shared by replicas and kept across restarts (BF-04). What they are of is the directory's
// (directory/throttle.ts).

export interface ThrottlePolicy {
  /** Counted tries after which each further one has to wait. */
  readonly freeTries: number
  /** From here on no try is admitted until the counter is cleared, or forgotten. */
  readonly hardLimit: number
  /** A counter starts anew when the last counted try is longer ago. */
  readonly forgetAfterMs: number
}

export interface Tries {
  readonly count: number
  readonly lastAtMs: number
}

/** `isAdmitted`: this try was counted. A try that was not admitted changes nothing. */
export type AdmittedTries = Tries & { readonly isAdmitted: boolean }

export interface ThrottleStore {
  tries(key: string): Promise<Tries>
  /**
   * Counts a try if the policy admits one, in one atomic statement: of any number at once, exactly as many are admitted as the policy
   * has left, and a refused one never brings the counter nearer to its limit.
   */
  admit(key: string, policy: ThrottlePolicy, nowMs: number): Promise<AdmittedTries>
  /** Forgets those whose last counted try was before the moment `olderThanMs`. */
  prune(olderThanMs: number, signal?: AbortSignal): Promise<number>
}

/** How long a try waits after the last counted one, by how many were counted beyond the free ones: it doubles, up to 15 minutes. */
export const doublingWaitsMs: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map(
  (seconds) => seconds * 1_000,
)
export const longestWaitMs: number = 15 * 60_000
