// Deletes what the database need not keep: records of runs and of the audit log beyond what the project keeps, and artifacts, one-time tokens and counts of
// failures that expired. It runs often and deletes in small batches with pauses (store/sql/prune.ts), because a large backlog
// would compete with requests. Replicas take turns.
import { setTimeout } from 'node:timers/promises'
import type { MintageSettings } from '../config/index.ts'
import { throttlesForgottenAfterMs } from '../directory/index.ts'
import { reasonOf } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'

const dayMs = 86_400_000
const everyTenSeconds = 10_000

type Retention = Pick<MintageSettings, 'invocations' | 'audit'>

/** Returns how to stop it: it ends after the batch that is under way. */
export function keepHouse(
  store: Store,
  retention: Retention,
  log: Logger,
  everyMs: number = everyTenSeconds,
): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const keeping = keepUntil(signal)
  return async () => {
    stopping.abort()
    await keeping
    // A restore takes a turn of late for a server that runs. It works without, a moment later.
    await store.turns.giveBack('housekeeping').catch(() => {})
  }

  async function keepUntil(stopped: AbortSignal): Promise<void> {
    let isFailing = false
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      await setTimeout(everyMs, undefined, { signal, ref: false }).catch(() => {})
      if (stopped.aborted) return
      try {
        // oxlint-disable-next-line no-await-in-loop
        if (await store.turns.take('housekeeping', store.nowMs(), everyMs))
          // oxlint-disable-next-line no-await-in-loop
          await deleteExpired(store, retention, stopped)
        isFailing = false
      } catch (error) {
        // Once for each outage of the database, not every ten seconds.
        if (!isFailing) log.warn('housekeeping_failed', reasonOf(error))
        isFailing = true
      }
    }
  }
}

async function deleteExpired(store: Store, retention: Retention, signal: AbortSignal): Promise<void> {
  const { invocations, audit, artifacts, oneTimeTokens, throttles } = store
  const nowMs = store.nowMs()
  const before = (days: number): number => nowMs - days * dayMs
  const { keepDays, keepCount } = retention.invocations
  await invocations.prune({ olderThanMs: before(keepDays), keep: keepCount }, signal)
  const { keepDays: auditDays, keepRefusedSignIns: keepRefused } = retention.audit
  await audit.prune({ olderThanMs: before(auditDays), keepRefused }, signal)
  await artifacts.prune(nowMs, signal)
  await oneTimeTokens.prune(nowMs, signal)
  await throttles.prune(nowMs - throttlesForgottenAfterMs, signal)
}
