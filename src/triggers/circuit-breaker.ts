// A workflow that keeps failing is not run for a while: its remote side gets a rest, and users get the answer of its failure policy at once
// instead of after a timeout. Each workflow of a deployment has a breaker of its own, which counts only in this process. A subject (a user,
// or a machine) counts once, so that one whose data makes the workflow fail does not keep everyone else out (docs/decisions/0074).
import type { WorkflowRun } from './run-workflow.ts'

export interface BreakerSettings {
  /** Subjects in a row for whom a workflow fails, after which it is not run any more. */
  readonly failures: number
  /** Seconds until one run is let through again. */
  readonly openSeconds: number
}

export interface BreakerChange {
  readonly kind: 'opened' | 'half-opened' | 'closed'
  readonly deploymentId: string
  readonly workflowId: string
  /** How many it failed for in a row, at most `BreakerSettings.failures`. */
  readonly subjects: number
  /** What the last run ended in. */
  readonly outcome: string
}

export interface CircuitBreaker {
  /** The breakers of one deployment's workflows, as this subject meets them. */
  of(deploymentId: string, subject: string): Breaker
}

export interface Breaker {
  /** False while the breaker of this workflow is open. A run that was let through has to be reported to `ended`. */
  admits(workflowId: string): boolean
  ended(workflowId: string, outcome: WorkflowRun<unknown, string>['ending']): void
}

interface State {
  /** Those for whom it failed since its last success, no more than are needed to open. */
  readonly failedFor: Set<string>
  outcome: string
  /** Milliseconds since the epoch; undefined while closed. */
  openedAtMs: number | undefined
  /** Since when one run is on trial, in milliseconds since the epoch. */
  trialSinceMs: number | undefined
  /** Whose trial failed last: another one gets the next. */
  lastTriedFor: string | undefined
}

/** Neither the workflow's fault nor a sign of its health: the sandbox had no room, or lost its thread. */
const neutral: ReadonlySet<string> = new Set(['busy', 'crashed', 'replay-diverged', 'breaker-open'])
const healthy: ReadonlySet<string> = new Set(['completed', 'denied'])

export function openCircuitBreaker(
  { failures: mostFailures, openSeconds }: BreakerSettings,
  nowMs: () => number,
  onChange: (change: BreakerChange) => void,
): CircuitBreaker {
  /** Only workflows whose last run failed are in it. */
  const states = new Map<string, State>()
  const openMs = openSeconds * 1_000
  return {
    of(deploymentId, subject) {
      const keyOf = (workflowId: string) => `${deploymentId} ${workflowId}`
      const tell = (kind: BreakerChange['kind'], workflowId: string, { failedFor, outcome }: State) =>
        onChange({ kind, deploymentId, workflowId, subjects: failedFor.size, outcome })
      return {
        admits(workflowId) {
          const state = states.get(keyOf(workflowId))
          if (state?.openedAtMs === undefined) return true
          const now = nowMs()
          const since = state.trialSinceMs ?? state.openedAtMs
          // A run on trial that is never reported must not keep the breaker open for good.
          if (now - since < (state.lastTriedFor === subject ? 2 * openMs : openMs)) return false
          state.trialSinceMs = now
          tell('half-opened', workflowId, state)
          return true
        },
        ended(workflowId, outcome) {
          if (neutral.has(outcome)) return
          const key = keyOf(workflowId)
          const known = states.get(key)
          if (healthy.has(outcome)) {
            states.delete(key)
            if (known?.openedAtMs !== undefined) tell('closed', workflowId, { ...known, outcome })
            return
          }
          const state: State = known ?? {
            failedFor: new Set(),
            outcome,
            openedAtMs: undefined,
            trialSinceMs: undefined,
            lastTriedFor: undefined,
          }
          states.set(key, state)
          state.outcome = outcome
          if (state.failedFor.size < mostFailures) state.failedFor.add(subject)
          const isOpen = state.openedAtMs !== undefined
          const wasTried = state.trialSinceMs !== undefined
          state.trialSinceMs = undefined
          if (state.failedFor.size < mostFailures || (isOpen && !wasTried)) return
          if (wasTried) state.lastTriedFor = subject
          state.openedAtMs = nowMs()
          tell('opened', workflowId, state)
        },
      }
    },
  }
}

/** For what is run again: these workflows rest, and every other one runs. */
export function restingBreaker(workflowIds: readonly string[]): Breaker {
  return { admits: (id) => !workflowIds.includes(id), ended: () => {} }
}
