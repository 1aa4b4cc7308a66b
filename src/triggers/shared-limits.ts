// The limits of a firing are shared by its workflows: what the first ones used up is missing for the next. Memory is not among them,
// because a workflow's memory is given back before the next one starts; what a result may hold is bounded by the rules of the trigger.
import type { RunLimits } from '../runtime/index.ts'
import type { WorkflowRun } from './run-workflow.ts'

type Spent = Pick<WorkflowRun<unknown, string>, 'calls' | 'durationMs' | 'log' | 'runningMs'>

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
