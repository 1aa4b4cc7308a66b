// The circuit breaker of this server's workflows: what it does is in the log (docs/decisions/0074).
import type { MintageSettings } from '../config/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { openCircuitBreaker, type TriggerDeps } from '../triggers/index.ts'

export function workflowBreaker(
  { circuitBreaker }: Pick<MintageSettings, 'circuitBreaker'>,
  nowMs: () => number,
  log: Logger,
): Pick<TriggerDeps, 'breaker'> {
  const { isOn, failures, openSeconds } = circuitBreaker
  if (!isOn) return {}
  const breaker = openCircuitBreaker({ failures, openSeconds }, nowMs, ({ kind, ...change }) => {
    if (kind === 'opened') log.warn('workflow_breaker_opened', { ...change, openSeconds })
    else log.info(kind === 'closed' ? 'workflow_breaker_closed' : 'workflow_breaker_tries', change)
  })
  return { breaker }
}
