// A canary: a deployment that serves a share of the users beside the live one (docs/decisions/0071).
import { z } from 'zod'
import { endBeside, promoteCanary as promote, startBeside } from '../../deployments/index.ts'
import { ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import type { HandlerDeps } from '../operation.ts'
import { activationDeps, refusing, taken } from './deployments.ts'

export const percent = z
  .number()
  .min(0.1)
  .max(100)
  .describe('Of the users, and of the machines. The same ones as long as it does not shrink.')

export const besideAnswer = openSchema({
  deployment_id: z.string(),
  percent: z.number(),
  is_followed: z.boolean(),
})
export const endedAnswer = openSchema({ deployment_id: z.string() })

export const startCanary = operation({
  method: 'post',
  path: '/mintage/deployments/{deployment_id}/canary',
  operationId: 'startCanary',
  summary:
    'Lets a deployment serve a share of the users and machines, always the same ones. It is withdrawn by itself when too many of its runs fail (`settings.canary`).',
  scope: 'update:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: z.strictObject({ percent }),
  answer: besideAnswer,
  handle: ({ path, body }, deps) => begun('canary', path.deployment_id, body.percent, deps),
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

export const withdrawCanary = operation({
  method: 'delete',
  path: '/mintage/canary',
  operationId: 'withdrawCanary',
  summary: 'Ends the canary: its users get the live deployment.',
  scope: 'update:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: endedAnswer,
  handle: (_input, deps) => ended('canary', deps),
})

export async function begun(
  role: 'canary' | 'shadow',
  deploymentId: string,
  share: number,
  deps: HandlerDeps,
) {
  await refusing(() => startBeside(role, { deploymentId, percent: share }, activationDeps(deps)))
  await taken(deps)
  return ok({ deployment_id: deploymentId, percent: share, is_followed: deps.deployments.isFollowed })
}

export async function ended(role: 'canary' | 'shadow', deps: HandlerDeps) {
  const deploymentId = await refusing(() => endBeside(role, activationDeps(deps)))
  await taken(deps)
  return ok({ deployment_id: deploymentId })
}
