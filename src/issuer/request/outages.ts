// Time in which the database did not answer this process, or this process did not run. A client could not refresh then, so that time does
// not count against the grace of a refresh token (grants/refresh-grace.ts). What happened before this process began is unknown to it
// and is such time, too.
// Moments are by the database's clock, durations by one that never steps.
import { StoreError } from '../../errors/index.ts'
import type { Store } from '../../store/index.ts'
import { noteStoreFailure } from './store-failures.ts'

/** However long the database was away, no more than this is taken off the age of a used refresh token. */
export const mostForgivenMs = 600_000

/** How often the process looks whether it was paused: by a debugger, a frozen container, or a machine that is too busy. */
const lookMs = 1_000

/** A call that takes longer found the database away; interruptions that are closer together count as one. */
const slowMs = 1_000

/** Beyond any age that is asked about: the longest grace that can be set, and what is forgiven on top of it. */
const keptMs = 300_000 + mostForgivenMs

interface Interruption {
  readonly fromMs: number
  readonly toMs: number
}

export class Outages {
  readonly #nowMs: () => number
  /** In the order of time, without overlap. */
  #past: readonly Interruption[]
  /** Since when the database has been away; undefined while it answers. */
  #sinceMs: number | undefined
  /** When this process last looked whether it runs, by a clock that never steps. */
  #ranAtMs = performance.now()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
    this.#past = [{ fromMs: -Infinity, toMs: nowMs() }]
    setInterval(() => this.#noticePause(), lookMs).unref()
  }

  failed(tookMs: number): void {
    this.#sinceMs ??= this.#nowMs() - tookMs
  }

  answered(tookMs: number): void {
    const toMs = this.#nowMs()
    const slowSinceMs = tookMs > slowMs ? toMs - tookMs : toMs
    const fromMs = Math.min(this.#sinceMs ?? toMs, slowSinceMs)
    this.#sinceMs = undefined
    if (fromMs < toMs) this.#past = withInterruption(this.#past, { fromMs, toMs })
  }

  /** How much of the time between the two the database was away, at most `mostForgivenMs`. */
  msBetween(fromMs: number, toMs: number): number {
    this.#noticePause() // After a pause a request may come before the timer does.
    const all =
      this.#sinceMs === undefined
        ? this.#past
        : withInterruption(this.#past, { fromMs: this.#sinceMs, toMs: Math.max(toMs, this.#sinceMs) })
    const overlaps = all.map((one) => Math.min(one.toMs, toMs) - Math.max(one.fromMs, fromMs))
    return Math.min(
      overlaps.reduce((sum, ms) => sum + Math.max(0, ms), 0),
      mostForgivenMs,
    )
  }

  #noticePause(): void {
    const pausedMs = performance.now() - this.#ranAtMs - lookMs
    this.#ranAtMs = performance.now()
    if (pausedMs < slowMs) return
    const toMs = this.#nowMs()
    this.#past = withInterruption(this.#past, { fromMs: toMs - pausedMs, toMs })
  }
}

/** Merges what overlaps or nearly does, and forgets what is too old to be asked about. */
function withInterruption(past: readonly Interruption[], added: Interruption): readonly Interruption[] {
  const isApart = (one: Interruption) => one.toMs + slowMs < added.fromMs
  const merged = past.filter((one) => !isApart(one))
  return [
    ...past.filter((one) => isApart(one) && one.toMs > added.toMs - keptMs),
    {
      fromMs: Math.min(added.fromMs, ...merged.map(({ fromMs }) => fromMs)),
      toMs: Math.max(added.toMs, ...merged.map(({ toMs }) => toMs)),
    },
  ]
}

/**
 * The same store, whose calls tell `outages` how they went, and their request of a failure. The directory answers from memory while the
 * database is away, so only its failures say something. Signing keys are left out: the last ones that were read do.
 */
export function watchedStore(store: Store, outages: Outages): Store {
  const failuresOf = <Aggregate extends object>(aggregate: Aggregate) => watched(aggregate, outages, () => {})
  return {
    ...store,
    commit: watched({ commit: store.commit }, outages, (tookMs) => outages.answered(tookMs)).commit,
    artifacts: watched(store.artifacts, outages, (tookMs) => outages.answered(tookMs)),
    audit: failuresOf(store.audit),
    directory: failuresOf(store.directory),
    oneTimeTokens: failuresOf(store.oneTimeTokens),
    throttles: failuresOf(store.throttles),
  }
}

function watched<Aggregate extends object>(
  aggregate: Aggregate,
  outages: Outages,
  onAnswer: (tookMs: number) => void,
): Aggregate {
  return new Proxy(aggregate, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const began = performance.now()
        const result: unknown = Reflect.apply(member, target, args)
        if (!(result instanceof Promise)) return result
        return result.then(
          (value: unknown) => {
            onAnswer(performance.now() - began)
            return value
          },
          (error: unknown) => {
            if (isAway(error)) outages.failed(performance.now() - began)
            noteStoreFailure(error)
            throw error
          },
        )
      }
    },
  })
}

function isAway(error: unknown): boolean {
  return !(error instanceof StoreError) || error.code === 'store_unavailable'
}
