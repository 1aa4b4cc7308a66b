// One user's tokens, top to bottom: facts read afresh → default claims → event → decision. The same story for a sign-in, a silent
// return and a refresh; what differs is in the request. No engine and no HTTP in it.
import type { JsonObject } from '../../oauth/index.ts'
import type { DirectoryStore, TokenSubject } from '../../store/index.ts'
import {
  userMintRequest,
  type Mint,
  type UserMintRequest,
  type UserTokensRequest,
} from '../../tokens/index.ts'
import type { FailureText } from '../../triggers/index.ts'
import type { TokenFacts } from '../request/sign-in-facts.ts'

export interface UserTokensMint extends UserTokensRequest {
  readonly facts: TokenFacts
  /** The user, when read already for this request. */
  readonly subject?: TokenSubject | undefined
}

export type UserTokensDecision =
  | { readonly kind: 'minted'; readonly accessToken: JsonObject; readonly idToken: JsonObject }
  | { readonly kind: 'denied'; readonly reason: string; readonly invocationId: string }
  | { readonly kind: 'failed'; readonly failure: FailureText; readonly invocationId: string }
  | Extract<UserMintRequest, { readonly kind: 'gone' }>

export interface MintUserDeps {
  readonly issuer: string
  readonly directory: DirectoryStore
  readonly mint: Mint
  readonly newJti: () => string
  readonly nowMs: () => number
}

export async function mintUserTokens(
  request: UserTokensMint,
  deps: MintUserDeps,
): Promise<UserTokensDecision> {
  const { facts, userId } = request
  const [catalog, subject] = await Promise.all([
    deps.directory.catalog(),
    request.subject ?? deps.directory.tokenSubject(userId, facts.organizationCode),
  ])
  const ready = userMintRequest(request, { catalog, subject }, deps)
  if (ready.kind === 'gone') return ready
  const decision = await deps.mint.decide(ready.request)
  switch (decision.kind) {
    case 'issue':
      return { kind: 'minted', ...ready.request.before, ...decision.claims }
    case 'deny':
      return { kind: 'denied', reason: decision.reason, invocationId: decision.invocationId }
    case 'refuse':
      return { kind: 'failed', failure: decision.failure, invocationId: decision.invocationId }
  }
}
