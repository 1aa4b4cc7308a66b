// One of the two deployments that a rehearsal compares: decides a sign-in as the mint does, and issues and records nothing.
import { z } from 'zod'
import type { MissingAnswer } from '../cases/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import type { Environment, GivenToRun, RunLimits, Sandbox } from '../runtime/index.ts'
import type { ClaimsRules, InvocationRecord } from '../store/index.ts'
import { openMint, type ClaimsByToken, type MintRequest } from '../tokens/index.ts'
import type { ServingDeployment } from '../workflows/index.ts'
import { closedCalls, type AnswersInStore } from './closed-calls.ts'

export interface ContenderDeps {
  readonly sandbox: Pick<Sandbox, 'invoke'>
  /** Undefined when no workflow serves users' tokens: they get the default claims. */
  readonly serving: ServingDeployment | undefined
  readonly environment: Environment
  readonly limits: RunLimits
  readonly strictClaims: boolean
  /** Of applications that have none of their own. */
  readonly claimsRules?: ClaimsRules | undefined
  readonly answers: AnswersInStore
}

export interface Failure {
  readonly code: string
  readonly message: string
  readonly at?: { readonly file: string; readonly line?: number; readonly column?: number }
}

/** What the user would get. `failed` under `continue` still issues tokens: the default claims. */
export type ContenderResult = {
  readonly skippedCalls: readonly MissingAnswer[]
  readonly answeredCalls: number
} & (
  | { readonly kind: 'issued'; readonly tokens: ClaimsByToken }
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly tokens?: ClaimsByToken }
)

/** Clock and randomness of both runs of a sign-in: what they make of them differs only when the workflows do. How long a run takes does not show. */
export type RunMoment = Required<Pick<GivenToRun, 'startedAtMs' | 'seed'>>

export async function decideAsContender(
  request: MintRequest,
  moment: RunMoment,
  { sandbox, serving, environment, limits, strictClaims, claimsRules, answers }: ContenderDeps,
): Promise<ContenderResult> {
  const calls = closedCalls(answers)
  const given = { ...moment, isClockFixed: true, hostCalls: calls }
  let record: InvocationRecord | undefined
  const mint = openMint({
    sandbox: { invoke: (invocation) => sandbox.invoke({ ...invocation, given }) },
    serving: () => serving,
    environment: () => Promise.resolve(environment),
    record: (invocation) => (record = invocation),
    limits,
    strictClaims,
    claimsRules,
    newInvocationId: () => 'inv_rehearsed',
    nowMs: () => moment.startedAtMs,
  })
  const decision = await mint.decide(request)
  const called = { skippedCalls: calls.skipped, answeredCalls: calls.answered }
  switch (decision.kind) {
    case 'deny':
      return { ...called, kind: 'denied', reason: decision.reason }
    case 'refuse':
      return { ...called, kind: 'failed', failure: shownFailure(decision.failure) }
    case 'issue': {
      const tokens = { ...request.before, ...decision.claims }
      return record && record.decision !== 'issue'
        ? { ...called, kind: 'failed', failure: recordedFailure(record.document), tokens }
        : { ...called, kind: 'issued', tokens }
    }
  }
}

const failureSchema = z.object({
  code: z.string(),
  message: z.string(),
  at: z
    .object({ file: z.string(), line: z.int().exactOptional(), column: z.int().exactOptional() })
    .exactOptional(),
})
const failedDocument = z.object({
  error: failureSchema.optional(),
  steps: z.array(z.object({ error: failureSchema.optional() })).optional(),
})

/** Of a run after which tokens are issued in spite of its failure; the decision says nothing of it. */
function recordedFailure(document: JsonObject): Failure {
  const { error, steps = [] } = failedDocument.parse(document)
  const failure = error ?? steps.find((step) => step.error)?.error
  return failure ?? { code: 'internal', message: 'The run failed without a reason.' }
}

function shownFailure({ code, message, at }: Failure): Failure {
  return { code, message, ...(at && { at }) }
}
