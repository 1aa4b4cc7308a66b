// One user's tokens, top to bottom: facts read afresh → default claims → event → decision. The same story for a sign-in, a silent
// return and a refresh; what differs is in the request. No engine and no HTTP in it.
import { previewOf } from '../../directory/index.ts'
import type { JsonObject } from '../../oauth/index.ts'
import type { Catalog, DirectoryStore, TokenSubject } from '../../store/index.ts'
import {
  userMintRequest,
  withHasuraClaims,
  type Mint,
  type UserMintRequest,
  type UserTokensRequest,
} from '../../tokens/index.ts'
import type { FailureText, PreviewedDeployment } from '../../triggers/index.ts'
import type { TokenFacts } from '../request/sign-in-facts.ts'
import { lastGoodIn, nextLastGood } from './last-good-runs.ts'

export interface UserTokensMint extends UserTokensRequest {
  readonly facts: TokenFacts
  /** The user, when read already for this request. */
  readonly subject?: TokenSubject | undefined
}

export type UserTokensDecision =
  | {
      readonly kind: 'minted'
      readonly accessToken: JsonObject
      readonly idToken: JsonObject
      /** To be kept with the grant. */
      readonly lastGood: string | undefined
    }
  | { readonly kind: 'denied'; readonly reason: string; readonly invocationId: string }
  | Extract<UserMintRequest, { readonly kind: 'barred' }>
  | { readonly kind: 'failed'; readonly failure: FailureText; readonly invocationId: string }
  | Extract<UserMintRequest, { readonly kind: 'gone' }>
  /** Withdrawn, or it has another password by now. */
  | { readonly kind: 'gone'; readonly what: 'preview' }

export interface MintUserDeps {
  readonly issuer: string
  readonly directory: DirectoryStore
  readonly mint: Mint
  /** A deployment that need not be live, ready to run; undefined when it is not stored. */
  readonly deployment: (deploymentId: string) => Promise<PreviewedDeployment | undefined>
  readonly newJti: () => string
  readonly nowMs: () => number
}

export async function mintUserTokens(
  request: UserTokensMint,
  deps: MintUserDeps,
): Promise<UserTokensDecision> {
  const { facts, userId } = request
  // First the user: the catalog is never older than what was read of the user (docs/decisions/0090).
  const subject = request.subject ?? (await deps.directory.tokenSubject(userId, facts.organizationCode))
  const catalog = await deps.directory.catalog()
  const preview = await previewed(facts, catalog, deps)
  // Never the live deployment instead: its tokens would be taken for those of the preview.
  if (preview === 'gone') return { kind: 'gone', what: 'preview' }
  const ready = userMintRequest(request, { catalog, subject }, deps)
  if (ready.kind !== 'ready') return ready
  const nowMs = deps.nowMs()
  const lastGood = lastGoodIn(facts, nowMs)
  const decision = await deps.mint.decide({ ...ready.request, lastGood, ...(preview && { preview }) })
  switch (decision.kind) {
    case 'issue': {
      const { accessToken, idToken } = { ...ready.request.before, ...decision.claims }
      return {
        kind: 'minted',
        accessToken: withHasuraClaims(accessToken, request.application),
        idToken: withHasuraClaims(idToken, request.application),
        lastGood: nextLastGood(facts, decision.goodRuns, nowMs),
      }
    }
    case 'deny':
      return { kind: 'denied', reason: decision.reason, invocationId: decision.invocationId }
    case 'refuse':
      return { kind: 'failed', failure: decision.failure, invocationId: decision.invocationId }
  }
}

/** Undefined for a sign-in without a preview. */
async function previewed(
  { preview: granted }: TokenFacts,
  catalog: Catalog,
  { deployment }: MintUserDeps,
): Promise<PreviewedDeployment | 'gone' | undefined> {
  if (granted === null) return undefined
  const { deploymentId, passwordId } = granted
  const isOpen = previewOf(deploymentId, catalog)?.passwordId === passwordId
  return (isOpen ? await deployment(deploymentId) : undefined) ?? 'gone'
}
