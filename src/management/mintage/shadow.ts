// A shadow: a deployment that runs beside the live one, is compared and issues nothing (docs/decisions/0072).
import { z } from 'zod'
import { roleIn, shadowReport, shadowReportSchema } from '../../deployments/index.ts'
import type { Store } from '../../store/index.ts'
import { ok, openSchema } from '../envelope.ts'
import { noBody, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'
import { endOperation, startOperation } from './beside-live.ts'

export const startShadow = startOperation('shadow', {
  operationId: 'startShadow',
  summary:
    'Runs a deployment beside the live one, after each answer was sent, for a share of the users. Its result is compared and never issued, and it makes no call but GET.',
})

export const stopShadow = endOperation('shadow', {
  operationId: 'stopShadow',
  summary: 'Ends the shadow. What it found is kept for a while.',
})

/** The newest ones that are kept one by one. */
const mostCompared = 10_000

export const getShadowReport = operation({
  method: 'get',
  path: '/mintage/shadow/report',
  operationId: 'getShadowReport',
  summary:
    'What the shadow found: how many tokens would differ, in which claims, for which users, with examples. `deployment_id` asks for one that runs no more.',
  scope: 'read:deployments',
  organizationBound: 'refused',
  query: z.object({ deployment_id: z.string().max(100).optional() }),
  body: noBody,
  answer: openSchema({ report: shadowReportSchema }),
  async handle({ query }, { store }) {
    const running = roleIn(await store.directory.catalog(), 'shadow')
    const deploymentId = query.deployment_id ?? running?.deploymentId
    if (deploymentId === undefined)
      throw new RequestError('ROLE_VACANT', 'No shadow runs. Name the deployment of one that ran.')
    // What other servers found within the last quarter of a second may be missing.
    await store.shadows.flush()
    const isRunning = running?.deploymentId === deploymentId
    const since = isRunning ? { sinceMs: running.sinceMs } : {}
    const found = await store.shadows.counts({ deploymentId, ...since })
    if (found === undefined) throw await neverShadow(deploymentId, store)
    const { sinceMs } = found
    const comparisons = await store.shadows.list({ deploymentId, sinceMs, limit: mostCompared })
    const percent = isRunning ? (running.percent ?? 100) : null
    return ok({ report: shadowReport({ ...found, deploymentId, percent, isRunning }, comparisons) })
  },
})

async function neverShadow(id: string, store: Pick<Store, 'deployments'>): Promise<RequestError> {
  if ((await store.deployments.find(id)) === undefined)
    return new RequestError('DEPLOYMENT_NOT_FOUND', 'There is no deployment with this id.')
  return new RequestError(
    'ROLE_VACANT',
    'This deployment found nothing as a shadow within the last 14 days: it was not one, or no token was issued meanwhile.',
  )
}
