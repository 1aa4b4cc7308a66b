// How the session of a browser ends: by a sign-out, or because another user signs in there.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { SessionEndNotice } from '../../directory/index.ts'
import { tellOfSessionEnd } from '../overrides/session-end.ts'
import { clearCookiesOfSession } from './refresh-cookie.ts'

export interface SessionEndDeps {
  readonly provider: Provider
  readonly onBackchannelFailure: (clientId: string, error: unknown) => void
}

/**
 * Of this browser, with all that was granted in it; applications that asked for it are notified. Resolves to whose session it was.
 */
export async function endSession(ctx: KoaContextWithOIDC, deps: SessionEndDeps): Promise<string | undefined> {
  const session = await deps.provider.Session.get(ctx)
  const { accountId } = session
  if (accountId !== undefined) {
    await tellApplications(session.authorizations, accountId, deps)
    await session.destroy()
    await clearCookiesOfSession(ctx, session.authorizations, deps.provider)
  }
  ctx.cookies.set(deps.provider.cookieName('session'), null)
  return accountId
}

/**
 * Of this browser, because another user signs in here. It is not a sign-out: applications keep the access without a user that they were
 * granted (OIDC Back-Channel Logout §2.7: refresh tokens with offline_access are not revoked), or a sign-in at one application would end
 * the work of all others. Applications that asked for it are notified of a session's end.
 */
export async function leaveSession(ctx: KoaContextWithOIDC, deps: SessionEndDeps): Promise<void> {
  const session = await deps.provider.Session.get(ctx)
  const { accountId, authorizations } = session
  if (accountId !== undefined) {
    await tellApplications(authorizations, accountId, deps)
    // What a session holds ends with it (overrides/session-end.ts).
    session.authorizations = {}
    await session.destroy()
  }
  ctx.cookies.set(deps.provider.cookieName('session'), null)
}

/** OIDC Back-Channel Logout §2.5. In parallel, and a failed notification must not block the sign-out. */
async function tellApplications(
  authorizations: Readonly<Record<string, { readonly sid?: string | undefined }>> | undefined,
  userId: string,
  deps: SessionEndDeps,
): Promise<void> {
  const notices = Object.entries(authorizations ?? {}).flatMap(([clientId, { sid }]) =>
    sid === undefined ? [] : [notifySessionEnd({ userId, clientId, sid }, deps)],
  )
  await Promise.allSettled(notices)
}

/** Rejects when the application did not take it. */
export async function notifySessionEnd(
  { userId, clientId, sid }: SessionEndNotice,
  { provider, onBackchannelFailure }: SessionEndDeps,
): Promise<void> {
  const client = await provider.Client.find(clientId)
  if (!client?.backchannelLogoutUri) return
  try {
    await tellOfSessionEnd(client, userId, sid)
  } catch (error) {
    onBackchannelFailure(clientId, error)
    throw error
  }
}
