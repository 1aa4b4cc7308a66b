// DECIDE: default claims and an event go in, the claims to sign come out, or the reason why not. Fires the trigger of the
// token request; without a live workflow the defaults are issued and nothing is recorded.
import type { ClaimsRules, InvocationRecord, TokenBudget } from '../store/index.ts'
import {
  fireTrigger,
  type FailureText,
  type PreviewedDeployment,
  type TriggerDeps,
} from '../triggers/index.ts'
import type { ClaimsByToken } from './claims.ts'
import { compareRuns } from './compare-runs.ts'
import { runDocument } from './run-document.ts'
import type { GoodRuns, LastGood } from './last-good.ts'
import { keptRules } from './request-rules.ts'
import { runAndCheck, type CheckedTokenRun } from './run-and-check.ts'
import type { TokenTriggerRun } from './run-token-trigger.ts'
import { budgetFailure, oversizedTokens, type OversizedToken } from './token-budget.ts'
import type { TokenEvent } from './token-trigger.ts'

export interface MintDeps extends TriggerDeps {
  readonly strictClaims: boolean
  /** Of applications that have none of their own. */
  readonly claimsRules?: ClaimsRules | undefined
  /** Called for each token that is larger than the budget of its application. */
  readonly onOversized?: (
    token: OversizedToken & { readonly clientId: string; readonly invocationId: string | null },
  ) => void
}

export interface MintRequest {
  readonly event: TokenEvent
  /** The complete default claims of each token that is to be minted. */
  readonly before: ClaimsByToken
  /** Of the application, in place of those of the environment. */
  readonly claimsRules?: ClaimsRules | undefined
  /** Of the application; any size fits without it. */
  readonly tokenBudget?: TokenBudget | undefined
  /** What workflows changed in their last good runs of this grant. */
  readonly lastGood?: LastGood | undefined
  /** Mints instead of what serves the trigger. */
  readonly preview?: PreviewedDeployment
}

export type MintDecision =
  | {
      readonly kind: 'issue'
      readonly claims: ClaimsByToken
      readonly invocationId: string | null
      /** Undefined when no workflow ran. */
      readonly goodRuns?: GoodRuns
    }
  | { readonly kind: 'deny'; readonly reason: string; readonly invocationId: string }
  | { readonly kind: 'refuse'; readonly failure: FailureText; readonly invocationId: string }

export interface Mint {
  decide(request: MintRequest): Promise<MintDecision>
}

export function openMint(deps: MintDeps): Mint {
  return {
    async decide({ event, before, preview, claimsRules = deps.claimsRules, tokenBudget, lastGood }) {
      const { strictClaims } = deps
      const fired = await fireTrigger<CheckedTokenRun>(
        {
          trigger: event.trigger,
          event: event.json,
          about: {
            ...subjectOf(event),
            accessTokenJti: jtiOf(before.accessToken ?? before.m2mToken),
            idTokenJti: jtiOf(before.idToken),
          },
          ...(preview && { preview }),
          given: {
            shown: { before: { ...before } },
            hidden: (isStrict = strictClaims) =>
              keptRules({ strictClaims: isStrict, claimsRules, tokenBudget, lastGood }),
          },
          run: ({ isStrict = strictClaims, ...request }, sandbox) =>
            runAndCheck(
              { ...request, event, before, lastGood, strictClaims: isStrict, claimsRules, tokenBudget },
              sandbox,
            ),
          document: runDocument,
          compare: compareRuns,
        },
        deps,
      )
      const { clientId } = subjectOf(event)
      const oversized =
        fired === undefined ? oversizedTokens(before, tokenBudget) : (fired.run.oversized ?? [])
      const invocationId = fired?.invocationId ?? null
      for (const token of oversized) deps.onOversized?.({ ...token, clientId, invocationId })
      if (fired !== undefined) return decisionOf(fired.run, before, fired.invocationId)
      return oversized.length > 0 && tokenBudget?.action === 'refuse'
        ? { kind: 'refuse', failure: budgetFailure(oversized), invocationId: '' }
        : { kind: 'issue', claims: before, invocationId: null }
    },
  }
}

function decisionOf(run: TokenTriggerRun, before: ClaimsByToken, invocationId: string): MintDecision {
  const { decision, failure, goodRuns } = run
  switch (decision.kind) {
    case 'issue':
    case 'issue-partial':
    case 'issue-last-good':
      return { kind: 'issue', claims: decision.result.after, invocationId, goodRuns }
    case 'issue-defaults':
      return { kind: 'issue', claims: before, invocationId, goodRuns }
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

type Subject = Pick<InvocationRecord, 'origin' | 'clientId' | 'userId' | 'organizationCode'>

function subjectOf(event: TokenEvent): Subject {
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
