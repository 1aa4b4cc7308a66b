// What the database need not keep: records of runs beyond what the project keeps, and artifacts, one-time tokens and counts of failures
// whose time is over. Nothing depends on the minute at which they go.
import type { MintageSettings } from '../config/index.ts'
import { throttlesForgottenAfterMs } from '../directory/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'

const dayMs = 86_400_000
const intervalMs = 600_000

/** Answers how to stop it; what is under way goes on to its end. */
export function keepHouse(
  { invocations, artifacts, oneTimeTokens, throttles }: Store,
  { keepDays, keepCount }: MintageSettings['invocations'],
  log: Logger,
): () => Promise<void> {
  let cleaning = Promise.resolve()
  const clean = async () => {
    const nowMs = Date.now()
    await invocations.prune({ olderThanMs: nowMs - keepDays * dayMs, keep: keepCount })
    await artifacts.prune(nowMs)
    await oneTimeTokens.prune(nowMs)
    await throttles.prune(nowMs - throttlesForgottenAfterMs)
  }
  const timer = setInterval(() => {
    cleaning = cleaning.then(clean).catch((error: unknown) => log.warn('housekeeping_failed', { error }))
  }, intervalMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await cleaning
  }
}
