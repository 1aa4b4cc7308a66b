// Recorded invocations: what workflows did.
import { z } from 'zod'
import {
  caseOfInvocation,
  invocationDifferences,
  invocationsAfter,
  newestInvocations,
  notReplayable,
  previousInvocation,
  recordedInvocation,
  withCurrentEnding,
} from '../../replays/index.ts'
import type { StoredInvocation } from '../../store/index.ts'
import { isoTime, ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const usualPage = 20
const mostListed = 200

const document = z.record(z.string(), z.json())

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
  access_token_jti: z.string().nullable(),
  id_token_jti: z.string().nullable(),
  /** With `is_whole`. */
  document: document.optional(),
})
type ShownInvocation = z.output<typeof shownInvocationSchema>

const time = z.iso.datetime({ offset: true }).optional()
const id = z.string().max(200).optional()

export const getInvocations = operation({
  method: 'get',
  path: '/mintage/invocations',
  operationId: 'getInvocations',
  summary: `The newest invocations, newest first, ${usualPage} unless \`limit\` says otherwise; with \`after\`, those written after that one, oldest first. \`last_sequence\` is of the last one that was looked at: the next \`before\` or \`after\`.`,
  scope: 'read:invocations',
  organizationBound: 'refused',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(mostListed).optional(),
    user_id: id,
    client_id: id,
    org_code: id,
    /** It ran, whether it decided or not. */
    workflow_id: id,
    deployment_id: id,
    /** By its name, or by the code of its error. */
    outcome: id,
    /** Only those that started at this time or later, such as `2026-11-28T10:00:00Z`. */
    since: time,
    /** Only those that started before this time. */
    until: time,
    /** Only those that hold this text anywhere. It is looked for in the newest 10,000; `is_cut` says that there are more. */
    text: z.string().min(1).max(1_000).optional(),
    /** Only those written before the one with this sequence number: for the next page. */
    before: z.coerce.number().int().min(0).optional(),
    after: z.coerce.number().int().min(0).optional(),
    /** `true`: with their documents. */
    is_whole: z.enum(['true', 'false']).optional(),
  }),
  body: noBody,
  answer: openSchema({
    invocations: z.array(shownInvocationSchema),
    last_sequence: z.int().nullable(),
    is_cut: z.boolean(),
  }),
  async handle({ query }, { store }) {
    const { limit = usualPage, after, since, until, text, outcome, before } = query
    const search = {
      limit,
      ...(query.user_id !== undefined && { userId: query.user_id }),
      ...(query.client_id !== undefined && { clientId: query.client_id }),
      ...(query.org_code !== undefined && { organizationCode: query.org_code }),
      ...(query.workflow_id !== undefined && { workflowId: query.workflow_id }),
      ...(query.deployment_id !== undefined && { deploymentId: query.deployment_id }),
      ...(since !== undefined && { sinceMs: Date.parse(since) }),
      ...(until !== undefined && { untilMs: Date.parse(until) }),
      ...(before !== undefined && { beforeSequence: before }),
      ...(outcome !== undefined && { outcome }),
      ...(text !== undefined && { text }),
    }
    const found =
      after === undefined
        ? await newestInvocations(search, store.invocations)
        : await invocationsAfter(after, search, store.invocations)
    return ok({
      invocations: found.invocations.map((one) => ({
        ...shown(one),
        ...(query.is_whole === 'true' && { document: one.document }),
      })),
      last_sequence: found.lastSequence ?? null,
      is_cut: found.isCut,
    })
  },
})

const differenceSchema = z.object({
  /** `decision`, `outcome`, `denied`, `error`, or a token. */
  of: z.string(),
  /** Of a token; `*`: the whole of it. */
  claim: z.string().optional(),
  kind: z.enum(['added', 'changed', 'removed']),
  before: z.json().optional(),
  after: z.json().optional(),
})

const previousSchema = z.object({
  id: z.string(),
  started_on: z.string(),
  deployment_id: z.string(),
  /** Of the decision and the claims, but for times and ids. */
  differences: z.array(differenceSchema),
})
type ShownPrevious = z.output<typeof previousSchema>

export const getInvocation = operation({
  method: 'get',
  path: '/mintage/invocations/{invocation_id}',
  operationId: 'getInvocation',
  summary:
    'One invocation, with the event, the tokens before and after, the log and the calls, and what differs from the previous one of the same user and client. Secrets are redacted.',
  scope: 'read:invocations',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({
    invocation: shownInvocationSchema.extend({ document }),
    /** Null for the first one, and when the one before it cannot be read. */
    previous: previousSchema.nullable(),
  }),
  async handle({ path }, deps) {
    const found = withCurrentEnding(await foundInvocation(path.invocation_id, deps))
    return ok({
      invocation: { ...shown(found), document: found.document },
      previous: await previousOf(found, deps),
    })
  },
})

export const getInvocationCase = operation({
  method: 'get',
  path: '/mintage/invocations/{invocation_id}/case',
  operationId: 'getInvocationCase',
  summary: 'An invocation as a case for tests and `mintage run`. Secrets and personal data are masked.',
  scope: 'read:invocations',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({ case: document }),
  async handle({ path }, deps) {
    const found = await foundInvocation(path.invocation_id, deps)
    const invocation = recordedInvocation(found, await deps.store.recordings.find(found.id))
    if (typeof invocation === 'string')
      throw new RequestError('RECORDING_MISSING', `${found.id} has no case: ${notReplayable[invocation]}.`)
    const made = document.parse(JSON.parse(JSON.stringify(caseOfInvocation(invocation))))
    return ok({ case: made })
  },
})

async function foundInvocation(invocationId: string, { store }: HandlerDeps): Promise<StoredInvocation> {
  const found = await store.invocations.find(invocationId)
  if (found !== undefined) return found
  throw new RequestError(
    'INVOCATION_NOT_FOUND',
    `There is no invocation ${JSON.stringify(invocationId)}; it may have been deleted because of its age.`,
  )
}

async function previousOf(found: StoredInvocation, { store }: HandlerDeps): Promise<ShownPrevious | null> {
  const previous = await previousInvocation(found, store.invocations)
  const differences = previous && invocationDifferences(previous, found)
  if (previous === undefined || differences === undefined) return null
  return {
    id: previous.id,
    started_on: isoTime(previous.startedAtMs),
    deployment_id: previous.deploymentId,
    differences: differences.map(({ of, claim, kind, recorded, replayed }) => ({
      of,
      ...(claim !== undefined && { claim }),
      kind,
      ...(recorded !== undefined && { before: recorded }),
      ...(replayed !== undefined && { after: replayed }),
    })),
  }
}

function shown(invocation: StoredInvocation): ShownInvocation {
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
    access_token_jti: invocation.accessTokenJti,
    id_token_jti: invocation.idTokenJti,
  }
}
