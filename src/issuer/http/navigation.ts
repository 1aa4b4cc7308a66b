// Addresses at which a GET does something: it ends a session, gives out a code, goes on with a sign-in. Browsers also ask for addresses
// that the user has not opened: ahead of time (prefetch, prerender), for an image, by a script. Such a request is refused without effect;
// a browser then asks anew when the user does open the address. Clients that send none of these headers are not browsers, and go on.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { interactionPath } from '../../sign-in/index.ts'
import { routes } from '../request/routes.ts'
import { answerError } from './failed-request.ts'

type Next = () => Promise<void>

const addresses = [routes.end_session, routes.authorization, interactionPath]

/** `Sec-Purpose` (Fetch) and the names that browsers used before it. */
const purposeHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz']

/** What shows a document: a tab; a frame, for a silent sign-in (`prompt=none`). */
const documents: ReadonlySet<string> = new Set(['document', 'iframe', 'frame'])

export async function onlyNavigations(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
  const isGet = ctx.method === 'GET' || ctx.method === 'HEAD'
  if (!isGet || !addresses.some((path) => ctx.path === path || ctx.path.startsWith(`${path}/`))) return next()
  if (isNavigation(ctx)) return next()
  await answerError(ctx, 403, 'not_a_navigation', 'This address answers the navigation of a browser only.')
}

function isNavigation(ctx: KoaContextWithOIDC): boolean {
  if (purposeHeaders.some((name) => /prefetch|prerender|preview/i.test(ctx.get(name)))) return false
  const destination = ctx.get('sec-fetch-dest')
  if (destination !== '') return documents.has(destination)
  // `fetch` of Node says `cors` and nothing else; an image or a script of a browser says `no-cors`.
  return ctx.get('sec-fetch-mode') !== 'no-cors'
}
