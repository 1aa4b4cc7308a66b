// Which deployment is live, and the way back. Each change is one commit: the role in the catalog, the activation in the history, the audit
// record; it holds only while the catalog is as it was read, so two at once come one after the other.
import { randomUUIDv7 } from 'node:crypto'
import { ConfigError } from '../errors/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import {
  type AuditEvent,
  whileUnchanged,
  type ActivationKind,
  type Catalog,
  type Change,
  type DeploymentRoleRecord,
  type Store,
} from '../store/index.ts'

/** Who asks for a change, and for the audit log as which event. */
export interface DeploymentAuthor {
  readonly event: AuditEvent
  /** Null for the operator at the database, and for a server that starts. */
  readonly clientId: string | null
  /** How the history names them. */
  readonly name: string
}

export interface ActivationDeps {
  readonly store: Pick<Store, 'commit' | 'directory' | 'deployments'>
  readonly by: DeploymentAuthor
  readonly now: () => number
}

export interface Activated {
  readonly deploymentId: string
  /** What was live before; null when nothing was, and the deployment itself when it was live already. */
  readonly previousId: string | null
}

/** Throws ConfigError `deployment_not_found`, `deployment_failed`. Changes nothing when it is live already. */
export async function activate(deploymentId: string, deps: ActivationDeps): Promise<Activated> {
  return whileUnchanged(async () => {
    await assertReady(deploymentId, deps)
    const { changes, previousId } = activation(
      deploymentId,
      'activate',
      await deps.store.directory.catalog(),
      deps,
    )
    await deps.store.commit(changes)
    return { deploymentId, previousId }
  })
}

/** Back to what was live before; once more, and it goes further back. Throws ConfigError `rollback_impossible`. */
export async function rollBack(deps: ActivationDeps): Promise<Activated> {
  const { store } = deps
  return whileUnchanged(async () => {
    const catalog = await store.directory.catalog()
    const live = liveRole(catalog)
    const current =
      live?.activationId == null ? undefined : await store.deployments.activation(live.activationId)
    const target =
      current?.previousId == null ? undefined : await store.deployments.activation(current.previousId)
    if (live === undefined || target === undefined) throw nothingBefore(live)
    await assertReady(target.deploymentId, deps).catch((error: unknown) => {
      const isGone = error instanceof ConfigError && error.code === 'deployment_not_found'
      throw isGone ? prunedBefore(live.deploymentId, target.deploymentId) : error
    })
    const { changes } = activation(target.deploymentId, 'rollback', catalog, deps, target.previousId)
    await store.commit(changes)
    return { deploymentId: target.deploymentId, previousId: live.deploymentId }
  })
}

export function liveRole({
  deploymentRoles,
}: Pick<Catalog, 'deploymentRoles'>): DeploymentRoleRecord | undefined {
  return deploymentRoles.find(({ id }) => id === 'live')
}

/** The changes that make it live; none when it is. `backTo`: what a rollback from it goes to, the activation before this one by default. */
export function activation(
  deploymentId: string,
  how: ActivationKind,
  catalog: Catalog,
  { by, now }: Pick<ActivationDeps, 'by' | 'now'>,
  backTo?: string | null,
): { readonly changes: readonly Change[]; readonly previousId: string | null } {
  const live = liveRole(catalog)
  if (live?.deploymentId === deploymentId) return { changes: [], previousId: deploymentId }
  const previousId = live?.deploymentId ?? null
  const id = `act_${randomUUIDv7()}`
  const atMs = now()
  return {
    previousId,
    changes: [
      { kind: 'expect-catalog', version: catalog.version },
      stillReady(deploymentId),
      {
        kind: 'put-deployment-role',
        role: { id: 'live', deploymentId, activationId: id, sinceMs: atMs },
      },
      {
        kind: 'add-activation',
        activation: {
          id,
          atMs,
          deploymentId,
          previousId: backTo === undefined ? (live?.activationId ?? null) : backTo,
          author: by.name,
          how,
        },
      },
      // What serves everyone is not tried out on some.
      ...catalog.deploymentRoles
        .filter((role) => role.id !== 'live' && role.deploymentId === deploymentId)
        .map((role) => ({ kind: 'delete-deployment-role', role: role.id }) as const),
      audited({ deployment: deploymentId, previous: previousId, how }, by, atMs),
    ],
  }
}

export function audited(details: JsonObject, { event, clientId }: DeploymentAuthor, atMs: number): Change {
  return { kind: 'append-audit', record: { atMs, event, userId: null, clientId, ip: null, details } }
}

export async function assertReady(id: string, { store }: Pick<ActivationDeps, 'store'>): Promise<void> {
  const found = await store.deployments.find(id)
  if (found === undefined)
    throw new ConfigError('deployment_not_found', `There is no deployment ${JSON.stringify(id)}.`)
  if (found.state === 'ready') return
  const why = found.state === 'failed' ? 'it failed its check' : 'it has not been checked to the end'
  throw new ConfigError('deployment_failed', `The deployment ${id} cannot be activated: ${why}.`)
}

/** Of a commit that gives it a role: housekeeping may have deleted it since it was read. */
export function stillReady(deploymentId: string): Change {
  return { kind: 'update-deployment', deploymentId, set: {}, expected: { state: 'ready' } }
}

function nothingBefore(live: DeploymentRoleRecord | undefined): ConfigError {
  const text =
    live === undefined
      ? 'No deployment is live, so nothing is there to go back from.'
      : `Nothing was live before ${live.deploymentId}.`
  return new ConfigError('rollback_impossible', text)
}

function prunedBefore(liveId: string, targetId: string): ConfigError {
  const text = `Before ${liveId}, ${targetId} was live. It has been deleted, because only the newest deployments are kept: deploy it again from its source.`
  return new ConfigError('rollback_impossible', text)
}
