// A workflow that keeps failing is not run for a while: its remote side gets a rest, and users get the answer of its failure policy at once
// instead of after a timeout. For each workflow of a deployment, in this process alone (docs/decisions/0074).
import type { TriggerRun } from './run-trigger.ts'

export interface BreakerSettings {
  /** Failures in a row after which a workflow is not run any more. */
  readonly failures: number
  /** Seconds until one run is let through again. */
  readonly openSeconds: number
}

export interface BreakerChange {
  readonly kind: 'opened' | 'half-opened' | 'closed'
  readonly deploymentId: string
  readonly workflowId: string
  /** In a row. */
  readonly failures: number
  /** What the last run ended in. */
  readonly outcome: string
}

export interface CircuitBreaker {
  /** The breakers of one deployment's workflows. */
  of(deploymentId: string): Breaker
}

export interface Breaker {
  /** False while the breaker of this workflow is open. A run that was let through has to be reported to `ended`. */
  admits(workflowId: string): boolean
  ended(workflowId: string, outcome: TriggerRun<unknown, string>['ending']): void
}

interface State {
  failures: number
  outcome: string
  /** Milliseconds since the epoch; undefined while closed. */
  openedAtMs: number | undefined
  /** Since when one run is on trial, in milliseconds since the epoch. */
  trialSinceMs: number | undefined
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
    of(deploymentId) {
      const keyOf = (workflowId: string) => `${deploymentId} ${workflowId}`
      const tell = (kind: BreakerChange['kind'], workflowId: string, { failures, outcome }: State) =>
        onChange({ kind, deploymentId, workflowId, failures, outcome })
      return {
        admits(workflowId) {
          const state = states.get(keyOf(workflowId))
          if (state?.openedAtMs === undefined) return true
          const now = nowMs()
          const since = state.trialSinceMs ?? state.openedAtMs
          // A run on trial that is never reported must not keep the breaker open for good.
          if (now - since < openMs) return false
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
          const state: State = {
            failures: (known?.failures ?? 0) + 1,
            outcome,
            openedAtMs: known?.openedAtMs,
            trialSinceMs: undefined,
          }
          states.set(key, state)
          const isOpen = known?.openedAtMs !== undefined
          if (state.failures < mostFailures || (isOpen && known.trialSinceMs === undefined)) return
          state.openedAtMs = nowMs()
          tell('opened', workflowId, state)
        },
      }
    },
  }
}
