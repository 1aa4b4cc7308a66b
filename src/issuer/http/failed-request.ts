// What fails in one of our handlers (a database that is away, a defect) is logged once, and answered as a page or, to a program, as an OAuth
// error. The engine does so for what fails in its own handlers; without this the framework would print a stack and answer in
// plain text.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { isStoreUnavailable, reasonOf, type StoreError } from '../../errors/index.ts'
import { errorPage, type ErrorView } from '../../pages/index.ts'
import { ownAddress, pageFrame, sendPage } from '../../sign-in/index.ts'
import { routes } from '../request/routes.ts'
import { notingStoreFailures } from '../request/store-failures.ts'
import { isClientGone } from './client-gone.ts'
import { MalformedForm } from './form-body.ts'

type Next = () => Promise<void>

/** Seconds: an outage is rarely over earlier, and clients that all come back at once are spread by their own clocks. */
const retryAfterSeconds = '5'

/** Their answers to "unknown" are successes: `active: false`, and nothing to revoke. */
const answersOfUnknown: ReadonlySet<string> = new Set([routes.introspection, routes.revocation])

export function failedRequest(log: (event: string, fields: Readonly<Record<string, unknown>>) => void) {
  return (ctx: KoaContextWithOIDC, next: Next): Promise<void> =>
    notingStoreFailures(async (noted) => {
      try {
        await next()
        if (noted.error !== undefined && isRefusal(ctx)) await unavailable(ctx, noted.error)
      } catch (error) {
        if (isClientGone(ctx)) return
        if (error instanceof MalformedForm) return answerError(ctx, 400, 'invalid_request', error.message)
        const away = noted.error ?? (isStoreUnavailable(error) ? error : undefined)
        if (away) return unavailable(ctx, away)
        log('server_error', { path: ctx.path, error })
        await answerError(ctx, 500, 'server_error')
      }
    })

  /** RFC 9110 §15.6.4; the name is that of RFC 6749 §4.1.2.1. Nothing of the refusal that it replaces is left. */
  function unavailable(ctx: KoaContextWithOIDC, failure: StoreError): Promise<void> {
    log('store_unavailable', { path: ctx.path, ...reasonOf(failure) })
    for (const header of ['location', 'www-authenticate']) ctx.remove(header)
    ctx.set('retry-after', retryAfterSeconds)
    return answerError(
      ctx,
      503,
      'temporarily_unavailable',
      'The server is temporarily unavailable. Try again.',
    )
  }
}

/** An error, or a redirect that carries one to the application. */
function isRefusal(ctx: KoaContextWithOIDC): boolean {
  const location = ctx.response.get('location')
  return ctx.status >= 400 || answersOfUnknown.has(ctx.path) || /[?&#]error=/.test(location)
}

/** A page or, to a program, an OAuth error. */
export async function answerError(
  ctx: KoaContextWithOIDC,
  status: number,
  error: string,
  description?: string,
): Promise<void> {
  ctx.status = status
  ctx.set('cache-control', 'no-store')
  if (ctx.accepts('json', 'html') === 'html') {
    const page = errorPage({
      ...(await pageFrame(ctx, { isDatabaseAway: status === 503 })),
      error,
      ...(description !== undefined && { description }),
      advice: adviceOf(status),
      ...(status >= 500 && ctx.method === 'GET' && { retryHref: ownAddress(ctx) }),
    })
    sendPage(ctx, page, { status })
  } else ctx.body = { error, ...(description !== undefined && { error_description: description }) }
}

function adviceOf(status: number): ErrorView['advice'] {
  switch (status) {
    case 404:
    case 405:
      return 'notFound'
    case 413:
      return 'tooLarge'
    case 429:
      return 'tooMany'
    case 503:
      return 'unavailable'
    default:
      return status >= 500 ? 'server' : 'general'
  }
}
