// Where the tokens of a token request were decided: in this request, as on a refresh, or at the sign-in whose code it redeems.
import type { MintedTokens } from './minted-tokens.ts'
import type { RequestState } from './request-state.ts'
import { parseCodeFacts } from './sign-in-facts.ts'
import type { JsonObject } from '../../oauth/index.ts'

/** Models that carry a decision from the sign-in to the token request. */
const decidedModels = ['AuthorizationCode', 'DeviceCode'] as const

export function decidedTokens(state: RequestState): MintedTokens | undefined {
  if (state.minted) return state.minted
  const facts = codeFactsInHand(state)
  return facts && { kind: 'user', ...parseCodeFacts(facts).decision }
}

/** The facts of the code that the request redeems, as they lie beside it. */
export function codeFactsInHand(state: RequestState): JsonObject | undefined {
  return decidedModels.map((model) => state.facts.get(model)).find((facts) => facts !== undefined)
}
