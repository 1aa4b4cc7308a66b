// Deletes what the database need not keep: records of runs and of the audit log beyond what the project keeps, expired artifacts and
// one-time tokens, deployments beyond those that are kept, old invitations, old counts of failures, and dead jobs. It runs often and deletes in small batches with pauses (store/sql/prune.ts),
// because a large backlog would compete with requests. Of all replicas one does it at a time (docs/decisions/0029).
import type { MintageSettings } from '../config/index.ts'
import { pruneDeployments } from '../deployments/index.ts'
import { throttlesForgottenAfterMs } from '../directory/index.ts'
import type { JobKind } from '../jobs/index.ts'
import { activityKeptDays, type Store } from '../store/index.ts'

const dayMs = 86_400_000
/** Long enough for an operator to find out why a job died. */
const deadJobsKeptMs = 14 * dayMs
/** An interrupted import goes on within this time; after it, it begins anew and finds what it wrote. */
const importsKeptMs = 30 * dayMs
/** Reports of rehearsals hold claims of people. */
const rehearsalsKeptMs = 7 * dayMs
/** Long enough to see which invitations were never accepted. */
const invitationsKeptMs = 90 * dayMs
/** What a shadow found is looked at soon, or not at all. */
const shadowDays = 14
const mostComparisons = 50_000
const everyTenSeconds = 10_000

type Retention = Pick<MintageSettings, 'invocations' | 'recordings' | 'audit' | 'events'> & {
  readonly deployments: Pick<MintageSettings['deployments'], 'keepCount'>
}

export function housekeeping(store: Store, retention: Retention, everyMs: number = everyTenSeconds): JobKind {
  return { everyMs, backoffMs: [], run: ({ signal }) => deleteExpired(store, retention, signal) }
}

async function deleteExpired(store: Store, retention: Retention, signal: AbortSignal): Promise<void> {
  const { invocations, recordings, rehearsals, audit, events } = store
  const { artifacts, oneTimeTokens, jobs, throttles } = store
  const nowMs = store.nowMs()
  const before = (days: number): number => nowMs - days * dayMs
  const { keepDays, keepCount } = retention.invocations
  await invocations.prune({ olderThanMs: before(keepDays), keep: keepCount }, signal)
  await recordings.prune(
    { olderThanMs: before(retention.recordings.keepDays), keep: retention.recordings.keepCount },
    signal,
  )
  // After the recordings: those that are left need their deployment.
  await pruneDeployments(store, retention.deployments, signal)
  const { keepDays: auditDays, keepRefusedSignIns: keepRefused } = retention.audit
  await audit.prune({ olderThanMs: before(auditDays), keepRefused }, signal)
  await events.prune(
    { olderThanMs: before(retention.events.keepDays), keep: retention.events.keepCount },
    signal,
  )
  await store.webhooks.prune(signal)
  await store.shadows.prune({ olderThanMs: before(shadowDays), keep: mostComparisons }, signal)
  await store.activity.prune(before(activityKeptDays), signal)
  await artifacts.prune(nowMs, signal)
  await oneTimeTokens.prune(nowMs, signal)
  await rehearsals.prune(nowMs - rehearsalsKeptMs, signal)
  await store.imports.prune(nowMs - importsKeptMs, signal)
  await store.invitations.prune(nowMs - invitationsKeptMs, signal)
  await jobs.prune(nowMs - deadJobsKeptMs, signal)
  await throttles.prune(nowMs - throttlesForgottenAfterMs, signal)
}
