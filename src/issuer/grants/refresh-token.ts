// grant_type=refresh_token, around the engine's handler: the grace first, then the handler, in which the workflow runs before
// anything is rotated (mintOnRefresh), then one transaction that consumes the old token and writes the new
// ones. Denied or failed: the OAuth error goes out and nothing was written.
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { ArtifactChange, Store, StoredArtifact } from '../../store/index.ts'
import { hashOfArtifactId } from '../request/artifact-id.ts'
import { isOfDomain } from '../request/domain-mark.ts'
import { requestState, type RequestState } from '../request/request-state.ts'
import { withFacts } from './attached-facts.ts'
import { ofTokenAhead, type ReadAheadDeps } from './read-ahead.ts'
import { findToken, judgePresented, newestOfLine, type GraceDeps, type Presented } from './refresh-grace.ts'
import { AlreadyConsumed, inOneTransaction } from './token-unit.ts'

type GrantHandler = (ctx: KoaContextWithOIDC) => Promise<void>

interface RefreshDeps extends GraceDeps, ReadAheadDeps {
  /** Undefined for the main domain. */
  readonly customDomain: string | undefined
  readonly commit: Store['commit']
  /** Called with a token that was presented after it had been replaced; its family is revoked by then. */
  readonly onReuse: (
    ctx: KoaContextWithOIDC,
    reused: Presented & { readonly kind: 'reused' },
  ) => Promise<void>
}

export function refreshTokenGrant(handler: GrantHandler, deps: RefreshDeps): GrantHandler {
  return async (ctx) => {
    const presented = ctx.oidc.params?.['refresh_token']
    if (typeof presented !== 'string') return handler(ctx)
    try {
      await refresh(ctx, presented, handler, deps)
    } catch (error) {
      if (!(error instanceof AlreadyConsumed)) throw error
      // Another request rotated this token meanwhile. Its successor is there now, so the same judgement gives another answer; what
      // was decided for this request stands.
      await refresh(ctx, presented, handler, deps)
    }
  }
}

async function refresh(
  ctx: KoaContextWithOIDC,
  presented: string,
  handler: GrantHandler,
  deps: RefreshDeps,
): Promise<void> {
  const state = requestState(ctx)
  const row = await presentedRow(presented, state, deps)
  const judged = await judgePresented(
    { refreshToken: presented, row },
    state.arrivedAtMs ?? deps.nowMs(),
    deps,
  )
  if (judged.kind === 'expired') throw new errors.InvalidGrant('the refresh token has expired')
  state.isGrace = judged.kind === 'successor'
  state.judged = judged.row
  const ahead = judged.row && ofTokenAhead(judged.row, deps)
  state.grant = ahead?.grant
  state.subject = ahead?.subject
  const successor = state.isGrace ? undefined : deps.successorOf(presented)
  state.successor = successor
  setRefreshToken(ctx, judged.kind === 'successor' ? judged.value : presented)
  try {
    await inOneTransaction(ctx, handler, deps.commit, (changes) =>
      withSuccessor(withFacts(changes, state), successor),
    )
    if (judged.kind === 'successor') await answerWithNewest(ctx, judged.value, deps)
  } catch (error) {
    // Another client cannot revoke a family by presenting what it found.
    if (
      judged.kind === 'reused' &&
      error instanceof errors.InvalidGrant &&
      judged.clientId === ctx.oidc.client?.clientId
    )
      await deps.onReuse(ctx, judged)
    throw error
  }
}

/**
 * Read ahead for the first judgement; a second one has to look again. Undefined for a token of another domain, as for an unknown one: so it
 * is neither used up nor taken for stolen.
 */
async function presentedRow(
  presented: string,
  state: RequestState,
  deps: RefreshDeps,
): Promise<StoredArtifact | undefined> {
  const ahead = state.presented
  state.presented = undefined
  const row = await (ahead?.idHash === hashOfArtifactId(presented) ? ahead.row : findToken(presented, deps))
  return row && isOfDomain(row, deps) ? row : undefined
}

/**
 * While the workflow ran, another tab may have used the token that this answer holds. Tabs share a storage, so the last answer to come
 * must not put an older token there.
 */
async function answerWithNewest(ctx: KoaContextWithOIDC, value: string, deps: RefreshDeps): Promise<void> {
  const newest = await newestOfLine({ value, row: await findToken(value, deps) }, deps)
  if (!newest?.row) {
    ctx.body = undefined
    throw new errors.InvalidGrant('the family of the refresh token was revoked')
  }
  ctx.body = { ...tokenResponse(ctx), refresh_token: newest.value }
}

function tokenResponse(ctx: KoaContextWithOIDC): object {
  const body: unknown = ctx.body
  return typeof body === 'object' && body !== null ? body : {}
}

/** The consumed token records the hash of its successor; its value can be made again (overrides/derived-successors.ts). */
function withSuccessor(
  changes: readonly ArtifactChange[],
  successor: string | undefined,
): readonly ArtifactChange[] {
  if (successor === undefined) return changes
  return changes.map((change) =>
    change.kind === 'consume-artifact' && change.model === 'RefreshToken'
      ? { ...change, successorIdHash: hashOfArtifactId(successor) }
      : change,
  )
}

function setRefreshToken(ctx: KoaContextWithOIDC, value: string): void {
  const { params } = ctx.oidc
  if (!params) throw new errors.InvalidRequest('the request has no parameters')
  params['refresh_token'] = value
}
