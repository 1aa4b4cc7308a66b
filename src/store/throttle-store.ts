// Counters of failed tries, shared by replicas and kept across restarts (assurance BF-04). What they lead to is the
// directory's (sign-in-throttle.ts).

export interface FailureCount {
  readonly count: number
  readonly lastAtMs: number
}

export interface ThrottleStore {
  failures(key: string): Promise<FailureCount>
  /** Adds one; a count whose last failure is older than `forgetAfterMs` starts at one again. Resolves to the new count. */
  recordFailure(key: string, nowMs: number, forgetAfterMs: number): Promise<FailureCount>
  clear(key: string): Promise<void>
  /** Forgets those whose last failure was before the moment `olderThanMs`. */
  prune(olderThanMs: number, signal?: AbortSignal): Promise<number>
}
