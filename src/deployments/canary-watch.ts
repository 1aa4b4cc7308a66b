// Withdraws a canary when too many of its runs fail. The failures are counted in the store, where the records of all replicas are: a canary of a
// few percent would run too seldom on each of them to be judged there. A count is made when a run fails, not for each run.
import type { AppError } from '../errors/index.ts'
import type { InvocationRecord, Store } from '../store/index.ts'
import { endBeside, roleIn } from './canary.ts'

export interface CanaryBounds {
  /** More failed runs than this share of them, in percent, withdraw it. */
  readonly maxFailurePercent: number
  /** It is not judged by fewer runs. */
  readonly minimumRuns: number
}

export interface CanaryWatch {
  /** Of each recorded invocation. Must not wait. */
  note(invocation: Pick<InvocationRecord, 'deploymentId' | 'decision'>): void
  /** Resolves when what was noted so far has been judged. */
  settle(): Promise<void>
}

interface WatchDeps {
  readonly store: Pick<Store, 'commit' | 'deployments' | 'directory' | 'invocations' | 'nowMs'>
  readonly bounds: CanaryBounds
  /** Takes the change over here; other servers follow. */
  readonly onWithdrawn: () => Promise<void>
  readonly log: {
    readonly warn: (event: string, fields: Readonly<Record<string, unknown>>) => void
    readonly error: (event: string, fields: Readonly<Record<string, unknown>>) => void
  }
}

/** A denial is what the workflow decided, not a failure. */
const failedDecisions: ReadonlySet<string> = new Set([
  'refuse',
  'issue-defaults',
  'issue-last-good',
  'issue-partial',
])
/** Newest runs that count: an old success must not outweigh what happens now. */
const mostCounted = 1_000

export function openCanaryWatch(deps: WatchDeps): CanaryWatch {
  let judging: Promise<void> | undefined
  let isAskedAgain = false

  async function judgeAll(): Promise<void> {
    do {
      isAskedAgain = false
      // oxlint-disable-next-line no-await-in-loop -- one after the other, and few
      await judge(deps).catch((error: unknown) => deps.log.error('canary_not_judged', { error }))
    } while (isAskedAgain)
  }

  return {
    note({ decision }) {
      if (!failedDecisions.has(decision)) return
      isAskedAgain = true
      judging ??= judgeAll().finally(() => (judging = undefined))
    },
    settle: () => judging ?? Promise.resolve(),
  }
}

async function judge({ store, bounds, onWithdrawn, log }: WatchDeps): Promise<void> {
  const canary = roleIn(await store.directory.catalog(), 'canary')
  if (canary === undefined) return
  const { deploymentId, sinceMs } = canary
  await store.invocations.flush()
  const decisions = await store.invocations.decisions({ deploymentId, sinceMs, limit: mostCounted })
  const runs = decisions.length
  const failed = decisions.filter((decision) => failedDecisions.has(decision)).length
  if (runs < bounds.minimumRuns || (100 * failed) / runs <= bounds.maxFailurePercent) return
  const by = { event: 'canary.withdrawn' as const, clientId: null, name: 'server' }
  try {
    await endBeside('canary', { store, by, now: () => store.nowMs() }, { only: deploymentId, runs, failed })
  } catch (error) {
    if (isVacant(error)) return // another replica was faster
    throw error
  }
  log.warn('canary_withdrawn', { deployment: deploymentId, runs, failed, ...bounds })
  await onWithdrawn()
}

function isVacant(error: unknown): boolean {
  return (error as Partial<AppError>).code === 'role_vacant'
}
