// The limits of a firing are shared by its workflows: what the first ones used up is missing for the next. Memory is not among them,
// because a workflow's memory is given back before the next one starts; what a result may hold is bounded by the rules of the trigger.
import type { InvocationResult, OutcomeKind, RunLimits } from '../runtime/index.ts'

const sharedLimits = {
  'wall-clock-exceeded': 'wallClockMs',
  'running-time-exceeded': 'runningTimeMs',
  'calls-exceeded': 'calls',
  'log-exceeded': 'logBytes',
} as const satisfies Partial<Record<OutcomeKind, keyof RunLimits>>

export interface UsedBefore {
  /** In the unit of the limit. */
  readonly amount: number
  /** Whether it is more than half of the limit: then not the workflow that it ended is the one to look at. */
  readonly isMost: boolean
}

/** What other workflows had used of the limit that ended a run; undefined when there was nothing, and for any other ending. */
export function usedBefore(ending: string, limits: RunLimits, left: RunLimits): UsedBefore | undefined {
  const shared = Object.entries(sharedLimits).find(([outcome]) => outcome === ending)
  if (shared === undefined) return undefined
  const [, name] = shared
  const amount = limits[name] - left[name]
  return amount > 0 ? { amount, isMost: amount > limits[name] / 2 } : undefined
}

type Spent = Pick<InvocationResult, 'calls' | 'durationMs' | 'log' | 'runningMs'>

/** The same object while nothing was spent: threads are sent what differs from the defaults, and that is kept by the object. */
export function limitsLeft(limits: RunLimits, spent: readonly Spent[]): RunLimits {
  if (spent.length === 0) return limits
  const used = (of: (run: Spent) => number) => spent.reduce((sum, run) => sum + of(run), 0)
  return {
    ...limits,
    // A workflow that finds no time left starts all the same, and ends at once with the outcome of that limit.
    wallClockMs: Math.max(1, Math.ceil(limits.wallClockMs - used(({ durationMs }) => durationMs))),
    runningTimeMs: Math.max(1, Math.ceil(limits.runningTimeMs - used(({ runningMs }) => runningMs))),
    calls: Math.max(0, limits.calls - used(({ calls }) => calls.length)),
    // A line counts with its line feed (run-log.ts of the sandbox).
    logBytes: Math.max(
      1,
      limits.logBytes -
        used(({ log }) => log.reduce((bytes, { text }) => bytes + Buffer.byteLength(text) + 1, 0)),
    ),
  }
}
