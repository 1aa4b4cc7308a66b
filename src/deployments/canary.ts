// A canary: a deployment that serves a share of the users while it is tried out, and the live one serves the others. Each change is one commit
// with its audit record, and holds only while the catalog is as it was read.
import { createHash } from 'node:crypto'
import { ConfigError } from '../errors/index.ts'
import {
  whileUnchanged,
  type Catalog,
  type DeploymentRole,
  type DeploymentRoleRecord,
} from '../store/index.ts'
import {
  activation,
  assertReady,
  audited,
  liveRole,
  stillReady,
  type Activated,
  type ActivationDeps,
} from './activate.ts'

/**
 * Whether a deployment serves this user, or this machine by its client id. By a hash of both ids: the same user gets the same answer
 * everywhere and as long as the share does not shrink, and each canary meets other users.
 */
export function isInShare(subject: string, { deploymentId, percent }: Share): boolean {
  const hash = createHash('sha256').update(`${deploymentId} ${subject}`).digest()
  return hash.readUInt32BE(0) / 2 ** 32 < percent / 100
}

export interface Share {
  readonly deploymentId: string
  /** More than 0, at most 100. */
  readonly percent: number
}

export function roleIn(
  { deploymentRoles }: Pick<Catalog, 'deploymentRoles'>,
  role: DeploymentRole,
): DeploymentRoleRecord | undefined {
  return deploymentRoles.find(({ id }) => id === role)
}

/** Gives it the role `canary` or `shadow`, in place of another one, or changes its share. Throws ConfigError `deployment_not_found`, `deployment_failed`, `deployment_is_live`. */
export async function startBeside(
  role: 'canary' | 'shadow',
  { deploymentId, percent }: Share,
  deps: ActivationDeps,
): Promise<void> {
  return whileUnchanged(async () => {
    await assertReady(deploymentId, deps)
    const catalog = await deps.store.directory.catalog()
    if (liveRole(catalog)?.deploymentId === deploymentId)
      throw new ConfigError(
        'deployment_is_live',
        `The deployment ${deploymentId} is live, so it serves everyone.`,
      )
    const before = roleIn(catalog, role)
    const isSame = before?.deploymentId === deploymentId
    const atMs = deps.now()
    await deps.store.commit([
      { kind: 'expect-catalog', version: catalog.version },
      stillReady(deploymentId),
      {
        kind: 'put-deployment-role',
        role: {
          id: role,
          deploymentId,
          activationId: null,
          sinceMs: isSame ? before.sinceMs : atMs,
          percent,
        },
      },
      audited({ deployment: deploymentId, previous: before?.deploymentId ?? null, percent }, deps.by, atMs),
    ])
  })
}

/** The canary becomes live. Throws ConfigError `role_vacant`. */
export async function promoteCanary(deps: ActivationDeps): Promise<Activated> {
  return whileUnchanged(async () => {
    const catalog = await deps.store.directory.catalog()
    const { deploymentId } = inRole(catalog, 'canary')
    await assertReady(deploymentId, deps)
    const { changes, previousId } = activation(deploymentId, 'activate', catalog, deps)
    await deps.store.commit(changes)
    return { deploymentId, previousId }
  })
}

/** Its users get the live deployment, a shadow runs no more. `only`: unless another one has the role by now. Throws ConfigError `role_vacant`. */
export async function endBeside(
  role: 'canary' | 'shadow',
  deps: ActivationDeps,
  { only, ...reason }: { readonly only?: string; readonly runs?: number; readonly failed?: number } = {},
): Promise<string> {
  return whileUnchanged(async () => {
    const catalog = await deps.store.directory.catalog()
    const { deploymentId } = inRole(catalog, role, only)
    await deps.store.commit([
      { kind: 'expect-catalog', version: catalog.version },
      { kind: 'delete-deployment-role', role },
      audited({ deployment: deploymentId, ...reason }, deps.by, deps.now()),
    ])
    return deploymentId
  })
}

function inRole(catalog: Catalog, role: 'canary' | 'shadow', only?: string): DeploymentRoleRecord {
  const found = roleIn(catalog, role)
  if (found === undefined || (only !== undefined && found.deploymentId !== only))
    throw new ConfigError('role_vacant', `No deployment is the ${role}.`)
  return found
}
