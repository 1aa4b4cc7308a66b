// A token request and what its operator asks of the tokens: the workflows run, then the claims schema and the byte budget are applied to what
// they left. `mintage run`, the test kit and a server go this way.
import type { Sandbox } from '../runtime/index.ts'
import type { ClaimsRules, TokenBudget } from '../store/index.ts'
import { withClaimsRules, type UnfitClaim } from './claims-rules.ts'
import { runTokenTrigger, type TokenRequest, type TokenTriggerRun } from './run-token-trigger.ts'
import { withTokenBudget, type OversizedToken } from './token-budget.ts'

export interface CheckedTokenRequest extends TokenRequest {
  /** Anything fits without them. */
  readonly claimsRules?: ClaimsRules | undefined
  /** Any size fits without it. */
  readonly tokenBudget?: TokenBudget | undefined
}

export interface CheckedTokenRun extends TokenTriggerRun {
  /** Claims that do not fit the claims schema. */
  readonly unfit?: readonly UnfitClaim[]
  /** Tokens that are larger than the budget. */
  readonly oversized?: readonly OversizedToken[]
}

/** Never rejects for what a workflow does. */
export async function runAndCheck(
  { claimsRules, tokenBudget, ...request }: CheckedTokenRequest,
  sandbox: Pick<Sandbox, 'invoke'>,
): Promise<CheckedTokenRun> {
  const run = await runTokenTrigger(request, sandbox)
  return withTokenBudget(withClaimsRules(run, claimsRules), tokenBudget)
}
