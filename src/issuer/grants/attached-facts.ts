// What the artifacts of a token request carry along: the access token what its decision says of the person, for userinfo; the refresh
// token the facts of the sign-in, for the mints to come; a machine's token its APIs.
import type { ArtifactChange } from '../../store/index.ts'
import { codeFactsInHand, decidedTokens } from '../request/decided-tokens.ts'
import type { RequestState } from '../request/request-state.ts'
import { parseCodeFacts, tokenFactsOf, withLastGood } from '../request/sign-in-facts.ts'
import type { JsonObject } from '../../oauth/index.ts'

export function withFacts(
  changes: readonly ArtifactChange[],
  state: RequestState,
): readonly ArtifactChange[] {
  const facts: Readonly<Record<string, JsonObject | undefined>> = {
    AccessToken: accessTokenFacts(state),
    RefreshToken: refreshTokenFacts(state),
    ClientCredentials: machineFacts(state),
  }
  return changes.map((change) => {
    if (change.kind !== 'put-artifact') return change
    const attached = facts[change.artifact.model]
    return attached ? { ...change, artifact: { ...change.artifact, facts: attached } } : change
  })
}

function accessTokenFacts(state: RequestState): JsonObject | undefined {
  const minted = decidedTokens(state)
  return minted?.kind === 'user' ? { idToken: minted.idToken } : undefined
}

/** The APIs that a machine's token is for: by them it ends when an API, or what it may do there, is taken away. */
function machineFacts({ minted }: RequestState): JsonObject | undefined {
  return minted?.kind === 'machine' ? { audiences: minted.m2mToken['aud'] ?? [] } : undefined
}

function refreshTokenFacts(state: RequestState): JsonObject | undefined {
  const known = state.facts.get('RefreshToken')
  if (known) return state.minted?.kind === 'user' ? withLastGood(known, state.minted.lastGood) : known
  const decided = codeFactsInHand(state)
  return decided && tokenFactsOf(parseCodeFacts(decided))
}
