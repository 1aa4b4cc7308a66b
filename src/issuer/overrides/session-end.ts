// The end of a session is the end of what was granted in it: access by refresh token ends with it (RT-05). The engine
// would keep the grants of tokens that outlive the session, which ours do between sign-outs.
import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Store } from '../../store/index.ts'
import { currentContext } from './current-context.ts'

interface EndingSession {
  readonly authorizations?: Readonly<Record<string, { readonly grantId?: string }>>
}

/** Called for a session that the engine ends while it answers a request. */
export type OnSessionEnded = (
  ctx: KoaContextWithOIDC,
  authorizations: EndingSession['authorizations'],
) => Promise<void>

export function endGrantsWithSession(
  provider: Provider,
  commit: Store['commit'],
  onEnded: OnSessionEnded,
): void {
  const { prototype }: { prototype: { destroy(): Promise<void> } } = provider.Session
  const engineDestroy = prototype.destroy
  prototype.destroy = async function (this: EndingSession & { destroy(): Promise<void> }) {
    const grantIds = Object.values(this.authorizations ?? {}).flatMap(({ grantId }) => grantId ?? [])
    if (grantIds.length > 0)
      await commit(grantIds.map((grantId) => ({ kind: 'delete-grant', grantId }) as const))
    await engineDestroy.call(this)
    // Absent where our own sign-out ends the session (http/end-session.ts), which clears them itself.
    const ctx = currentContext()
    if (ctx) await onEnded(ctx, this.authorizations)
  }
}

/** The engine's own; its types leave it out. */
export async function tellOfSessionEnd(client: Client, accountId: string, sid: string): Promise<void> {
  const logout: unknown = Reflect.get(client, 'backchannelLogout')
  if (typeof logout !== 'function') throw new Error('the engine has no back-channel logout')
  await logout.call(client, accountId, sid)
}
