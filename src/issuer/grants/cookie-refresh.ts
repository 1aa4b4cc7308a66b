// Around the grants of a browser application that keeps its refresh token in a cookie (docs/decisions/0023): a refresh takes the token
// from the cookie, and each answer sets the next one. The cookie counts only together with an Origin header that is registered for the
// application. Browsers set that header and pages cannot, so another site cannot refresh in the user's name (CSRF).
import { errors, type Client, type KoaContextWithOIDC } from 'oidc-provider'
import { hashOfArtifactId, idOfArtifactHash, isIdOfHash } from '../request/artifact-id.ts'
import { clearRefreshCookie, isFromPageOf, refreshCookie, setRefreshCookie } from '../http/refresh-cookie.ts'

type GrantHandler = (ctx: KoaContextWithOIDC) => Promise<void>

export function cookieRefresh(handler: GrantHandler): GrantHandler {
  return async (ctx) => {
    const { client, params } = ctx.oidc
    if (!client || !params || !isFromPageOf(ctx, client)) return handler(ctx)
    const isRefresh = params['grant_type'] === 'refresh_token'
    try {
      if (isRefresh) params['refresh_token'] = presented(params['refresh_token'], refreshCookie(ctx, client))
      await handler(ctx)
    } catch (error) {
      // The token of the cookie is of no use any more. A denial or a failure of the workflow leaves it there.
      if (isRefresh && error instanceof errors.InvalidGrant) clearRefreshCookie(ctx, client)
      throw error
    }
    keepInCookie(ctx, client)
  }
}

/** The cookie's, which all tabs share, before the one that this tab remembers. */
function presented(inForm: unknown, inCookie: string | undefined): unknown {
  const token = inCookie ?? inForm
  if (token === undefined || (typeof token === 'string' && isIdOfHash(token)))
    throw new errors.InvalidGrant('the request has no refresh token, neither in a cookie nor in its body')
  return token
}

/**
 * A request with a cookie shows that the page sends cookies: then scripts get only a name of the token, by which it can be revoked.
 * Kinde's SDKs want the member and never look into it. Without one, the browser may not keep ours either (`credentials: 'omit'`, or
 * third-party cookies are blocked), and the token stays in the answer.
 */
function keepInCookie(ctx: KoaContextWithOIDC, client: Client): void {
  const body: unknown = ctx.body
  if (typeof body !== 'object' || body === null || !('refresh_token' in body)) return
  const { refresh_token: refreshToken } = body
  if (typeof refreshToken !== 'string') return
  setRefreshCookie(ctx, client, refreshToken)
  if (ctx.get('cookie') === '') return
  ctx.body = { ...body, refresh_token: idOfArtifactHash(hashOfArtifactId(refreshToken)) }
}
