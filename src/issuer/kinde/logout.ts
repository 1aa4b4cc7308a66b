// Kinde's logout (C§5): `GET /logout?redirect=` with a registered address ends the session and goes there at once. Everything else is
// RP-initiated logout by the engine, which asks the person first. That a foreign page can sign a user out by a link to a
// registered address is Kinde's contract; it gets nothing but that (BR-09).
import { decodeJwt } from 'jose'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { matchesOne } from '../../oauth/index.ts'
import { readForm, replaceForm } from '../http/form-body.ts'
import { endSession, type SessionEndDeps } from '../http/end-session.ts'
import { clearRefreshCookie } from '../http/refresh-cookie.ts'
import type { ApplicationRecord, DirectoryStore, Store } from '../../store/index.ts'
import { routes } from '../request/routes.ts'

type Next = () => Promise<void>

export interface LogoutDeps extends SessionEndDeps {
  readonly directory: DirectoryStore
  readonly commit: Store['commit']
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
async function endAllSessions(accountId: string | undefined, { commit }: LogoutDeps): Promise<void> {
  if (accountId !== undefined) await commit([{ kind: 'sign-out-user', userId: accountId }])
}

async function applicationsReturningTo(
  redirect: unknown,
  { directory }: LogoutDeps,
): Promise<readonly ApplicationRecord[]> {
  if (typeof redirect !== 'string' || redirect === '') return []
  const { applications } = await directory.catalog()
  return applications.filter(({ logoutUris }) => matchesOne(redirect, logoutUris))
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
