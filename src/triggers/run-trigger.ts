// One token request, top to bottom: default claims and an event go in, a decision and everything worth telling of the run
// come out. No framework, no files, no clock: `mintage run` and a token endpoint tell the same story.
import type { ErrorCode, SourceLocation } from '../errors/index.ts'
import { tokenKinds, type JsonObject, type TokenKind } from '../oauth/index.ts'
import type {
  CallEntry,
  Environment,
  Invocation,
  InvocationResult,
  LogEntry,
  PreparedDeployment,
  Recording,
  RunLimits,
  Sandbox,
} from '../runtime/index.ts'
import { memberPath } from '../tokens/index.ts'
import { noClaimChanges, type ClaimChanges } from '../tokens/index.ts'
import {
  applyWorkflowClaims,
  defaultClaimsForWorkflow,
  mintedTokens,
  type ClaimsByToken,
  type RefusedClaim,
} from '../tokens/index.ts'
import {
  claimsErrorCode,
  decide,
  outcomeErrorCode,
  outcomeKinds,
  type Decision,
  type FailurePolicy,
} from './decision.ts'
import type { TokenEvent } from './event.ts'
import { describeFailure, type FailureText } from './failure.ts'
import { isReservedClaim } from '../tokens/index.ts'
import { secretsInClaims } from '../tokens/index.ts'

/** What the request needs of the live deployment; workflows/ builds it. */
export interface TokenDeployment {
  readonly prepared: PreparedDeployment
  readonly failurePolicy: FailurePolicy
  /** From a stack in positions of the bundle to the author's file. */
  readonly locate: (stack: string) => SourceLocation | undefined
  /** The expression that was called where a stack begins. */
  readonly calledAt: (stack: string) => string | undefined
  /** The package, and the place in it, when a stack begins in one. */
  readonly inPackage: (stack: string) => string | undefined
  /** A text with the author's positions in place of those in the bundle. */
  readonly mapPlaces: (text: string) => string
  readonly sourceLine: (at: SourceLocation) => string | undefined
}

export interface TokenRequest {
  readonly invocationId: string
  readonly deployment: TokenDeployment
  readonly event: TokenEvent
  /** The complete default claims of each token that is to be minted. */
  readonly before: ClaimsByToken
  readonly environment: Environment
  readonly localization: Readonly<Record<string, string>>
  readonly limits: RunLimits
  readonly strictClaims: boolean
  readonly replay?: Recording
}

/** What became of one token. `after` is undefined when no token is issued. */
export interface TokenRun {
  readonly before: JsonObject
  readonly after: JsonObject | undefined
  readonly changes: ClaimChanges
}

export interface LocatedRefusal extends RefusedClaim {
  readonly at?: SourceLocation
}

/** What the run ended in, claims included: a run that completed with claims that cannot be issued did not go well. */
export const runEndings = [...outcomeKinds, 'claim-reserved'] as const
export type RunEnding = (typeof runEndings)[number]

/** The code of the error that tells of such an ending; undefined for a run that completed. */
export function endingErrorCode(ending: RunEnding): ErrorCode | undefined {
  return ending === 'claim-reserved' ? claimsErrorCode.reserved : outcomeErrorCode[ending]
}

export interface TriggerRun {
  readonly ending: RunEnding
  readonly decision: Decision
  readonly tokens: Readonly<Partial<Record<TokenKind, TokenRun>>>
  readonly refused: readonly LocatedRefusal[]
  readonly failure: FailureText | undefined
  /** The guest's lines, then ours on claims that were refused, are easily mistaken, or give a secret away. */
  readonly log: readonly LogEntry[]
  readonly calls: readonly CallEntry[]
  readonly durationMs: number
  readonly runningMs: number
  readonly recording: Recording
}

/** Repaired texts that are reported of one run. */
const maxRepairsReported = 20

/** Attempts on reserved claims that are kept of one run; a workflow could make a million. */
const maxAttempts = 100

export async function runTokenTrigger(
  request: TokenRequest,
  sandbox: Pick<Sandbox, 'invoke'>,
): Promise<TriggerRun> {
  const { deployment, before, limits, strictClaims } = request
  const result = await sandbox.invoke(tokenInvocation(request)) // 1 run it, bounded; never throws
  const attempts = locatedAttempts(result, request) // 2 which reserved claims it went for, and where
  const decision = decide(
    result.outcome,
    (claimsJson) => applyWorkflowClaims({ before, claimsJson, attempts, limits, strictClaims }), // 3 guarded claims
    deployment.failurePolicy, // 4 issue | issue the defaults | deny | refuse
  )
  const { trigger } = request.event
  const failure =
    'failure' in decision ? describeFailure(decision.failure, { trigger, limits, ...deployment }) : undefined
  const refused = withPlaces(refusedBy(decision) ?? attempts, attempts)
  return {
    // 5 what happened, for the caller to keep or show
    ending: endingOf(result, decision),
    decision,
    tokens: tokenRuns(before, decision),
    refused,
    failure: withRefusalPlace(failure, refused),
    log: [
      ...result.log.map(({ level, text }) => ({ level, text: deployment.mapPlaces(text) })),
      ...ourLog(decision, refused, request.environment),
    ],
    calls: result.calls,
    durationMs: result.durationMs,
    runningMs: result.runningMs,
    recording: result.recording,
  }
}

function tokenInvocation(request: TokenRequest): Invocation {
  const claims = Object.fromEntries(
    mintedTokens(request.before).map(([token, defaults]) => [
      token,
      defaultClaimsForWorkflow(defaults, token),
    ]),
  )
  return {
    id: request.invocationId,
    deployment: request.deployment.prepared,
    event: request.event.json,
    claims,
    environment: request.environment,
    localization: request.localization,
    limits: request.limits,
    ...(request.replay && { replay: request.replay }),
  }
}

/** The guest's reports are parsed like anything else of its: only a reserved claim of a minted token counts. */
function locatedAttempts(result: InvocationResult, { before, deployment }: TokenRequest): LocatedRefusal[] {
  return result.reservedAttempts
    .slice(0, maxAttempts)
    .flatMap(({ token: name, claim, stack }): LocatedRefusal[] => {
      const token = tokenKinds.find((kind) => kind === name && before[kind] !== undefined)
      if (token === undefined || !isReservedClaim(token, claim)) return []
      const at = deployment.locate(stack)
      return [{ token, claim, ...(at && { at }) }]
    })
}

function refusedBy(decision: Decision): readonly RefusedClaim[] | undefined {
  if (decision.kind === 'issue') return decision.applied.refused
  if (decision.kind === 'deny' || decision.failure.kind !== 'claims') return undefined
  const { claims } = decision.failure
  return claims.kind === 'reserved' ? claims.refused : undefined
}

/** Each refused claim once, with the place of the first attempt on it. */
function withPlaces(refused: readonly RefusedClaim[], attempts: readonly LocatedRefusal[]): LocatedRefusal[] {
  const located = new Map<string, LocatedRefusal>()
  for (const { token, claim } of refused) {
    const key = `${token} ${claim}`
    const attempt = attempts.find((one) => one.token === token && one.claim === claim)
    if (!located.has(key)) located.set(key, attempt ?? { token, claim })
  }
  return [...located.values()]
}

function withRefusalPlace(
  failure: FailureText | undefined,
  refused: readonly LocatedRefusal[],
): FailureText | undefined {
  const at = refused[0]?.at
  return failure?.code === 'claim_reserved' && at ? { ...failure, at } : failure
}

function endingOf(result: InvocationResult, decision: Decision): RunEnding {
  if (!('failure' in decision) || decision.failure.kind === 'outcome') return result.outcome.kind
  const endings = {
    invalid: 'claims-invalid',
    'too-large': 'claims-too-large',
    reserved: 'claim-reserved',
  } as const
  return endings[decision.failure.claims.kind]
}

function tokenRuns(before: ClaimsByToken, decision: Decision): Partial<Record<TokenKind, TokenRun>> {
  return Object.fromEntries(
    mintedTokens(before).map(([token, defaults]): [TokenKind, TokenRun] => {
      const after = claimsToIssue(token, defaults, decision)
      const changes = decision.kind === 'issue' ? decision.applied.changes[token] : undefined
      return [
        token,
        {
          before: defaults,
          after,
          changes: changes ?? noClaimChanges,
        },
      ]
    }),
  )
}

function claimsToIssue(token: TokenKind, defaults: JsonObject, decision: Decision): JsonObject | undefined {
  if (decision.kind === 'issue') return decision.applied.after[token]
  return decision.kind === 'issue-defaults' ? defaults : undefined
}

function ourLog(
  decision: Decision,
  refused: readonly LocatedRefusal[],
  environment: Environment,
): LogEntry[] {
  const { lookAlikes, repaired } =
    decision.kind === 'issue' ? decision.applied : { lookAlikes: [], repaired: [] }
  const secrets = decision.kind === 'issue' ? secretsInClaims(decision.applied, environment) : []
  return [
    ...refused.map(({ token, claim }) =>
      warning(`${token}.${claim} is reserved: the workflow's value was dropped.`),
    ),
    ...lookAlikes.map(({ token, claim, resembles }) =>
      warning(
        `${token} holds a claim that looks like ${resembles} and is another: ${JSON.stringify(claim)}.`,
      ),
    ),
    ...repaired
      .slice(0, maxRepairsReported)
      .map((path) =>
        warning(
          `${path} was cut inside a character (half of a surrogate pair): U+FFFD stands for it in the token.`,
        ),
      ),
    ...secrets.map(({ token, claim, variable }) =>
      warning(
        `${memberPath(token, claim)} holds the value of the secret ${variable}: anyone who holds the token can read it.`,
      ),
    ),
  ]
}

function warning(text: string): LogEntry {
  return { level: 'warn', text: `mintage: ${text}` }
}
