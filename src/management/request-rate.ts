// How often one caller may ask, on each server: a count for each minute. What a workflow asks of its own issuer is not counted, because
// then a rush of sign-ins would be refused its own claims.
import { RequestError } from './request-error.ts'

const windowMs = 60_000

export interface RequestRate {
  /** Counts a request. Throws RequestError `TOO_MANY_REQUESTS` beyond the rate. */
  admit(caller: string): void
  /** Whole seconds until counting begins anew: the header `RateLimit-Reset` (C§8). */
  resetSeconds(): number
}

export function openRequestRate(requestsPerMinute: number, nowMs: () => number): RequestRate {
  let endsAtMs = 0
  const counts = new Map<string, number>()
  return {
    admit(caller) {
      const now = nowMs()
      if (now >= endsAtMs) {
        counts.clear()
        endsAtMs = now + windowMs
      }
      const count = (counts.get(caller) ?? 0) + 1
      counts.set(caller, count)
      if (count <= requestsPerMinute) return
      throw new RequestError(
        'TOO_MANY_REQUESTS',
        `More than ${requestsPerMinute} requests came in a minute. Wait for the seconds in RateLimit-Reset.`,
      )
    },
    resetSeconds: () => Math.max(1, Math.ceil((endsAtMs - nowMs()) / 1_000)),
  }
}
