// What the roles beside the live deployment share: a canary and a shadow are started for a share of the users, and ended.
import { z } from 'zod'
import { endBeside, startBeside } from '../../deployments/index.ts'
import { ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { activationDeps, refusing, taken } from './deployments.ts'

type Role = Parameters<typeof startBeside>[0]

interface Said {
  readonly operationId: string
  readonly summary: string
}

const percent = z
  .number()
  .min(0.1)
  .max(100)
  .describe('Of the users, and of the machines. The same ones as long as it does not shrink.')

export function startOperation(role: Role, { operationId, summary }: Said) {
  return operation({
    method: 'post',
    path: `/mintage/deployments/{deployment_id}/${role}`,
    operationId,
    summary,
    scope: 'update:deployments',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ percent }),
    answer: openSchema({ deployment_id: z.string(), percent: z.number(), is_followed: z.boolean() }),
    async handle({ path, body }, deps) {
      const { deployment_id: deploymentId } = path
      const asked = { deploymentId, percent: body.percent }
      await refusing(() => startBeside(role, asked, activationDeps(deps)))
      await taken(deps)
      return ok({
        deployment_id: deploymentId,
        percent: body.percent,
        is_followed: deps.deployments.isFollowed,
      })
    },
  })
}

export function endOperation(role: Role, { operationId, summary }: Said) {
  return operation({
    method: 'delete',
    path: `/mintage/${role}`,
    operationId,
    summary,
    scope: 'update:deployments',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: openSchema({ deployment_id: z.string() }),
    async handle(_input, deps) {
      const deploymentId = await refusing(() => endBeside(role, activationDeps(deps)))
      await taken(deps)
      return ok({ deployment_id: deploymentId })
    },
  })
}
