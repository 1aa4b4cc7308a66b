// DECIDE: default claims and an event go in, the claims to sign come out, or the reason why no claims are signed. Runs the live
// deployment of the trigger once and records the invocation; without one the defaults are issued and nothing is recorded.
// It never throws for what a workflow does, and it knows no protocol, no database and no clock but the one that it is given.
import { redactor, type Redact } from '../runtime/host-calls/index.ts'
import type { Environment, RunLimits, Sandbox } from '../runtime/index.ts'
import type { InvocationRecord } from '../store/index.ts'
import type { WorkflowDeployment } from '../workflows/index.ts'
import type { ClaimsByToken } from '../tokens/index.ts'
import type { TokenEvent } from './event.ts'
import type { FailureText } from './failure.ts'
import { invocationDocument } from './invocation-document.ts'
import { runTokenTrigger, type TriggerRun } from './run-trigger.ts'
import { tokenDeployment } from './runnable-deployment.ts'
import type { TokenTrigger } from '../tokens/index.ts'

export interface MintDeps {
  readonly sandbox: Pick<Sandbox, 'invoke'>
  /** The live deployment of a trigger, if there is one. */
  readonly live: (trigger: TokenTrigger) => WorkflowDeployment | undefined
  readonly environment: () => Promise<Environment>
  /** Must not wait for the disk: it is called on the way to a token. */
  readonly record: (invocation: InvocationRecord) => void
  readonly limits: RunLimits
  readonly strictClaims: boolean
  readonly newInvocationId: () => string
  readonly nowMs: () => number
}

export interface MintRequest {
  readonly event: TokenEvent
  /** The complete default claims of each token that is to be minted. */
  readonly before: ClaimsByToken
}

export type MintDecision =
  | { readonly kind: 'issue'; readonly claims: ClaimsByToken; readonly invocationId: string | null }
  | { readonly kind: 'deny'; readonly reason: string; readonly invocationId: string }
  | { readonly kind: 'refuse'; readonly failure: FailureText; readonly invocationId: string }

export interface Mint {
  decide(request: MintRequest): Promise<MintDecision>
}

export function openMint(deps: MintDeps): Mint {
  return {
    async decide(request) {
      const deployment = deps.live(request.event.trigger)
      if (!deployment) return { kind: 'issue', claims: request.before, invocationId: null }
      return decideBy(deployment, request, deps)
    },
  }
}

async function decideBy(
  deployment: WorkflowDeployment,
  { event, before }: MintRequest,
  deps: MintDeps,
): Promise<MintDecision> {
  const invocationId = deps.newInvocationId()
  const startedAtMs = deps.nowMs()
  const environment = await deps.environment()
  const run = await runTokenTrigger(
    {
      invocationId,
      deployment: tokenDeployment(deployment),
      event,
      before,
      environment,
      localization: {},
      limits: deps.limits,
      strictClaims: deps.strictClaims,
    },
    deps.sandbox,
  )
  const subject = subjectOf(event)
  deps.record({
    id: invocationId,
    startedAtMs,
    trigger: event.trigger,
    ...subject,
    workflowId: deployment.manifest.id,
    deploymentId: deployment.id,
    outcome: run.ending,
    decision: run.decision.kind,
    durationMs: run.durationMs,
    accessTokenJti: jtiOf(before.accessToken ?? before.m2mToken),
    idTokenJti: jtiOf(before.idToken),
    document: invocationDocument(
      {
        workflow: { id: deployment.manifest.id, file: deployment.file, trigger: event.trigger },
        deploymentId: deployment.id,
        event: event.json,
        run,
      },
      redactorOf(environment),
    ),
  })
  return decisionOf(run, before, invocationId)
}

function decisionOf(run: TriggerRun, before: ClaimsByToken, invocationId: string): MintDecision {
  const { decision, failure } = run
  switch (decision.kind) {
    case 'issue':
      return { kind: 'issue', claims: decision.applied.after, invocationId }
    case 'issue-defaults':
      return { kind: 'issue', claims: before, invocationId }
    case 'deny':
      return { kind: 'deny', reason: decision.reason, invocationId }
    case 'refuse':
      return { kind: 'refuse', failure: failure ?? unexplained, invocationId }
  }
}

/** A refusal always comes with a failure; this keeps the mint closed if that ever breaks. */
const unexplained: FailureText = {
  code: 'internal',
  message: 'The run failed without a reason.',
  hint: 'Report it.',
}

function subjectOf(event: TokenEvent) {
  if (event.trigger === 'm2m:token_generation') {
    const { clientId } = event.fields.context.application
    return { origin: 'client_credentials', clientId, userId: null, organizationCode: null }
  }
  const { application, auth, organization, user } = event.fields.context
  return {
    origin: auth.origin,
    clientId: application.clientId,
    userId: user.id,
    organizationCode: organization?.code ?? null,
  }
}

function jtiOf(claims: ClaimsByToken['accessToken']): string | null {
  const jti = claims?.['jti']
  return typeof jti === 'string' ? jti : null
}

/** By the environment, which stays the same object until a variable changes: making a redactor compiles a pattern. */
const redactors = new WeakMap<Environment, Redact | undefined>()

/** Undefined when there is no secret. */
function redactorOf(environment: Environment): Redact | undefined {
  if (redactors.has(environment)) return redactors.get(environment)
  const secrets = Object.values(environment).flatMap(({ value, isSecret }) => (isSecret ? [value] : []))
  const made = secrets.length === 0 ? undefined : redactor(secrets)
  redactors.set(environment, made)
  return made
}
