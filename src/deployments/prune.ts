// How many deployments are kept. A deployment that is in use in any way stays however old it is; the rest goes, the oldest first, in commits
// with their audit record that hold only while what serves is as it was read (docs/decisions/0088).
import { whileUnchanged, type Catalog, type Store } from '../store/index.ts'
import { audited } from './activate.ts'
import { longestCheckMs } from './status.ts'

export const prunedEvent = 'deployments.pruned'

interface Keeping {
  /** Of those that passed their check, and as many of those that did not. */
  readonly keepCount: number
}

/** Rows of some megabytes each: on SQLite a commit must not stand in the way of requests. */
const mostAtOnce = 5

/** An aborted signal ends it after the current commit. */
export async function pruneDeployments(
  store: Pick<Store, 'commit' | 'directory' | 'deployments' | 'nowMs'>,
  { keepCount }: Keeping,
  signal: AbortSignal,
): Promise<void> {
  const by = { event: prunedEvent, clientId: null, name: 'housekeeping' } as const
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- one commit after the other is the point
    const left = await whileUnchanged(async () => {
      const catalog = await store.directory.catalog()
      const unused = await unusedDeployments(store, catalog, keepCount)
      const gone = unused.slice(-mostAtOnce)
      if (gone.length === 0) return 0
      const nowMs = store.nowMs()
      await store.commit([
        { kind: 'expect-catalog', version: catalog.version },
        ...gone.map((deploymentId) => ({ kind: 'delete-deployment', deploymentId }) as const),
        audited({ deployments: gone, keepCount }, by, nowMs),
      ])
      return unused.length - gone.length
    })
    if (left === 0) return
  }
}

/** Newest first within each state. */
async function unusedDeployments(
  { deployments, nowMs }: Pick<Store, 'deployments' | 'nowMs'>,
  { deploymentRoles, deploymentPreviews }: Pick<Catalog, 'deploymentRoles' | 'deploymentPreviews'>,
  keep: number,
): Promise<readonly string[]> {
  const now = nowMs()
  const [ready, failed, lost] = await Promise.all([
    deployments.beyond({ state: 'ready', keep, createdBeforeMs: now }),
    deployments.beyond({ state: 'failed', keep, createdBeforeMs: now }),
    // Its server was lost during the check.
    deployments.beyond({ state: 'processing', keep, createdBeforeMs: now - longestCheckMs }),
  ])
  const beyond = [...ready, ...failed, ...lost]
  if (beyond.length === 0) return []
  const used = new Set([
    ...deploymentRoles.map(({ deploymentId }) => deploymentId),
    ...deploymentPreviews.map(({ deploymentId }) => deploymentId),
    // What was live recently, so that the way back is open.
    ...(await deployments.activations({ limit: keep })).map(({ deploymentId }) => deploymentId),
  ])
  return beyond.filter((id) => !used.has(id))
}
