// What this server has loaded of the stored deployments: prepared images, ready to run. It follows the roles in the catalog: a new one is
// prepared first and serves then; what cannot be prepared changes nothing and is logged. Runs under way end on what they began with, because
// an image goes with the last run that needs it (runtime/sandbox.ts).
import { reasonOf, WorkflowError } from '../errors/index.ts'
import type { DeploymentRole, Store } from '../store/index.ts'
import {
  workflowsOfTrigger,
  type RunSettings,
  type ServingDeployment,
  type WorkflowDeployment,
} from '../workflows/index.ts'
import { isInShare } from './canary.ts'
import { allowedLimits, preparedContent, type RunPlace } from './check-content.ts'
import { parsedContent } from './deployment-content.ts'

/** The serving of one deployment, whatever its role. */
export interface LoadedDeployment {
  /** `dep_…` */
  readonly id: string
  readonly workflows: readonly WorkflowDeployment[]
  /** Undefined when it has no workflow for the trigger. */
  serving(trigger: string): ServingDeployment | undefined
}

export interface LoadedDeployments {
  /** What has the role here and now. It lags behind the catalog while a new one is prepared. */
  current(role: DeploymentRole): LoadedDeployment | undefined
  /** What has a role beside the live one here and now, for the users and machines in its share. `sinceMs`: when it got the role. */
  beside(
    role: 'canary' | 'shadow',
    subject: string,
  ): { readonly deployment: LoadedDeployment; readonly sinceMs: number } | undefined
  /** For a deployment without a role, such as a preview; kept until it has not been asked for a while. Rejects as `load` fails. */
  load(id: string): Promise<LoadedDeployment>
  /** What was prepared here already, so that it need not be prepared again. */
  readonly adopt: (id: string, workflows: readonly WorkflowDeployment[], settings: RunSettings) => void
  /** Reads the roles and takes them over; what cannot be loaded is logged and changes nothing. Rejects when that is the live one. */
  settle(): Promise<void>
  /** Goes on settling until it is closed. */
  follow(): void
  close(): void
}

interface LoadedDeps {
  readonly store: Pick<Store, 'directory' | 'deployments'>
  readonly place: RunPlace
  readonly log: {
    readonly info: (event: string, fields: Readonly<Record<string, unknown>>) => void
    readonly error: (event: string, fields: Readonly<Record<string, unknown>>) => void
  }
  /** Milliseconds; only differences count. */
  readonly now?: () => number
}

/** The catalog notices another process within half a second; a deployment is to serve on every replica within one. */
const followEveryMs = 150
/** A request may have asked what serves and not have begun its run. Longer than that takes. */
const keepUnusedMs = 60_000
/** Previews of one server at a time; more are prepared anew when they are asked for. */
const mostWithoutRole = 8
const retryAfterMs = 5_000

interface InRole {
  readonly deployment: LoadedDeployment
  readonly percent: number
  readonly sinceMs: number
}

interface Kept {
  readonly loading: Promise<LoadedDeployment>
  usedAtMs: number
}

/** Reads nothing yet: settle() does. */
export function openLoadedDeployments(deps: LoadedDeps): LoadedDeployments {
  const { store, place, log, now = () => performance.now() } = deps
  const kept = new Map<string, Kept>()
  const roles = new Map<DeploymentRole, InRole>()
  const failed = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let settling: Promise<void> | undefined
  let isClosed = false

  function load(id: string): Promise<LoadedDeployment> {
    const known = kept.get(id)
    if (known !== undefined) {
      known.usedAtMs = now()
      return known.loading
    }
    const loading = loadDeployment(id, deps)
    kept.set(id, { loading, usedAtMs: now() })
    loading.catch(() => kept.delete(id))
    return loading
  }

  async function takeOver(): Promise<void> {
    const { deploymentRoles } = await store.directory.catalog()
    const errors: unknown[] = []
    for (const { id: role, deploymentId, percent = 100, sinceMs } of deploymentRoles) {
      const before = roles.get(role)?.deployment
      if (before?.id === deploymentId) {
        roles.set(role, { deployment: before, percent, sinceMs })
        continue
      }
      if (now() - (failed.get(deploymentId) ?? -retryAfterMs) < retryAfterMs) continue
      try {
        // oxlint-disable-next-line no-await-in-loop -- at most three, and each keeps an engine busy by itself
        const deployment = await load(deploymentId)
        roles.set(role, { deployment, percent, sinceMs })
        failed.delete(deploymentId)
        // At the start the terminal or the log says what serves.
        if (timer !== undefined)
          log.info('deployment_serves', { role, deployment: deploymentId, before: before?.id })
      } catch (error) {
        failed.set(deploymentId, now())
        // What stands beside the live one keeps no server from starting, and its users get the live one: what had the role before was replaced.
        if (role === 'live') errors.push(error)
        else roles.delete(role)
        log.error('deployment_not_loaded', {
          role,
          deployment: deploymentId,
          serves: roles.get(role)?.deployment.id,
          reason: reasonOf(error),
        })
      }
    }
    for (const role of roles.keys()) {
      if (!deploymentRoles.some(({ id }) => id === role)) roles.delete(role)
    }
    await letGo()
    if (errors.length > 0) throw errors[0]
  }

  async function letGo(): Promise<void> {
    const inRole = new Set([...roles.values()].map(({ deployment }) => deployment.id))
    const idle = [...kept]
      .filter(([id, { usedAtMs }]) => !inRole.has(id) && now() - usedAtMs > keepUnusedMs)
      .toSorted(([, a], [, b]) => b.usedAtMs - a.usedAtMs)
      .slice(mostWithoutRole)
    for (const [id, { loading }] of idle) {
      kept.delete(id)
      // oxlint-disable-next-line no-await-in-loop -- it is loaded
      const { workflows } = await loading
      for (const { prepared } of workflows) place.sandbox.release(prepared)
    }
    for (const id of inRole) {
      const one = kept.get(id)
      if (one !== undefined) one.usedAtMs = now()
    }
  }

  /** One at a time; who asks meanwhile gets one that began after the asking. */
  async function settle(): Promise<void> {
    await settling?.catch(() => {})
    settling ??= takeOver().finally(() => (settling = undefined))
    return settling
  }

  function follow(): void {
    timer = setTimeout(() => {
      settle()
        // It is logged, and a database that is away is noticed by every request.
        .catch(() => {})
        .finally(() => {
          if (!isClosed) follow()
        })
    }, followEveryMs).unref()
  }

  return {
    current: (role) => roles.get(role)?.deployment,
    beside(role, subject) {
      const found = roles.get(role)
      if (found === undefined) return undefined
      const { deployment, percent, sinceMs } = found
      const isServed = isInShare(subject, { deploymentId: deployment.id, percent })
      return isServed ? { deployment, sinceMs } : undefined
    },
    load,
    adopt(id, workflows, settings) {
      if (kept.has(id)) {
        for (const { prepared } of workflows) place.sandbox.release(prepared)
        return
      }
      const loading = Promise.resolve(loaded(id, workflows, settings, place))
      kept.set(id, { loading, usedAtMs: now() })
    },
    settle,
    follow,
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}

/** Rejects with WorkflowError `deployment_not_found`, `deployment_failed`, and with SandboxError, StoreError. */
async function loadDeployment(id: string, { store, place }: LoadedDeps): Promise<LoadedDeployment> {
  const text = await store.deployments.content(id)
  if (text === undefined) throw new WorkflowError('deployment_not_found', `There is no deployment ${id}.`)
  const content = parsedContent(id, text)
  const { deployments: workflows, failures } = await preparedContent(content, place)
  const [failure] = failures
  if (failure !== undefined) throw failure
  return loaded(id, workflows, content.settings, place)
}

function loaded(
  id: string,
  workflows: readonly WorkflowDeployment[],
  settings: RunSettings,
  { limits }: RunPlace,
): LoadedDeployment {
  const rules = { limits: allowedLimits(settings, limits), isStrict: settings.strictClaims }
  return {
    id,
    workflows,
    serving(trigger) {
      const serving = workflowsOfTrigger(workflows, trigger)
      return serving && { id, workflows: serving, rules }
    },
  }
}
