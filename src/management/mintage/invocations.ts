// Recorded invocations: what workflows did.
import { z } from 'zod'
import type { StoredInvocation } from '../../store/index.ts'
import { isoTime, ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const usualPage = 20
const mostListed = 200

const shownInvocationSchema = z.object({
  /** `inv_…` */
  id: z.string(),
  sequence: z.int(),
  started_on: z.string(),
  trigger: z.string(),
  origin: z.string(),
  workflow_id: z.string(),
  /** `dep_…` */
  deployment_id: z.string(),
  client_id: z.string(),
  user_id: z.string().nullable(),
  org_code: z.string().nullable(),
  outcome: z.string(),
  decision: z.string(),
  duration_ms: z.number(),
})

export const getInvocations = operation({
  method: 'get',
  path: '/mintage/invocations',
  operationId: 'getInvocations',
  summary: `The newest invocations, newest first, ${usualPage} unless \`limit\` says otherwise.`,
  scope: 'read:invocations',
  organizationBound: 'refused',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(mostListed).optional(),
    user_id: z.string().optional(),
    client_id: z.string().optional(),
    org_code: z.string().optional(),
    workflow_id: z.string().optional(),
    deployment_id: z.string().optional(),
    outcome: z.string().optional(),
    /** Only those written before the one with this sequence number: for the next page. */
    before: z.coerce.number().int().optional(),
  }),
  body: noBody,
  answer: openSchema({ invocations: z.array(shownInvocationSchema) }),
  async handle({ query }, { store }) {
    const { limit = usualPage, before, outcome } = query
    const found = await store.invocations.list({
      limit,
      ...(query.user_id !== undefined && { userId: query.user_id }),
      ...(query.client_id !== undefined && { clientId: query.client_id }),
      ...(query.org_code !== undefined && { organizationCode: query.org_code }),
      ...(query.workflow_id !== undefined && { workflowId: query.workflow_id }),
      ...(query.deployment_id !== undefined && { deploymentId: query.deployment_id }),
      ...(outcome !== undefined && { outcomes: [outcome] }),
      ...(before !== undefined && { beforeSequence: before }),
    })
    return ok({ invocations: found.map(shown) })
  },
})

export const getInvocation = operation({
  method: 'get',
  path: '/mintage/invocations/{invocation_id}',
  operationId: 'getInvocation',
  summary:
    'One invocation, with the event, the tokens before and after, the log and the calls. Secrets are redacted.',
  scope: 'read:invocations',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({
    invocation: shownInvocationSchema.extend({ document: z.record(z.string(), z.json()) }),
  }),
  async handle({ path }, { store }) {
    const found = await store.invocations.find(path.invocation_id)
    if (found === undefined)
      throw new RequestError('INVOCATION_NOT_FOUND', 'There is no invocation with this id.')
    return ok({ invocation: { ...shown(found), document: found.document } })
  },
})

function shown(invocation: StoredInvocation): z.output<typeof shownInvocationSchema> {
  return {
    id: invocation.id,
    sequence: invocation.sequence,
    started_on: isoTime(invocation.startedAtMs),
    trigger: invocation.trigger,
    origin: invocation.origin,
    workflow_id: invocation.workflowId,
    deployment_id: invocation.deploymentId,
    client_id: invocation.clientId,
    user_id: invocation.userId,
    org_code: invocation.organizationCode,
    outcome: invocation.outcome,
    decision: invocation.decision,
    duration_ms: invocation.durationMs,
  }
}
