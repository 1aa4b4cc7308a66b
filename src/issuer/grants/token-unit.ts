// One token request, one transaction. While the engine's handler runs, its writes are collected (artifact-adapter.ts); when it has
// made the response they are committed together, before anything is sent. So a lost connection, a failing workflow or a kill
// leaves either everything or nothing (INV-1, INV-9), and of many requests with the same code one succeeds.
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { isCommitted, type ActivityChange, type ArtifactChange, type Store } from '../../store/index.ts'
import { requestState } from '../request/request-state.ts'

type GrantHandler = (ctx: KoaContextWithOIDC) => Promise<void>

/** Rejects with `AlreadyConsumed` when another request was faster. */
export async function inOneTransaction(
  ctx: KoaContextWithOIDC,
  handler: GrantHandler,
  commit: Store['commit'],
  complete: (changes: readonly ArtifactChange[]) => readonly (ArtifactChange | ActivityChange)[] = (
    changes,
  ) => changes,
): Promise<void> {
  const state = requestState(ctx)
  const unit: ArtifactChange[] = []
  state.unit = unit
  try {
    await handler(ctx)
    const changes = [...complete(unit), ...activity(unit)]
    if (!(await isCommitted(commit(changes)))) throw new AlreadyConsumed()
  } catch (error) {
    ctx.body = undefined
    throw error
  } finally {
    state.unit = undefined
  }
}

/** That a user was given a token, for counts of active users. A machine's token has no account. */
function activity(unit: readonly ArtifactChange[]): readonly ActivityChange[] {
  return unit.flatMap((change) => {
    if (change.kind !== 'put-artifact' || change.artifact.model !== 'AccessToken') return []
    const { accountId: userId, iat } = change.artifact.payload
    return typeof userId === 'string' && typeof iat === 'number'
      ? [{ kind: 'note-token', userId, atMs: iat * 1_000 } as const]
      : []
  })
}

/** The code or refresh token was redeemed by another request between our look and our write. */
export class AlreadyConsumed extends errors.InvalidGrant {
  constructor() {
    super('the grant was already used')
  }
}
