// Rotation: another key takes over for each algorithm, and no verifier that caches the key set notices. The new key is published first and
// signs after `overlapMs`; the old one stays published until nothing that it signed is in use, and is deleted then. All of this is times
// in the store that each process compares with its clock, so nothing has to happen at the moment when the keys change over.
// docs/decisions/0056-signing-keys-rotate.md has the reasons.
import type { JsonObject } from '../oauth/index.ts'
import {
  type AuditEvent,
  isCommitted,
  signingAlgorithms,
  type ApplicationRecord,
  type Change,
  type SigningAlgorithm,
  type SigningKeyChange,
  type SigningKeyRecord,
  type SigningKeyTimes,
  type Store,
} from '../store/index.ts'
import { makeKey } from './make-key.ts'
import { isRetired, keyNoticeMs } from './signing-keys.ts'

const hourMs = 3_600_000
const minuteMs = 60_000

/**
 * How long a key is published before it signs: longer than verifiers keep a key set. Our own answer allows a minute (Cache-Control), but
 * API gateways keep a set for up to two hours whatever it says.
 */
export const overlapMs = 24 * hourMs

export interface RotationDeps {
  readonly store: Pick<Store, 'signingKeys' | 'commit'>
  /** Milliseconds since the epoch, by the clock of the store. */
  readonly nowMs: () => number
  /** What the audit log says of who asked. */
  readonly by: 'command' | 'schedule'
}

export interface Rotated {
  readonly algorithm: SigningAlgorithm
  /** The key that signs until `activeFromMs`; undefined when the algorithm had none. */
  readonly from: string | undefined
  readonly to: string
  readonly activeFromMs: number
}

export type RotationResult =
  | { readonly kind: 'rotated'; readonly keys: readonly Rotated[] }
  /** Another key is published already and signs from then on. */
  | { readonly kind: 'under-way'; readonly activeFromMs: number }

/** `next`: published, signs later. `verifying`: no longer signs, or never did; what it signed is still accepted. */
export type KeyState = 'next' | 'signing' | 'verifying' | 'removed'

export function keyState(key: SigningKeyRecord, keys: readonly SigningKeyRecord[], nowMs: number): KeyState {
  if (key.removedAtMs !== null && key.removedAtMs <= nowMs) return 'removed'
  if (isRetired(key, nowMs)) return 'verifying'
  if (key.activeFromMs > nowMs) return 'next'
  return signingKey(keys, key.algorithm, nowMs)?.kid === key.kid ? 'signing' : 'verifying'
}

/** `isNow`: without the overlap; the new keys sign as soon as every process has read them. Keys that are published already are used. */
export async function rotateKeys(
  { isNow }: { readonly isNow: boolean },
  deps: RotationDeps,
): Promise<RotationResult> {
  const [keys, nowMs] = [await deps.store.signingKeys.all(), deps.nowMs()]
  const pending = keys.filter((key) => isNext(key, nowMs))
  if (pending.length > 0 && !isNow)
    return { kind: 'under-way', activeFromMs: Math.min(...pending.map(({ activeFromMs }) => activeFromMs)) }
  const rotated = await rotate(signingAlgorithms, keys, nowMs + (isNow ? keyNoticeMs : overlapMs), deps)
  // Another process changed the keys since they were read: judge anew.
  return rotated ? { kind: 'rotated', keys: rotated } : rotateKeys({ isNow }, deps)
}

/** Resolves to nothing when the keys were changed since they were read. */
async function rotate(
  algorithms: readonly SigningAlgorithm[],
  keys: readonly SigningKeyRecord[],
  activeFromMs: number,
  deps: RotationDeps,
): Promise<readonly Rotated[] | undefined> {
  const nowMs = deps.nowMs()
  const successions = await Promise.all(
    algorithms.map((algorithm) => succession(algorithm, { keys, nowMs, activeFromMs })),
  )
  const rotated = successions.map(({ rotated: one }) => one)
  const details = { by: deps.by, activeFrom: iso(activeFromMs), keys: rotated.map(rotatedDetails) }
  const isDone = await isCommitted(
    deps.store.commit([
      ...successions.flatMap(({ changes }) => changes),
      audited('signing_keys.rotated', nowMs, details),
    ]),
  )
  return isDone ? rotated : undefined
}

interface Moment {
  readonly keys: readonly SigningKeyRecord[]
  readonly nowMs: number
  readonly activeFromMs: number
}

/** The key that is published already, or a new one, signs from `activeFromMs`; every other one of the algorithm retires then. */
async function succession(
  algorithm: SigningAlgorithm,
  { keys, nowMs, activeFromMs }: Moment,
): Promise<{ readonly changes: readonly SigningKeyChange[]; readonly rotated: Rotated }> {
  const usable = keys.filter((key) => key.algorithm === algorithm && !isRetired(key, nowMs))
  const published = usable.find((key) => isNext(key, nowMs))
  const next = published ?? (await makeKey(algorithm, { nowMs, activeFromMs }))
  return {
    changes: [
      published === undefined
        ? { kind: 'add-signing-key', key: next }
        : changeTimes(published, { activeFromMs }),
      ...usable
        .filter((key) => key !== published)
        .map((key) => changeTimes(key, { retiredAtMs: activeFromMs })),
    ],
    rotated: {
      algorithm,
      from: signingKey(keys, algorithm, nowMs)?.kid,
      to: next.kid,
      activeFromMs,
    },
  }
}

export type RetirementResult =
  | { readonly kind: 'unknown'; readonly kids: readonly string[] }
  /** `successor`: the key that signs from then on; undefined when the retired key did not sign. */
  | {
      readonly kind: 'retired'
      readonly key: SigningKeyRecord
      readonly atMs: number
      readonly successor?: Rotated
    }

/** Takes a compromised key out of use at once: it signs nothing, and nothing that it signed verifies. */
export async function retireKey(kid: string, deps: RotationDeps): Promise<RetirementResult> {
  const keys = await deps.store.signingKeys.all()
  const nowMs = deps.nowMs()
  const key = keys.find((one) => one.kid === kid)
  if (!key) return { kind: 'unknown', kids: keys.map((one) => one.kid) }
  const others = keys.filter((one) => one !== key)
  const isNeeded = !isRetired(key, nowMs) && signsOnlyBy(key, keys, nowMs)
  // A key that signs goes when its successor is known everywhere; any other one needs no successor.
  const atMs = isNeeded ? nowMs + keyNoticeMs : nowMs
  const successor = isNeeded
    ? await succession(key.algorithm, { keys: others, nowMs, activeFromMs: atMs })
    : undefined
  const changes: SigningKeyChange[] = isNeeded
    ? [changeTimes(key, { retiredAtMs: atMs, removedAtMs: atMs }), ...(successor?.changes ?? [])]
    : [{ kind: 'delete-signing-key', kid }, ...unsucceeded(key, keys, nowMs)]
  const details = { by: deps.by, kid, algorithm: key.algorithm, successor: successor?.rotated.to ?? null }
  const audit = audited('signing_key.retired', nowMs, details)
  const isDone = await isCommitted(deps.store.commit([...changes, audit]))
  if (!isDone) return retireKey(kid, deps)
  return { kind: 'retired', key, atMs, ...(successor && { successor: successor.rotated }) }
}

/** Whether it signs, or no other key of its algorithm can. */
function signsOnlyBy(key: SigningKeyRecord, keys: readonly SigningKeyRecord[], nowMs: number): boolean {
  const ofAlgorithm = keys.filter(({ algorithm }) => algorithm === key.algorithm)
  const signing = signingKey(ofAlgorithm, key.algorithm, nowMs)
  if (signing !== undefined) return signing.kid === key.kid
  return !ofAlgorithm.some((one) => one !== key && !isRetired(one, nowMs))
}

/** The keys that would have retired when this one began to sign go on signing. */
function unsucceeded(
  next: SigningKeyRecord,
  keys: readonly SigningKeyRecord[],
  nowMs: number,
): SigningKeyChange[] {
  if (!isNext(next, nowMs)) return []
  return keys
    .filter((key) => key.algorithm === next.algorithm && key !== next)
    .filter(({ retiredAtMs }) => retiredAtMs === next.activeFromMs)
    .map((key) => changeTimes(key, { retiredAtMs: null }))
}

export interface KeyPolicy {
  /** From one rotation to the next; undefined when only an operator rotates. */
  readonly rotateEveryMs: number | undefined
  /** How long after its last signature a key is still needed. */
  readonly longestUseMs: number
}

/**
 * What is due: publishes the next keys, says of a retired key when it leaves the key set, deletes a key that has left. May run at any time
 * and on several replicas at once: each change holds only while the key is as it was read.
 */
export async function keepKeys(
  { rotateEveryMs, longestUseMs }: KeyPolicy,
  deps: RotationDeps,
): Promise<void> {
  const keys = await deps.store.signingKeys.all()
  const nowMs = deps.nowMs()
  for (const change of keys.flatMap((key) => dueChange(key, nowMs, longestUseMs) ?? [])) {
    // oxlint-disable-next-line no-await-in-loop -- a few keys; each change holds by itself
    await isCommitted(deps.store.commit([change]))
  }
  if (rotateEveryMs === undefined) return
  const due = signingAlgorithms.filter((algorithm) => {
    const ofAlgorithm = keys.filter((key) => key.algorithm === algorithm)
    const signing = signingKey(ofAlgorithm, algorithm, nowMs)
    const isPending = ofAlgorithm.some((key) => isNext(key, nowMs))
    return signing !== undefined && !isPending && signing.activeFromMs + rotateEveryMs <= nowMs + overlapMs
  })
  if (due.length > 0) await rotate(due, keys, nowMs + overlapMs, deps)
}

function dueChange(key: SigningKeyRecord, nowMs: number, longestUseMs: number): SigningKeyChange | undefined {
  const { kid, retiredAtMs, removedAtMs } = key
  if (removedAtMs !== null)
    return removedAtMs + keyNoticeMs <= nowMs ? { kind: 'delete-signing-key', kid } : undefined
  // Not before it has retired: the lifetimes of tokens may change until then.
  if (retiredAtMs === null || retiredAtMs > nowMs) return undefined
  return changeTimes(key, { removedAtMs: retiredAtMs + longestUseMs })
}

/**
 * How long a key is needed after its last signature: until the last token that it signed has expired, and until the last session that
 * began with it has ended, because an ID token is a hint at sign-out for that long (OIDC RP-Initiated Logout §4).
 */
export function longestUseMs(
  applications: readonly Pick<ApplicationRecord, 'lifetimes'>[],
  sessionMaximumSeconds: number,
): number {
  const seconds = applications.flatMap(({ lifetimes: { accessToken, idToken } }) => [accessToken, idToken])
  return Math.max(sessionMaximumSeconds, ...seconds) * 1_000 + minuteMs
}

function isNext(key: SigningKeyRecord, nowMs: number): boolean {
  return key.activeFromMs > nowMs && !isRetired(key, nowMs)
}

/** The newest of those that may sign. */
function signingKey(
  keys: readonly SigningKeyRecord[],
  algorithm: SigningAlgorithm,
  nowMs: number,
): SigningKeyRecord | undefined {
  return keys
    .filter((key) => key.algorithm === algorithm && key.activeFromMs <= nowMs && !isRetired(key, nowMs))
    .toSorted((a, b) => b.activeFromMs - a.activeFromMs)[0]
}

function changeTimes(key: SigningKeyRecord, times: Partial<SigningKeyTimes>): SigningKeyChange {
  const { kid, activeFromMs, retiredAtMs, removedAtMs } = key
  const expected = { activeFromMs, retiredAtMs, removedAtMs }
  return { kind: 'set-signing-key-times', kid, times: { ...expected, ...times }, expected }
}

function rotatedDetails({ algorithm, from, to }: Rotated): JsonObject {
  return { algorithm, from: from ?? null, to }
}

function audited(event: AuditEvent, atMs: number, details: JsonObject): Change {
  return { kind: 'append-audit', record: { atMs, event, userId: null, clientId: null, ip: null, details } }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
