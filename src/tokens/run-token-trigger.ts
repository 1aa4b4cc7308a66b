// One token request, top to bottom: default claims and an event go in, a decision and everything worth telling of the run
// come out. It is a run of a trigger (triggers/run-trigger.ts) whose result is claims.
import type { ErrorCode, SourceLocation } from '../errors/index.ts'
import { tokenKinds, type JsonObject, type TokenKind } from '../oauth/index.ts'
import {
  outcomeErrorCode,
  outcomeKinds,
  type Environment,
  type LogEntry,
  type OutcomeKind,
  type ReservedAttempt,
  type Sandbox,
} from '../runtime/index.ts'
import {
  runTrigger,
  type Decision,
  type Judged,
  type ResultRules,
  type TriggerRequest,
  type TriggerRun,
} from '../triggers/index.ts'
import { memberPath } from './claim-path.ts'
import { noClaimChanges, type ClaimChanges } from './claim-changes.ts'
import {
  applyWorkflowClaims,
  defaultClaimsForWorkflow,
  mintedTokens,
  type AppliedClaims,
  type ClaimsByToken,
  type RefusedClaim,
} from './claims.ts'
import type { UnfitClaim } from './claims-rules.ts'
import { isReservedClaim } from './reserved-claims.ts'
import { secretsInClaims } from './secrets-in-claims.ts'
import type { TokenEvent } from './token-trigger.ts'

export interface TokenRequest extends Omit<TriggerRequest, 'trigger' | 'event'> {
  readonly event: TokenEvent
  /** The complete default claims of each token that is to be minted. */
  readonly before: ClaimsByToken
  readonly strictClaims: boolean
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

const rejectedClaims = {
  invalid: { ending: 'claims-invalid', code: 'claims_invalid' },
  'too-large': { ending: 'claims-too-large', code: 'claims_too_large' },
  reserved: { ending: 'claim-reserved', code: 'claim_reserved' },
} as const satisfies Record<
  Exclude<AppliedClaims['kind'], 'applied'>,
  { readonly ending: OutcomeKind | 'claim-reserved'; readonly code: ErrorCode }
>

/** What the run ended in, claims included: a run that completed with claims that cannot be issued did not go well. */
export const runEndings = [...outcomeKinds, 'claim-reserved', 'claims-unfit'] as const
export type RunEnding = (typeof runEndings)[number]

/** The code of the error that tells of such an ending; undefined for a run that completed. */
export function endingErrorCode(ending: RunEnding): ErrorCode | undefined {
  if (ending === 'claims-unfit') return 'claims_unfit'
  return ending === 'claim-reserved' ? rejectedClaims.reserved.code : outcomeErrorCode[ending]
}

type IssuedClaims = AppliedClaims & { readonly kind: 'applied' }
type ClaimsDecision = Decision<IssuedClaims, RunEnding>

export interface TokenTriggerRun extends TriggerRun<IssuedClaims, RunEnding> {
  /** Claims that do not fit the claims schema (claims-rules.ts). */
  readonly unfit?: readonly UnfitClaim[]
  readonly tokens: Readonly<Partial<Record<TokenKind, TokenRun>>>
  readonly refused: readonly LocatedRefusal[]
}

/** Repaired texts that are reported of one run. */
const maxRepairsReported = 20

/** Attempts on reserved claims that are kept of one run; a workflow could make a million. */
const maxAttempts = 100

/** The log is the guest's, then ours on claims that were refused, are easily mistaken, or give a secret away. */
export async function runTokenTrigger(
  { event, before, strictClaims, ...request }: TokenRequest,
  sandbox: Pick<Sandbox, 'invoke'>,
): Promise<TokenTriggerRun> {
  const { deployment, environment, limits } = request
  const located = (attempts: readonly ReservedAttempt[]) =>
    locatedAttempts(attempts, before, deployment.locate)
  const refusedClaims: RefusedClaim[] = []
  const rules: ResultRules<IssuedClaims, RunEnding> = {
    offered: { claims: offeredClaims(before) },
    judge(claimsJson, tried) {
      const attempts = located(tried)
      const claims = applyWorkflowClaims({ before, claimsJson, attempts, limits, strictClaims })
      if ('refused' in claims) refusedClaims.push(...claims.refused)
      return judged(claims, attempts)
    },
  }
  const run = await runTrigger({ ...request, trigger: event.trigger, event: event.json }, rules, sandbox)
  const attempts = located(run.attempts)
  const { decision } = run
  const refused = withPlaces([...attempts, ...refusedClaims], attempts)
  return {
    ...run,
    tokens: tokenRuns(before, decision),
    refused,
    log: [...run.log, ...ourLog(decision, refused, environment)],
  }
}

function offeredClaims(before: ClaimsByToken): Record<string, JsonObject> {
  return Object.fromEntries(
    mintedTokens(before).map(([token, defaults]) => [token, defaultClaimsForWorkflow(defaults, token)]),
  )
}

function judged(claims: AppliedClaims, attempts: readonly LocatedRefusal[]): Judged<IssuedClaims, RunEnding> {
  if (claims.kind === 'applied') return { kind: 'accepted', result: claims }
  const at = claims.kind === 'reserved' ? withPlaces(claims.refused, attempts)[0]?.at : undefined
  return { kind: 'rejected', ...rejectedClaims[claims.kind], message: claims.message, ...(at && { at }) }
}

/** The guest's reports are parsed like anything else of its: only a reserved claim of a minted token counts. */
function locatedAttempts(
  attempts: readonly ReservedAttempt[],
  before: ClaimsByToken,
  locate: (stack: string) => SourceLocation | undefined,
): LocatedRefusal[] {
  return attempts.slice(0, maxAttempts).flatMap(({ token: name, claim, stack }): LocatedRefusal[] => {
    const token = tokenKinds.find((kind) => kind === name && before[kind] !== undefined)
    if (token === undefined || !isReservedClaim(token, claim)) return []
    const at = locate(stack)
    return [{ token, claim, ...(at && { at }) }]
  })
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

function tokenRuns(before: ClaimsByToken, decision: ClaimsDecision): Partial<Record<TokenKind, TokenRun>> {
  return Object.fromEntries(
    mintedTokens(before).map(([token, defaults]): [TokenKind, TokenRun] => {
      const after = claimsToIssue(token, defaults, decision)
      const changes = decision.kind === 'issue' ? decision.result.changes[token] : undefined
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

function claimsToIssue(
  token: TokenKind,
  defaults: JsonObject,
  decision: ClaimsDecision,
): JsonObject | undefined {
  if (decision.kind === 'issue') return decision.result.after[token]
  return decision.kind === 'issue-defaults' ? defaults : undefined
}

function ourLog(
  decision: ClaimsDecision,
  refused: readonly LocatedRefusal[],
  environment: Environment,
): LogEntry[] {
  const { lookAlikes, repaired } =
    decision.kind === 'issue' ? decision.result : { lookAlikes: [], repaired: [] }
  const secrets = decision.kind === 'issue' ? secretsInClaims(decision.result, environment) : []
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
