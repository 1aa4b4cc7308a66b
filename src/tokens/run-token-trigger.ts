// One token request, top to bottom: default claims and an event go in, a decision and everything worth telling of the runs
// come out. It is a firing of a trigger (triggers/run-trigger.ts) whose result is claims.
import type { ErrorCode, SourceLocation } from '../errors/index.ts'
import { tokenKinds, type JsonObject, type TokenKind } from '../oauth/index.ts'
import {
  outcomeErrorCode,
  outcomeKinds,
  type OutcomeKind,
  type ReservedAttempt,
  type Sandbox,
} from '../runtime/index.ts'
import {
  runTrigger,
  type Decision,
  type Judged,
  type ResultRules,
  type RunnableDeployment,
  type TriggerRequest,
  type TriggerRun,
} from '../triggers/index.ts'
import { claimClashes, type ClaimClash } from './claim-clashes.ts'
import { claimChanges, noClaimChanges, type ClaimChanges } from './claim-changes.ts'
import { claimsLog } from './claims-log.ts'
import {
  applyWorkflowClaims,
  defaultClaimsForWorkflow,
  mintedTokens,
  type AppliedClaims,
  type ClaimsByToken,
  type RefusedClaim,
} from './claims.ts'
import { fallBack, goodRunsOf, type GoodRuns, type LastGood } from './last-good.ts'
import { isReservedClaim } from './reserved-claims.ts'
import type { TokenEvent } from './token-trigger.ts'

export interface TokenRequest extends Omit<TriggerRequest, 'trigger' | 'event'> {
  readonly event: TokenEvent
  /** The complete default claims of each token that is to be minted. */
  readonly before: ClaimsByToken
  readonly strictClaims: boolean
  /** What workflows changed in their last good runs of this grant. */
  readonly lastGood?: LastGood | undefined
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
export const runEndings = [
  ...outcomeKinds,
  'claim-reserved',
  'claims-unfit',
  'breaker-open',
  'token-over-budget',
] as const
export type RunEnding = (typeof runEndings)[number]

/** The code of the error that tells of such an ending; undefined for a run that completed. */
export function endingErrorCode(ending: RunEnding): ErrorCode | undefined {
  if (ending === 'claims-unfit') return 'claims_unfit'
  if (ending === 'breaker-open') return 'breaker_open'
  if (ending === 'token-over-budget') return 'token_over_budget'
  return ending === 'claim-reserved' ? rejectedClaims.reserved.code : outcomeErrorCode[ending]
}

interface IssuedClaims extends AppliedTo {
  /** What the last workflow started from. */
  readonly found: ClaimsByToken
  /** What the last workflow changed of what it found; `changes` counts from the defaults. */
  readonly lastChanges: AppliedTo['changes']
}
type AppliedTo = AppliedClaims & { readonly kind: 'applied' }
type ClaimsDecision = Decision<IssuedClaims, RunEnding>

export interface TokenTriggerRun extends TriggerRun<IssuedClaims, RunEnding> {
  /** Of the workflows that fall back on their last good run. */
  readonly goodRuns: GoodRuns
  readonly tokens: Readonly<Partial<Record<TokenKind, TokenRun>>>
  readonly refused: readonly LocatedRefusal[]
  /** Claims that more than one workflow changed. */
  readonly clashes: readonly ClaimClash[]
}

/** Attempts on reserved claims that are kept of one run; a workflow could make a million. */
const maxAttempts = 100

/** The log is the guest's, then ours on claims that were refused, are easily mistaken, clash, or give a secret away. */
export async function runTokenTrigger(
  { event, before, strictClaims, lastGood = {}, ...request }: TokenRequest,
  sandbox: Pick<Sandbox, 'invoke'>,
): Promise<TokenTriggerRun> {
  const { environment, limits } = request
  const refusedClaims: RefusedClaim[] = []
  const told: string[] = []
  const rules: ResultRules<IssuedClaims, RunEnding> = {
    next(workflow, left) {
      const found = claimsFor(workflow, before, left)
      return {
        offered: { claims: offeredClaims(found) },
        ...(workflow.lastGoodSeconds !== undefined && {
          fallback: () => {
            const { text, issued } = fallBack(workflow, lastGood, { found, defaults: before }, limits)
            told.push(text)
            return issued && { ...issued, result: issuedClaims(issued.result, found, before, left) }
          },
        }),
        judge(claimsJson, tried) {
          const attempts = locatedAttempts(tried, before, workflow.locate)
          const given = { claimsJson, attempts, limits, strictClaims }
          const claims = applyWorkflowClaims({ ...given, before: found, defaults: before })
          if ('refused' in claims) refusedClaims.push(...claims.refused)
          return judged(claims, attempts, found, before, left)
        },
      }
    },
  }
  const run = await runTrigger({ ...request, trigger: event.trigger, event: event.json }, rules, sandbox)
  const attempts = run.steps.flatMap((step) =>
    'run' in step ? locatedAttempts(step.run.attempts, before, step.workflow.locate) : [],
  )
  const { decision } = run
  const goodRuns = goodRunsOf(
    run.steps.map((step) => ({ workflow: step.workflow, good: goodResult(step) })),
    lastGood,
    limits.claimsBytes * mintedTokens(before).length,
    (text) => told.push(text),
  )
  const refused = withPlaces([...attempts, ...refusedClaims], attempts)
  const clashes = claimClashes(
    run.steps.map((step) => ({ id: step.workflow.id, changes: stepChanges(step) ?? {} })),
  )
  return {
    ...run,
    goodRuns,
    tokens: tokenRuns(before, decision),
    refused,
    clashes,
    log: [
      ...run.log,
      ...told.map((text) => ({ level: 'warn' as const, text: `mintage: ${text}` })),
      ...claimsLog('result' in decision ? decision.result : undefined, refused, clashes, environment),
    ],
  }
}

function goodResult(step: TokenTriggerRun['steps'][number]) {
  if (!('run' in step) || step.run.decision.kind !== 'issue') return undefined
  const { after, found, lastChanges: changes } = step.run.decision.result
  return { after, found, changes }
}

/** What one workflow changed of the claims that it found; undefined when its changes are not issued. */
export function stepChanges(step: TokenTriggerRun['steps'][number]): AppliedTo['changes'] | undefined {
  return 'run' in step && 'result' in step.run.decision ? step.run.decision.result.lastChanges : undefined
}

/** The defaults for the first workflow, and for a token that a later one asks to start anew (`resetClaims`, C§6.4). */
function claimsFor(
  workflow: RunnableDeployment,
  before: ClaimsByToken,
  left: IssuedClaims | undefined,
): ClaimsByToken {
  if (left === undefined) return before
  return Object.fromEntries(
    mintedTokens(left.after).map(([token, claims]) => [
      token,
      workflow.bindings[`kinde.${token}`]?.['resetClaims'] === true ? before[token] : claims,
    ]),
  )
}

function offeredClaims(before: ClaimsByToken): Record<string, JsonObject> {
  return Object.fromEntries(
    mintedTokens(before).map(([token, defaults]) => [token, defaultClaimsForWorkflow(defaults, token)]),
  )
}

function judged(
  claims: AppliedClaims,
  attempts: readonly LocatedRefusal[],
  found: ClaimsByToken,
  before: ClaimsByToken,
  left: IssuedClaims | undefined,
): Judged<IssuedClaims, RunEnding> {
  if (claims.kind === 'applied')
    return { kind: 'accepted', result: issuedClaims(claims, found, before, left) }
  const at = claims.kind === 'reserved' ? withPlaces(claims.refused, attempts)[0]?.at : undefined
  return { kind: 'rejected', ...rejectedClaims[claims.kind], message: claims.message, ...(at && { at }) }
}

/** Adds up what the workflows of a sequence did. */
function issuedClaims(
  claims: AppliedTo,
  found: ClaimsByToken,
  before: ClaimsByToken,
  left: IssuedClaims | undefined,
): IssuedClaims {
  const { changes: lastChanges } = claims
  if (left === undefined) return { ...claims, lastChanges, found }
  return {
    ...claims,
    lastChanges,
    found,
    changes: Object.fromEntries(
      mintedTokens(claims.after).map(([token, after]) => [token, claimChanges(before[token] ?? {}, after)]),
    ),
    lookAlikes: [...left.lookAlikes, ...claims.lookAlikes],
    repaired: [...left.repaired, ...claims.repaired],
  }
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
      const changes = 'result' in decision ? decision.result.changes[token] : undefined
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
  if ('result' in decision) return decision.result.after[token]
  return decision.kind === 'issue-defaults' ? defaults : undefined
}
