// A canary: a deployment that serves a share of the users beside the live one (docs/decisions/0071).
import { z } from 'zod'
import { promoteCanary as promote } from '../../deployments/index.ts'
import { ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { endOperation, startOperation } from './beside-live.ts'
import { activationDeps, refusing, taken } from './deployments.ts'

export const startCanary = startOperation('canary', {
  operationId: 'startCanary',
  summary:
    'Lets a deployment serve a share of the users and machines, always the same ones. It is withdrawn by itself when too many of its runs fail (`settings.canary`).',
})

export const promoteCanary = operation({
  method: 'post',
  path: '/mintage/canary/promote',
  operationId: 'promoteCanary',
  summary: 'Makes the canary the live deployment.',
  scope: 'update:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({ deployment_id: z.string(), previous_deployment_id: z.string().nullable() }),
  async handle(_input, deps) {
    const { deploymentId, previousId } = await refusing(() => promote(activationDeps(deps)))
    await taken(deps)
    return ok({ deployment_id: deploymentId, previous_deployment_id: previousId })
  },
})

export const withdrawCanary = endOperation('canary', {
  operationId: 'withdrawCanary',
  summary: 'Ends the canary: its users get the live deployment.',
})
