// Deployments of workflows: what is there, and which one serves.
import { z } from 'zod'
import {
  activate,
  deploy,
  deploymentStatus,
  deploymentStatuses,
  problemSchema,
  prunedEvent,
  roleIn,
  rollBack,
  summarySchema,
} from '../../deployments/index.ts'
import { AppError, type ErrorCode } from '../../errors/index.ts'
import type { AuditRecord, Catalog, StoredDeployment } from '../../store/index.ts'
import { isoTime, ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { RequestError, type RequestErrorCode } from '../request-error.ts'

const mostListed = 200

const shownDeploymentSchema = z.object({
  /** `dep_…` */
  id: z.string(),
  status: z.enum(deploymentStatuses),
  /** Of the users and machines that it serves as the canary, or follows as the shadow; null when it is neither. */
  canary_percent: z.number().nullable().default(null),
  shadow_percent: z.number().nullable().default(null),
  /** Sign-ins may ask for it, with its password. */
  has_preview: z.boolean().default(false),
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
type ShownDeployment = z.output<typeof shownDeploymentSchema>

const prunedSchema = z.object({
  on: z.string(),
  ids: z.array(z.string()),
  /** `settings.deployments.keepCount` at that time. */
  keep_count: z.int(),
})

const pruningDetails = z.object({ deployments: z.array(z.string()), keepCount: z.int() })

function shownPruning({ atMs, details }: AuditRecord): z.output<typeof prunedSchema> {
  const { deployments: ids, keepCount } = pruningDetails.parse(details)
  return { on: isoTime(atMs), ids, keep_count: keepCount }
}

export const getDeployments = operation({
  method: 'get',
  path: '/mintage/deployments',
  operationId: 'getDeployments',
  summary: `Deployments, newest first, ${mostListed} unless \`limit\` says otherwise; with \`before\`, those that are older than that one.`,
  scope: 'read:deployments',
  organizationBound: 'refused',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(mostListed).optional(),
    /** The id of a deployment: for the next page. */
    before: z.string().max(200).optional(),
  }),
  body: noBody,
  answer: openSchema({
    deployments: z.array(shownDeploymentSchema),
    /** What was deleted last because newer ones are kept; null when nothing was deleted recently. */
    deleted: prunedSchema.nullable(),
  }),
  async handle({ query: { limit = mostListed, before } }, { store, nowMs }) {
    const last = before === undefined ? undefined : await store.deployments.find(before)
    if (before !== undefined && last === undefined) throw unknownDeployment()
    const [found, [pruning], catalog] = await Promise.all([
      store.deployments.list({ limit, ...(last && { before: last }) }),
      store.audit.list({ event: prunedEvent, limit: 1 }),
      store.directory.catalog(),
    ])
    return ok({
      deployments: found.map((one) => shownDeployment(one, catalog, nowMs())),
      deleted: pruning === undefined ? null : shownPruning(pruning),
    })
  },
})

export const getDeployment = operation({
  method: 'get',
  path: '/mintage/deployments/{deployment_id}',
  operationId: 'getDeployment',
  summary: 'One deployment, with what its build printed.',
  scope: 'read:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({ deployment: shownDeploymentSchema, build_log: z.string() }),
  async handle({ path }, { store, nowMs }) {
    const [found, catalog] = await Promise.all([
      store.deployments.find(path.deployment_id),
      store.directory.catalog(),
    ])
    if (found === undefined) throw unknownDeployment()
    return ok({ deployment: shownDeployment(found, catalog, nowMs()), build_log: found.buildLog })
  },
})

const longestBuildLog = 64 * 1024

export const createDeployment = operation({
  method: 'post',
  path: '/mintage/deployments',
  operationId: 'createDeployment',
  summary:
    'Stores a deployment, checks it, and makes it live unless it is a draft. The same content is the same deployment. One that fails its check is stored as `Failed` with its `problems`, and what was live still is. `deployment` is what `mintage deploy` makes of a project.',
  scope: 'create:deployments',
  organizationBound: 'refused',
  mostBodyBytes: 32 * 1024 * 1024,
  query: noQuery,
  body: z.strictObject({
    deployment: z.looseObject({}),
    is_draft: z.boolean().optional(),
    build_log: z.string().max(longestBuildLog).optional(),
  }),
  status: 201,
  answer: openSchema({
    deployment: shownDeploymentSchema,
    /** Of this check; also when the deployment was found good before. */
    problems: z.array(problemSchema),
    is_activated: z.boolean(),
    /** What was live before, if anything was. */
    previous_deployment_id: z.string().nullable(),
    /** False where another thing is served than what is live in the database: `mintage dev` serves its folder. */
    is_followed: z.boolean(),
  }),
  async handle({ body }, deps) {
    const { deployment, problems, replaced } = await refusing(() =>
      deploy(
        {
          content: body.deployment,
          isDraft: body.is_draft === true,
          origin: 'deploy',
          buildLog: body.build_log ?? '',
        },
        { ...activationDeps(deps), place: deps.deployments.place },
      ),
    )
    if (replaced !== undefined) await taken(deps)
    return ok({
      deployment: await shown(deployment, deps),
      problems: [...problems],
      is_activated: replaced !== undefined,
      previous_deployment_id: replaced ?? null,
      is_followed: deps.deployments.isFollowed,
    })
  },
})

const activatedAnswer = openSchema({
  deployment: shownDeploymentSchema,
  previous_deployment_id: z.string().nullable(),
  is_followed: z.boolean(),
})

export const activateDeployment = operation({
  method: 'post',
  path: '/mintage/deployments/{deployment_id}/activate',
  operationId: 'activateDeployment',
  summary:
    'Makes a deployment live, on every server within a second. Runs under way end on what they began with.',
  scope: 'update:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: activatedAnswer,
  async handle({ path }, deps) {
    return activated(await refusing(() => activate(path.deployment_id, activationDeps(deps))), deps)
  },
})

export const rollBackDeployment = operation({
  method: 'post',
  path: '/mintage/deployments/rollback',
  operationId: 'rollBackDeployment',
  summary: 'Makes live what was live before. Another time, it goes further back.',
  scope: 'update:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: activatedAnswer,
  async handle(_input, deps) {
    return activated(await refusing(() => rollBack(activationDeps(deps))), deps)
  },
})

async function activated(
  { deploymentId, previousId }: { readonly deploymentId: string; readonly previousId: string | null },
  deps: HandlerDeps,
) {
  await taken(deps)
  const found = await deps.store.deployments.find(deploymentId)
  if (found === undefined) throw unknownDeployment()
  return ok({
    deployment: await shown(found, deps),
    previous_deployment_id: previousId,
    is_followed: deps.deployments.isFollowed,
  })
}

/** It is live, whatever this server makes of it; what it cannot load is in its log. */
export async function taken({ deployments }: HandlerDeps): Promise<void> {
  await deployments.settle().catch(() => {})
}

export function activationDeps({ store, by, nowMs }: HandlerDeps) {
  const { event, clientId } = by
  return { store, by: { event, clientId, name: clientId ?? 'operator' }, now: nowMs }
}

const refusals: Readonly<Partial<Record<ErrorCode, RequestErrorCode>>> = {
  deployment_not_found: 'DEPLOYMENT_NOT_FOUND',
  deployment_failed: 'DEPLOYMENT_FAILED',
  deployment_invalid: 'DEPLOYMENT_INVALID',
  rollback_impossible: 'NOTHING_TO_ROLL_BACK',
  deployment_is_live: 'DEPLOYMENT_IS_LIVE',
  role_vacant: 'ROLE_VACANT',
}

export async function refusing<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    const code = error instanceof AppError ? refusals[error.code] : undefined
    throw code === undefined || !(error instanceof Error)
      ? error
      : new RequestError(code, error.message, { cause: error })
  }
}

function unknownDeployment(): RequestError {
  return new RequestError('DEPLOYMENT_NOT_FOUND', 'There is no deployment with this id.')
}

async function shown(deployment: StoredDeployment, { store, nowMs }: HandlerDeps): Promise<ShownDeployment> {
  return shownDeployment(deployment, await store.directory.catalog(), nowMs())
}

function shownDeployment(
  deployment: StoredDeployment,
  catalog: Pick<Catalog, 'deploymentPreviews' | 'deploymentRoles'>,
  nowMs: number,
): ShownDeployment {
  const share = (role: 'canary' | 'shadow') => {
    const found = roleIn(catalog, role)
    return found?.deploymentId === deployment.id ? (found.percent ?? 100) : null
  }
  const { workflows, requiredVariables, problems, warnings } = summarySchema.parse(deployment.summary)
  const status = deploymentStatus(deployment, catalog.deploymentRoles, nowMs)
  return {
    id: deployment.id,
    status,
    canary_percent: share('canary'),
    shadow_percent: share('shadow'),
    has_preview: catalog.deploymentPreviews.some(({ deploymentId }) => deploymentId === deployment.id),
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
