// Rehearsals: what a deployment would do for the users of the directory, before it is live.
import { z } from 'zod'
import { rehearsalReportSchema, requestRehearsal, type RehearsalRequest } from '../../rehearsal/index.ts'
import { rehearsalStates, type StoredRehearsal } from '../../store/index.ts'
import { isoTime, ok, openSchema } from '../envelope.ts'
import { foundApplication, foundOrganization } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const usualSample = 1_000
const mostSample = 10_000_000
const mostBudget = 1_000_000
const names = z.array(z.string().min(1).max(1_000)).max(100)

const shownRehearsalSchema = z.object({
  id: z.string(),
  deployment_id: z.string(),
  state: z.enum(rehearsalStates),
  created_on: z.string(),
  /** Rehearsed so far. */
  users: z.int(),
  of_users: z.int(),
  /** Why it failed. */
  error: z.string().nullable(),
  /** Once it is completed. */
  report: rehearsalReportSchema.nullable(),
})

export const createRehearsal = operation({
  method: 'post',
  path: '/mintage/rehearsals',
  operationId: 'createRehearsal',
  summary: `Mints for users of the directory, in each of their organizations, and for machines whose tokens a workflow shapes, with what is live and with a deployment, issues nothing, and compares. The server does it beside its requests; read the rehearsal to see how far it is. Without \`all\`, \`sample\` or \`org_code\` it takes a sample of ${usualSample} users.`,
  scope: 'create:rehearsals',
  organizationBound: 'refused',
  query: noQuery,
  body: z.strictObject({
    deployment_id: z.string().max(200),
    all: z.literal(true).optional(),
    sample: z.int().min(1).max(mostSample).optional(),
    /** Members of this organization, who sign in to it. */
    org_code: z.string().max(200).optional(),
    /** Applications that they sign in to, and machines; all when left out. */
    client_ids: names.min(1).optional(),
    scopes: names.min(1).optional(),
    audiences: names.optional(),
    /** Tokens whose claims grow over so many bytes of JSON are reported; over the budget of the application, or 4096, when left out. */
    budget_bytes: z.int().min(1).max(mostBudget).optional(),
  }),
  status: 201,
  answer: openSchema({ rehearsal: shownRehearsalSchema }),
  async handle({ body }, deps, { clientId }) {
    const { store, nowMs } = deps
    const deployment = await store.deployments.find(body.deployment_id)
    if (deployment === undefined)
      throw new RequestError('DEPLOYMENT_NOT_FOUND', 'There is no deployment with this id.')
    if (deployment.state !== 'ready')
      throw new RequestError('DEPLOYMENT_FAILED', 'The deployment did not pass its check, so it cannot run.')
    if (body.org_code !== undefined) await foundOrganization(deps, body.org_code)
    // oxlint-disable-next-line no-await-in-loop -- the catalog is in memory
    for (const id of body.client_ids ?? []) await foundApplication(deps, id)
    const id = await requestRehearsal(
      {
        deploymentId: deployment.id,
        request: {
          users: rehearsedUsers(body),
          ...(body.client_ids && { clientIds: body.client_ids }),
          scopes: body.scopes ?? ['openid', 'profile', 'email', 'offline'],
          audiences: body.audiences ?? [],
          ...(body.budget_bytes !== undefined && { budgetBytes: body.budget_bytes }),
        },
        author: clientId ?? 'operator',
        audit: { event: deps.by.event, clientId },
      },
      { store, nowMs },
    )
    return ok({ rehearsal: shown(await found(id, deps)) })
  },
})

export const getRehearsal = operation({
  method: 'get',
  path: '/mintage/rehearsals/{rehearsal_id}',
  operationId: 'getRehearsal',
  summary: 'How far a rehearsal is, and its report once it is completed. Reports are kept for a week.',
  scope: 'read:rehearsals',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({ rehearsal: shownRehearsalSchema }),
  async handle({ path }, deps) {
    return ok({ rehearsal: shown(await found(path.rehearsal_id, deps)) })
  },
})

interface AskedUsers {
  readonly all?: true | undefined
  readonly sample?: number | undefined
  readonly org_code?: string | undefined
}

function rehearsedUsers({ all, sample, org_code: code }: AskedUsers): RehearsalRequest['users'] {
  const given = [all, sample, code].filter((one) => one !== undefined)
  if (given.length > 1)
    throw new RequestError(
      'INVALID_REQUEST',
      'all, sample and org_code exclude each other: give one of them.',
    )
  if (all) return { kind: 'all' }
  return code === undefined ? { kind: 'sample', size: sample ?? usualSample } : { kind: 'organization', code }
}

async function found(
  id: string,
  {
    store,
  }: { readonly store: { readonly rehearsals: { find(id: string): Promise<StoredRehearsal | undefined> } } },
): Promise<StoredRehearsal> {
  const rehearsal = await store.rehearsals.find(id)
  if (rehearsal === undefined)
    throw new RequestError('REHEARSAL_NOT_FOUND', 'There is no rehearsal with this id.')
  return rehearsal
}

function shown(rehearsal: StoredRehearsal): z.input<typeof shownRehearsalSchema> {
  const report = rehearsal.report()
  return {
    id: rehearsal.id,
    deployment_id: rehearsal.deploymentId,
    state: rehearsal.state,
    created_on: isoTime(rehearsal.createdAtMs),
    users: rehearsal.users,
    of_users: rehearsal.ofUsers,
    error: rehearsal.error,
    report: report && rehearsalReportSchema.parse(report),
  }
}
