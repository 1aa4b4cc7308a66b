// Requests in Kinde's spelling, before the engine sees them: paths that are said in two ways, parameters of an authorization request
// (kinde/authorization-parameters.ts) and of a token request (kinde/token-parameters.ts), and access tokens at the endpoints where the engine expects one of its opaque ids.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { normalizeAuthorizationParameters, type SignUpOffer } from './authorization-parameters.ts'
import { requestState } from '../request/request-state.ts'
import { routes } from '../request/routes.ts'
import { spellTokenRequest } from './token-parameters.ts'
import type { TokenSigner } from '../../keys/index.ts'
import { readForm, replaceForm } from '../http/form-body.ts'

type Next = () => Promise<void>

/** Other spellings of a path (C§5). */
const aliases: Readonly<Record<string, string>> = {
  '/.well-known/jwks.json': routes.jwks,
}

const bodiesOfAuthorization: ReadonlySet<string> = new Set([
  routes.pushed_authorization_request,
  routes.device_authorization,
])
/** As large as the headers in which a token comes elsewhere may be; the engine gets its id in its place. */
const mostTokenFormBytes = 131_072

const bodiesOfToken: ReadonlySet<string> = new Set([routes.introspection, routes.revocation])

export function kindeRequests(signer: TokenSigner, offer: SignUpOffer) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    ctx.path = aliases[ctx.path] ?? ctx.path
    if (ctx.method === 'POST' && (ctx.path === routes.authorization || ctx.path === routes.end_session))
      return redirectToGet(ctx)
    if (ctx.path === routes.authorization) {
      const given = new URLSearchParams(ctx.querystring)
      ctx.querystring = normalizeAuthorizationParameters(given, offer).toString()
    }
    // The engine would post the code by a script; our page has it in its field.
    if (ctx.path === routes.code_verification && ctx.method === 'GET') {
      const userCode = ctx.query['user_code']
      requestState(ctx).userCode = typeof userCode === 'string' ? userCode.slice(0, 32) : undefined
      ctx.querystring = ''
    }
    if (ctx.method === 'POST' && bodiesOfAuthorization.has(ctx.path)) {
      const form = await readForm(ctx)
      if (form) replaceForm(ctx.req, normalizeAuthorizationParameters(form, offer))
    }
    if (ctx.method === 'POST' && ctx.path === routes.token) await spellScope(ctx)
    if (ctx.method === 'POST' && bodiesOfToken.has(ctx.path)) await nameTokenById(ctx, signer)
    await next()
  }
}

/**
 * OIDC Core §3.1.2.1 and RP-Initiated Logout §2 have POST beside GET. A cross-site POST brings no SameSite cookie, so the session would be missing: the request
 * goes on as the GET that it is equal to.
 */
async function redirectToGet(ctx: KoaContextWithOIDC): Promise<void> {
  const form = await readForm(ctx)
  ctx.status = form ? 303 : 400
  if (form) ctx.redirect(`${ctx.path}?${form.toString()}`)
  else ctx.body = { error: 'invalid_request', error_description: 'the body is not a form' }
}

async function spellScope(ctx: KoaContextWithOIDC): Promise<void> {
  const given = await requestState(ctx).tokenForm
  if (!given) return
  const { form, offlineSpelling } = spellTokenRequest(given)
  requestState(ctx).offlineSpelling = offlineSpelling
  replaceForm(ctx.req, form)
}

/** One of our tokens is known by its `jti` once its signature holds; anything else is found to be inactive. */
async function nameTokenById(ctx: KoaContextWithOIDC, signer: TokenSigner): Promise<void> {
  const form = await readForm(ctx, mostTokenFormBytes)
  if (!form) return
  const token = form.get('token') ?? ''
  const claims = token.split('.').length === 3 ? await signer.verifyAccessToken(token) : undefined
  if (claims?.jti !== undefined) {
    form.set('token', claims.jti)
    requestState(ctx).verifiedToken = claims
  } else if (token.includes('.')) form.set('token', 'not-a-token-of-ours')
  replaceForm(ctx.req, form)
}
