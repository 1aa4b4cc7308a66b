// How many tries an account and an address have, and how long the next one has to wait. Counters are in the store: shared by
// replicas, kept across restarts (BF-04). Each try is counted before it is judged (docs/decisions/0039).
import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import {
  doublingWaitsMs,
  longestWaitMs,
  type PasswordRecord,
  type ThrottlePolicy,
  type ThrottleStore,
  type Tries,
} from '../store/index.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/**
 * NIST SP 800-63B §3.2.2 allows at most 100 wrong tries in a row for an account (BF-01). They are divided, so that a stranger cannot
 * use up what the owner has: 50 for browsers that are not known, 10 for each of four known devices, 10 for changing the
 * password in a session. All of them start anew with a new password.
 */
export const accountThrottle: ThrottlePolicy = { freeTries: 10, hardLimit: 50, forgetAfterMs: 30 * dayMs }
export const deviceThrottle: ThrottlePolicy = { freeTries: 5, hardLimit: 10, forgetAfterMs: 30 * dayMs }
export const devicesOfAccount = 4

/** More room, because an office shares one address; a success takes its own try back and no other, or an attacker's own account would
 * clear the rest (BF-02). */
export const addressThrottle: ThrottlePolicy = {
  freeTries: 50,
  hardLimit: 1_000,
  forgetAfterMs: 60 * minuteMs,
}

/** Mails of one kind to one mailbox; after the last one the next goes out an hour later. */
export const mailThrottle: ThrottlePolicy = { ...addressThrottle, freeTries: 5, hardLimit: 5 }

/** A counter whose last try is longer ago says nothing any more, whatever it counts. */
export const throttlesForgottenAfterMs: number = Math.max(
  accountThrottle.forgetAfterMs,
  addressThrottle.forgetAfterMs,
)

/** Zero when a try may go on. */
export function waitSeconds(tries: Tries, policy: ThrottlePolicy, nowMs: number): number {
  const sinceLastMs = nowMs - tries.lastAtMs
  if (tries.count === 0 || sinceLastMs > policy.forgetAfterMs) return 0
  const beyond = tries.count - policy.freeTries
  if (beyond < 0) return 0
  const waitMs =
    tries.count >= policy.hardLimit ? policy.forgetAfterMs : (doublingWaitsMs[beyond] ?? longestWaitMs)
  return Math.max(0, Math.ceil((waitMs - sinceLastMs) / 1_000))
}

export interface Admission {
  readonly kind: 'admitted'
}

export interface Throttled {
  readonly kind: 'throttled'
  readonly retryAfterSeconds: number
}

/** Counts a try before it is judged. The caller clears the counter, or takes the try back, when it turns out right. */
export async function admitTry(
  key: string,
  policy: ThrottlePolicy,
  throttles: ThrottleStore,
  nowMs: number,
): Promise<Admission | Throttled> {
  const { isAdmitted, ...tries } = await throttles.admit(key, policy, nowMs)
  if (isAdmitted) return { kind: 'admitted' }
  // At least a second: the counter may have been cleared since.
  return { kind: 'throttled', retryAfterSeconds: Math.max(1, waitSeconds(tries, policy, nowMs)) }
}

/** The counter admits nothing until it is cleared or forgotten. */
export async function isUsedUp(
  key: string,
  policy: ThrottlePolicy,
  throttles: ThrottleStore,
  nowMs: number,
): Promise<boolean> {
  const tries = await throttles.tries(key)
  return tries.count >= policy.hardLimit && waitSeconds(tries, policy, nowMs) > 0
}

/** Hashed: a key may come from a typed address, of any length, and is personal data. */
export function throttleKey(purpose: string, subject: string): string {
  return `${purpose}:${createHash('sha256').update(subject).digest('base64url')}`
}

/** Counters of a user's tries are named by the hash of the password, too: a new password, however it was set, starts them anew. */
export function passwordKey(
  purpose: string,
  { userId, hash }: Pick<PasswordRecord, 'userId' | 'hash'>,
): string {
  return throttleKey(purpose, `${userId} ${hash}`)
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
