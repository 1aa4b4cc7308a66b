// The status of a deployment in Kinde's words (C§6.10), derived from what is stored, so that no second record can differ from it.
import type { DeploymentRoleRecord, StoredDeployment } from '../store/index.ts'

export const deploymentStatuses = [
  'Live',
  'Deployed',
  'Failed',
  'Deactivated',
  'Processing',
  'Draft',
] as const
type DeploymentStatus = (typeof deploymentStatuses)[number]

/** A check takes seconds: after this time its server is gone, and the same content can be deployed again. */
export const longestCheckMs = 600_000

/** `Deployed`: good and never live, as after a refused activation. `Deactivated`: live before. `Draft`: kept back on purpose. */
export function deploymentStatus(
  { id, state, isDraft, wasLive, createdAtMs }: StoredDeployment,
  roles: readonly DeploymentRoleRecord[],
  nowMs: number,
): DeploymentStatus {
  if (state === 'processing') return nowMs - createdAtMs > longestCheckMs ? 'Failed' : 'Processing'
  if (state === 'failed') return 'Failed'
  if (roles.some((role) => role.id === 'live' && role.deploymentId === id)) return 'Live'
  if (wasLive) return 'Deactivated'
  return isDraft ? 'Draft' : 'Deployed'
}
