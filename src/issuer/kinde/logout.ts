// Kinde's logout (C§5): `GET /logout?redirect=` with a registered address ends the session and goes there at once. Everything else is
// RP-initiated logout by the engine, which asks the person first. That a foreign page can sign somebody out by a link to a
// registered address is Kinde's contract; it gets nothing but that (assurance BR-09).
import { decodeJwt } from 'jose'
import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { matchesOne } from '../request/client-extension.ts'
import { readForm, replaceForm } from '../http/form-body.ts'
import { clearCookiesOfSession, clearRefreshCookie } from '../http/refresh-cookie.ts'
import type { ApplicationRecord, ArtifactStore, DirectoryStore } from '../../store/index.ts'
import { routes } from '../request/routes.ts'

type Next = () => Promise<void>

export interface SessionEndDeps {
  readonly provider: Provider
  readonly onBackchannelFailure: (clientId: string, error: unknown) => void
}

export interface LogoutDeps extends SessionEndDeps {
  readonly directory: DirectoryStore
  readonly artifacts: Pick<ArtifactStore, 'commit'>
}

export function kindeLogout(deps: LogoutDeps) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    if (ctx.path === confirmationPath && ctx.method === 'POST') return confirmedLogout(ctx, next, deps)
    if (ctx.path !== routes.end_session || ctx.method !== 'GET') return next()
    const redirect = ctx.query['redirect']
    const applications = await applicationsReturningTo(redirect, deps)
    if (typeof redirect !== 'string' || applications.length === 0) {
      ctx.querystring = withoutAgreeingClient(ctx.querystring)
      return next()
    }
    const accountId = await endSession(ctx, deps)
    if (asksForAllSessions(ctx.query)) await endAllSessions(accountId, deps)
    // A refresh cookie may outlive the session that it came from.
    for (const { clientId } of applications) {
      // oxlint-disable-next-line no-await-in-loop -- from memory
      const client = await deps.provider.Client.find(clientId)
      if (client) clearRefreshCookie(ctx, client)
    }
    ctx.set('cache-control', 'no-store')
    ctx.status = 303
    ctx.redirect(redirect)
  }
}

/** Where the question whether to sign out is answered. */
const confirmationPath = `${routes.end_session}/confirm`

/** Kinde's `all_sessions=true` (C§5). */
export function asksForAllSessions({ all_sessions: all }: Readonly<Record<string, unknown>>): boolean {
  return all === 'true'
}

/** The engine judges the form; when it has signed the user out of this browser, the other sessions follow. */
async function confirmedLogout(ctx: KoaContextWithOIDC, next: Next, deps: LogoutDeps): Promise<void> {
  const form = await readForm(ctx)
  if (!form) return next()
  replaceForm(ctx.req, form)
  const isForAll = form.has('logout') && asksForAllSessions(Object.fromEntries(form))
  const accountId = isForAll ? (await deps.provider.Session.get(ctx)).accountId : undefined
  await next()
  if (ctx.status === 303 || ctx.status === 302) await endAllSessions(accountId, deps)
}

/** With everything that was granted in them: no refresh token of the user works any more. */
async function endAllSessions(accountId: string | undefined, { artifacts }: LogoutDeps): Promise<void> {
  if (accountId !== undefined) await artifacts.commit([{ kind: 'delete-account', accountId }])
}

/**
 * Of this browser, with all that was granted in it; applications that want to know are told. Resolves to whose session it was.
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
 * the work of all others. Applications that asked to be told of a session's end are told.
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

async function applicationsReturningTo(
  redirect: unknown,
  { directory }: LogoutDeps,
): Promise<readonly ApplicationRecord[]> {
  if (typeof redirect !== 'string' || redirect === '') return []
  const { applications } = await directory.catalog()
  return applications.filter(({ logoutUris }) => matchesOne(redirect, logoutUris))
}

/** OIDC Back-Channel Logout §2.5: in parallel, and nobody's failure keeps the person signed in. */
async function tellApplications(
  authorizations: Readonly<Record<string, { readonly sid?: string | undefined }>> | undefined,
  accountId: string,
  { provider, onBackchannelFailure }: SessionEndDeps,
): Promise<void> {
  await Promise.all(
    Object.entries(authorizations ?? {}).map(async ([clientId, { sid }]) => {
      const client = await provider.Client.find(clientId)
      if (!client?.backchannelLogoutUri || sid === undefined) return
      try {
        await backchannelLogout(client, accountId, sid)
      } catch (error) {
        onBackchannelFailure(clientId, error)
      }
    }),
  )
}

/** The engine's own; its types leave it out. */
async function backchannelLogout(client: Client, accountId: string, sid: string): Promise<void> {
  const logout: unknown = Reflect.get(client, 'backchannelLogout')
  if (typeof logout !== 'function') throw new Error('the engine has no back-channel logout')
  await logout.call(client, accountId, sid)
}

/**
 * Our ID tokens name their audience in an array, with which the engine cannot compare a `client_id`: one that agrees is left out,
 * any other is for the engine to refuse (RP-Initiated Logout §2).
 */
function withoutAgreeingClient(querystring: string): string {
  const params = new URLSearchParams(querystring)
  const hint = params.get('id_token_hint')
  const clientId = params.get('client_id')
  if (hint !== null && clientId !== null && audienceOf(hint).includes(clientId)) params.delete('client_id')
  params.delete('redirect')
  return params.toString()
}

/** Unverified: the engine verifies the hint. */
function audienceOf(hint: string): string[] {
  try {
    return [decodeJwt(hint).aud ?? []].flat()
  } catch {
    return []
  }
}
