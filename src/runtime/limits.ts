// What one run of a workflow may use. Each limit has an outcome of its own (outcome.ts); none is a silent cut.

export interface RunLimits {
  /** From the start of the run to its end, waiting included, in milliseconds. */
  readonly wallClockMs: number
  /** Processor time spent inside the engine, in milliseconds; waiting does not count (docs/decisions/0041). */
  readonly runningTimeMs: number
  /** The engine's heap, in bytes. */
  readonly memoryBytes: number
  /** Outgoing calls of one run. */
  readonly calls: number
  /** One outgoing call, redirects included, in milliseconds. */
  readonly callMs: number
  /** The decoded body of one answer, in bytes. */
  readonly callBytes: number
  /** All log lines of one run together, in bytes. */
  readonly logBytes: number
  /** How many bytes of JSON the claims of one token may have beyond those of its defaults. */
  readonly claimsBytes: number
  /** How deeply claims may be nested. */
  readonly claimsDepth: number
  /** The bundle of one workflow, in bytes. */
  readonly bundleBytes: number
}

const kibibyte = 1024
const mebibyte = 1024 * kibibyte

export const defaultLimits: RunLimits = Object.freeze({
  wallClockMs: 5_000,
  runningTimeMs: 1_000,
  memoryBytes: 32 * mebibyte,
  calls: 20,
  callMs: 3_000,
  callBytes: mebibyte,
  logBytes: 64 * kibibyte,
  claimsBytes: 16 * kibibyte,
  claimsDepth: 64,
  bundleBytes: 4 * mebibyte,
})

/** The limits that differ from the defaults: what has to be said to a thread, which knows the defaults. */
export function changedLimits(limits: RunLimits): Partial<RunLimits> {
  const known = changes.get(limits)
  if (known !== undefined) return known
  const changed: Partial<RunLimits> = Object.fromEntries(
    Object.entries(limits).filter(([name, value]) => defaultLimits[name as keyof RunLimits] !== value),
  )
  changes.set(limits, changed)
  return changed
}

/** By the limits, which are the same object for every run of a server. */
const changes = new WeakMap<RunLimits, Partial<RunLimits>>()

/** All limits of a run from those that were said. */
export function withDefaults(changed: Partial<RunLimits>): RunLimits {
  return Object.keys(changed).length === 0 ? defaultLimits : { ...defaultLimits, ...changed }
}
