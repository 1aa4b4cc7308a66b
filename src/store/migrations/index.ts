// The history of the schema, forward only.
import { initialSchema } from './0001-initial-schema.ts'
import { indexesOfInvocations } from './0002-indexes-of-invocations.ts'
import { jobs } from './0003-jobs.ts'
import { events } from './0004-events.ts'
import { connections } from './0005-connections.ts'
import { deployments } from './0006-deployments.ts'
import { deploymentPreviews } from './0007-deployment-previews.ts'
import { rehearsals } from './0008-rehearsals.ts'
import { recordings } from './0009-recordings.ts'
import { canary } from './0010-canary.ts'
import { invocationsByOrganization } from './0011-invocations-by-organization.ts'
import { shadowComparisons } from './0012-shadow-comparisons.ts'
import { identities } from './0013-identities.ts'
import { organizationSettings } from './0014-organization-settings.ts'
import { imports } from './0015-imports.ts'
import { userSearch } from './0016-user-search.ts'
import { branding } from './0017-branding.ts'
import { roleHolders } from './0018-role-holders.ts'
import { userActivity } from './0019-user-activity.ts'
import { auditByClient } from './0020-audit-by-client.ts'
import { environmentSettings } from './0021-environment-settings.ts'
import { apiKeys } from './0022-api-keys.ts'
import { webhooks } from './0023-webhooks.ts'
import { invitations } from './0024-invitations.ts'
import { subscribers } from './0025-subscribers.ts'
import { billing } from './0026-billing.ts'
import { keptDeployments } from './0027-kept-deployments.ts'
import { memberOrder } from './0028-member-order.ts'
import { scopeHolders } from './0029-scope-holders.ts'
import { workflowsOfInvocations } from './0030-workflows-of-invocations.ts'
import { shadowCounts } from './0031-shadow-counts.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [
  initialSchema,
  indexesOfInvocations,
  jobs,
  events,
  connections,
  deployments,
  deploymentPreviews,
  rehearsals,
  recordings,
  canary,
  invocationsByOrganization,
  shadowComparisons,
  identities,
  organizationSettings,
  imports,
  userSearch,
  branding,
  roleHolders,
  userActivity,
  auditByClient,
  environmentSettings,
  apiKeys,
  webhooks,
  invitations,
  subscribers,
  billing,
  keptDeployments,
  memberOrder,
  scopeHolders,
  workflowsOfInvocations,
  shadowCounts,
]
