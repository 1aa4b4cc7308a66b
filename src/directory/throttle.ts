// How many wrong tries an account and an address have, and how long the next one has to wait. Counters are in the store: shared by
// replicas, kept across restarts (BF-04).
import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { FailureCount, ThrottleStore } from '../store/index.ts'

export interface ThrottlePolicy {
  /** Failures after which each further one makes the next try wait. */
  readonly freeFailures: number
  /** The wait doubles with each failure, from one second up to this. */
  readonly longestWaitSeconds: number
  /** From here on nothing is tried until the counter is cleared, or forgotten. */
  readonly hardLimit: number
  /** A counter starts anew when the last failure is longer ago. */
  readonly forgetAfterMs: number
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** NIST SP 800-63B §3.2.2 allows at most 100 tries in a row (BF-01); a new password clears the counter (password-reset.ts). */
export const accountThrottle: ThrottlePolicy = {
  freeFailures: 10,
  longestWaitSeconds: 15 * 60,
  hardLimit: 100,
  forgetAfterMs: 30 * dayMs,
}

/** More room, because an office shares one address; a success does not clear it, or an attacker's own account would (BF-02). */
export const addressThrottle: ThrottlePolicy = {
  freeFailures: 50,
  longestWaitSeconds: 15 * 60,
  hardLimit: 1_000,
  forgetAfterMs: 60 * minuteMs,
}

/** Mails of one kind to one address in an hour; more are not sent. */
export const mailThrottle: ThrottlePolicy = { ...addressThrottle, freeFailures: 5, hardLimit: 5 }

/** A counter whose last failure is longer ago says nothing any more, whatever it counts. */
export const throttlesForgottenAfterMs: number = Math.max(
  accountThrottle.forgetAfterMs,
  addressThrottle.forgetAfterMs,
)

/** Zero when a try may go on. */
export function waitSeconds(failures: FailureCount, policy: ThrottlePolicy, nowMs: number): number {
  const sinceLastMs = nowMs - failures.lastAtMs
  if (failures.count === 0 || sinceLastMs > policy.forgetAfterMs) return 0
  const beyond = failures.count - policy.freeFailures
  if (beyond < 0) return 0
  const waitMs =
    failures.count >= policy.hardLimit
      ? policy.forgetAfterMs
      : Math.min(policy.longestWaitSeconds, 2 ** Math.min(beyond, 30)) * 1_000
  return Math.max(0, Math.ceil((waitMs - sinceLastMs) / 1_000))
}

export interface Admission {
  readonly kind: 'admitted'
}

export interface Throttled {
  readonly kind: 'throttled'
  readonly retryAfterSeconds: number
}

/**
 * Counts a try before it is judged, so that many at once do not all slip under the limit; the caller clears the counter when the
 * try turns out right.
 */
export async function admitTry(
  key: string,
  policy: ThrottlePolicy,
  throttles: ThrottleStore,
  nowMs: number,
): Promise<Admission | Throttled> {
  const before = await throttles.failures(key)
  const wait = waitSeconds(before, policy, nowMs)
  if (wait > 0) return { kind: 'throttled', retryAfterSeconds: wait }
  const counted = await throttles.recordFailure(key, nowMs, policy.forgetAfterMs)
  const overtakenBy = { count: counted.count - 1, lastAtMs: nowMs }
  const wasOvertaken = counted.count > before.count + 1
  const waitForOthers = wasOvertaken ? waitSeconds(overtakenBy, policy, nowMs) : 0
  return waitForOthers > 0 ? { kind: 'throttled', retryAfterSeconds: waitForOthers } : { kind: 'admitted' }
}

/** Hashed: a key may come from a typed address, of any length and somebody's own. */
export function throttleKey(purpose: string, subject: string): string {
  return `${purpose}:${createHash('sha256').update(subject).digest('base64url')}`
}

/** The counter of a user's failed tries, on whichever device that is not known. */
export function accountKey(userId: string): string {
  return throttleKey('account', userId)
}

/** A customer of a network has a /64 of IPv6 for himself, so the rest of such an address says nothing. */
export function networkOf(ip: string): string {
  if (isIP(ip) !== 6) return ip
  const plain = URL.parse(`http://[${ip.split('%', 1)[0] ?? ''}]/`)?.hostname.slice(1, -1) ?? ip
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(plain)
  if (mapped) return dotted(Number.parseInt(`${mapped[1]}`, 16), Number.parseInt(`${mapped[2]}`, 16))
  const [head = '', tail = ''] = plain.split('::')
  const [front, back] = [head, tail].map((part) => (part === '' ? [] : part.split(':')))
  const zeros = 8 - (front?.length ?? 0) - (back?.length ?? 0)
  const groups = [...(front ?? []), ...Array.from({ length: zeros }, () => '0'), ...(back ?? [])]
  return `${groups.slice(0, 4).join(':')}::/64`
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
