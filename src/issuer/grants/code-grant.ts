// grant_type=authorization_code and the device code's: the decision was made before the code existed and lies beside it; redeeming
// it is one transaction in which the code is used up. A code that comes again ends everything that it gave (RFC 6749 §4.1.2,
// AS-08), also when both came at the same moment.
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { ActivityChange, ArtifactChange, Store } from '../../store/index.ts'
import { codeFactsInHand } from '../request/decided-tokens.ts'
import { requestState, type RequestState, type ReusedArtifact } from '../request/request-state.ts'
import { parseCodeFacts } from '../request/sign-in-facts.ts'
import { withFacts } from './attached-facts.ts'
import { AlreadyConsumed, inOneTransaction } from './token-unit.ts'

type GrantHandler = (ctx: KoaContextWithOIDC) => Promise<void>

interface CodeGrantDeps {
  readonly commit: Store['commit']
  /** Called with a code that its client presented again; the tokens of its grant are revoked by then. */
  readonly onReuse: (ctx: KoaContextWithOIDC, reused: ReusedArtifact) => Promise<void>
}

export function codeGrant(handler: GrantHandler, { commit, onReuse }: CodeGrantDeps): GrantHandler {
  const redeem = (ctx: KoaContextWithOIDC) =>
    inOneTransaction(ctx, handler, commit, (changes) => [
      ...withFacts(changes, requestState(ctx)),
      ...organizationSignIn(changes, requestState(ctx)),
    ])
  return async (ctx) => {
    try {
      await redeem(ctx).catch((error: unknown) => {
        if (!(error instanceof AlreadyConsumed)) throw error
        // Another request was faster; to this one, looked at again, the code is a used one.
        return redeem(ctx)
      })
    } catch (error) {
      const { reused } = requestState(ctx)
      if (error instanceof errors.InvalidGrant && reused?.clientId === ctx.oidc.client?.clientId && reused)
        await onReuse(ctx, reused)
      throw error
    }
  }
}

/** The organization that the user has signed in to: the next sign-in may begin with it (C§1). */
function organizationSignIn(
  changes: readonly ArtifactChange[],
  state: RequestState,
): readonly ActivityChange[] {
  const decided = codeFactsInHand(state)
  const organizationCode = decided && parseCodeFacts(decided).organizationCode
  if (!organizationCode) return []
  return changes.flatMap((change) => {
    if (change.kind !== 'put-artifact' || change.artifact.model !== 'AccessToken') return []
    const { accountId: userId, iat } = change.artifact.payload
    if (typeof userId !== 'string' || typeof iat !== 'number') return []
    return [{ kind: 'note-organization-sign-in', organizationCode, userId, atMs: iat * 1_000 } as const]
  })
}
