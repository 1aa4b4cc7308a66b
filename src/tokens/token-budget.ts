// The byte budget of an application's tokens, applied to what is about to be issued: `warn` marks the run and is logged, `refuse` issues
// nothing, whatever the failure policy says, because the budget is the operator's and not the workflow's (docs/guides/keep-serving.md).
import { errorCodes } from '../errors/index.ts'
import { tokenKindLabel, type TokenKind } from '../oauth/index.ts'
import type { TokenBudget } from '../store/index.ts'
import { jsonBytes, mintedTokens, type ClaimsByToken } from './claims.ts'
import type { TokenTriggerRun } from './run-token-trigger.ts'

export interface OversizedToken {
  readonly token: TokenKind
  /** Of JSON, as of `budget`. */
  readonly bytes: number
  readonly budget: number
}

const code = 'token_over_budget'

export function oversizedTokens(claims: ClaimsByToken, budget: TokenBudget | undefined): OversizedToken[] {
  if (!budget) return []
  return mintedTokens(claims)
    .map(([token, issued]) => ({ token, bytes: jsonBytes(issued), budget: budget.bytes }))
    .filter(({ bytes }) => bytes > budget.bytes)
}

export function budgetFailure(oversized: readonly OversizedToken[]) {
  const text = oversized.map(
    ({ token, bytes, budget }) => `the ${tokenKindLabel[token]} has ${bytes} bytes, the budget is ${budget}`,
  )
  const message = `Claims are larger than the budget of the application: ${text.join('; ')}.`
  return { code, message, hint: errorCodes[code].fix } as const
}

export function withTokenBudget<Run extends TokenTriggerRun>(
  run: Run,
  budget: TokenBudget | undefined,
): Run & { readonly oversized?: readonly OversizedToken[] } {
  const issued = mintedTokens(
    Object.fromEntries(
      Object.entries(run.tokens).flatMap(([token, { after }]) => (after ? [[token, after]] : [])),
    ),
  )
  const oversized = oversizedTokens(Object.fromEntries(issued), budget)
  if (budget === undefined || oversized.length === 0) return run
  const failure = budgetFailure(oversized)
  if (budget.action === 'warn') {
    return { ...run, oversized, log: [...run.log, { level: 'warn', text: `mintage: ${failure.message}` }] }
  }
  const ending = 'token-over-budget'
  const rejected = { kind: 'rejected', ending, code, message: failure.message } as const
  return {
    ...run,
    oversized,
    ending,
    decision: { kind: 'refuse', failure: { kind: 'result', code, rejected } },
    failure,
    tokens: Object.fromEntries(
      Object.entries(run.tokens).map(([token, one]) => [token, { ...one, after: undefined }]),
    ),
  }
}
