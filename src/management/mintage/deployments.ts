// Deployments of workflows: what is there, and which one serves.
import { z } from 'zod'
import {
  deploymentStatus,
  deploymentStatuses,
  problemSchema,
  summarySchema,
  type DeploymentStatus,
} from '../../deployments/index.ts'
import type { DeploymentRoleRecord, StoredDeployment } from '../../store/index.ts'
import { isoTime, ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'

const mostListed = 200

export const shownDeploymentSchema = z.object({
  /** `dep_…` */
  id: z.string(),
  status: z.enum(deploymentStatuses),
  created_on: z.string(),
  /** The client id of the machine that uploaded it; `operator` for the command line beside the database. */
  author: z.string(),
  origin: z.string(),
  workflows: z.array(
    z.object({
      /** `wfd_…` */
      id: z.string(),
      workflow_id: z.string(),
      name: z.string().nullable(),
      trigger: z.string(),
      file: z.string(),
    }),
  ),
  required_variables: z.array(z.string()),
  problems: z.array(problemSchema),
  warnings: z.array(problemSchema),
})
export type ShownDeployment = z.output<typeof shownDeploymentSchema>

export const getDeployments = operation({
  method: 'get',
  path: '/mintage/deployments',
  operationId: 'getDeployments',
  summary: `The newest ${mostListed} deployments, newest first.`,
  scope: 'read:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({ deployments: z.array(shownDeploymentSchema) }),
  async handle(_input, { store, nowMs }) {
    const [found, { deploymentRoles }] = await Promise.all([
      store.deployments.list({ limit: mostListed }),
      store.directory.catalog(),
    ])
    return ok({ deployments: found.map((one) => shownDeployment(one, deploymentRoles, nowMs())) })
  },
})

export function shownDeployment(
  deployment: StoredDeployment,
  roles: readonly DeploymentRoleRecord[],
  nowMs: number,
): ShownDeployment {
  const { workflows, requiredVariables, problems, warnings } = summarySchema.parse(deployment.summary)
  const status: DeploymentStatus = deploymentStatus(deployment, roles, nowMs)
  return {
    id: deployment.id,
    status,
    created_on: isoTime(deployment.createdAtMs),
    author: deployment.author,
    origin: deployment.origin,
    workflows: workflows.map(({ id, workflowId, name, trigger, file }) => {
      return { id, workflow_id: workflowId, name, trigger, file }
    }),
    required_variables: requiredVariables,
    problems,
    warnings,
  }
}
