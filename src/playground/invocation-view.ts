// The record of a run as the playground's pages take it.
import type { InvocationMoment, InvocationSummary, InvocationView, TokenChangesView } from '../pages/index.ts'
import { z } from 'zod'
import type { StoredInvocation } from '../store/index.ts'
import {
  claimChanges,
  jsonBytes,
  invocationDocumentSchema,
  type InvocationDocument,
} from '../tokens/index.ts'

/** What the pages read of an event (C§7). */
const eventSchema = z.looseObject({
  request: z.looseObject({
    authUrlParams: z.looseObject({ state: z.string().optional(), prompt: z.string().optional() }).default({}),
  }),
  context: z.looseObject({
    auth: z.looseObject({ origin: z.string(), isExistingSession: z.boolean() }).optional(),
  }),
})

/** `state` of the authorization request that the run belongs to; undefined on a refresh. */
export function requestStateOf({ document }: StoredInvocation): string | undefined {
  return eventSchema.safeParse(document['event']).data?.request.authUrlParams.state
}

export function invocationSummary(invocation: StoredInvocation): InvocationSummary {
  const { id, startedAtMs, durationMs } = invocation
  const document = invocationDocumentSchema.parse(invocation.document)
  return { id, at: startedAtMs, moment: momentOf(document), decision: document.decision, durationMs }
}

export function invocationView(invocation: StoredInvocation): InvocationView {
  const document = invocationDocumentSchema.parse(invocation.document)
  const { accessToken, idToken, m2mToken, refused, denied, error, log, calls, steps = [] } = document
  return {
    ...invocationSummary(invocation),
    outcome: document.outcome,
    workflowFile: document.workflow.file,
    deploymentId: document.deployment,
    tokens: {
      ...(accessToken && { accessToken: tokenChanges(accessToken) }),
      ...(idToken && { idToken: tokenChanges(idToken) }),
      ...(m2mToken && { m2mToken: tokenChanges(m2mToken) }),
    },
    refused: refused.map(({ token, claim, at }) => ({ token, claim, ...(at && { at: place(at) }) })),
    ...(denied && { deniedReason: denied.reason }),
    ...(error && {
      failure: {
        code: error.code,
        message: error.message,
        ...(error.at && { at: place(error.at) }),
        ...(error.hint !== undefined && { hint: error.hint }),
      },
    }),
    steps: steps.map(stepView),
    event: document.event,
    log,
    calls: calls.map(({ method, url, status, durationMs, error: callError }) => ({
      method,
      url,
      durationMs,
      ...(status !== undefined && { status }),
      ...(callError && { error: callError }),
    })),
  }
}

function stepView({
  workflow,
  skipped,
  decision = 'issue',
  durationMs = 0,
  error,
}: (InvocationDocument['steps'] & object)[number]): InvocationView['steps'][number] {
  if (skipped !== undefined) return { kind: 'skipped', workflow, reason: skipped }
  return { kind: 'ran', workflow, decision, durationMs, ...(error && { error: error.message }) }
}

function tokenChanges({ before, after }: InvocationDocument['accessToken'] & object): TokenChangesView {
  return {
    before,
    after: after ?? undefined,
    changes: after === null ? { added: [], changed: [], removed: [] } : claimChanges(before, after),
    bytesBefore: jsonBytes(before),
    bytesAfter: after === null ? undefined : jsonBytes(after),
  }
}

function momentOf({ event }: InvocationDocument): InvocationMoment {
  const { request, context } = eventSchema.parse(event)
  if (context.auth?.origin === 'refresh_token_request') return 'refresh'
  if (context.auth?.isExistingSession === true) return 'existing-session'
  return request.authUrlParams.prompt === 'create' ? 'sign-up' : 'sign-in'
}

function place({ file, line, column }: InvocationDocument['refused'][number]['at'] & object) {
  return { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
}
