// Mintage's own operations, below /api/v1/mintage: Kinde has none of them. By name, because the command line calls them.
import { getAuditRecords } from './audit.ts'
import { rotateSecret } from './client-secret.ts'
import { promoteCanary, startCanary, withdrawCanary } from './canary.ts'
import {
  activateDeployment,
  createDeployment,
  getDeployment,
  getDeployments,
  rollBackDeployment,
} from './deployments.ts'
import { getGitSyncs } from './git-syncs.ts'
import { openPreview, withdrawPreview } from './preview.ts'
import { getInvocation, getInvocationCase, getInvocations } from './invocations.ts'
import { createReplay } from './replays.ts'
import { getShadowReport, startShadow, stopShadow } from './shadow.ts'
import {
  getWebhookDeliveries,
  getWebhookStates,
  redeliverWebhookDelivery,
  resumeWebhookDeliveries,
} from './webhook-deliveries.ts'
import { createRehearsal, getRehearsal } from './rehearsals.ts'

export const mintageOperations = {
  rotateSecret,
  getDeployments,
  createDeployment,
  rollBackDeployment,
  getDeployment,
  activateDeployment,
  getGitSyncs,
  openPreview,
  withdrawPreview,
  createRehearsal,
  getRehearsal,
  startCanary,
  promoteCanary,
  withdrawCanary,
  createReplay,
  getInvocations,
  getInvocation,
  getInvocationCase,
  startShadow,
  stopShadow,
  getShadowReport,
  getAuditRecords,
  getWebhookStates,
  getWebhookDeliveries,
  redeliverWebhookDelivery,
  resumeWebhookDeliveries,
} as const
