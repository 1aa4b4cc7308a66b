// The token against forged requests (assurance BR-04), and the reading of a form that brings it back. A browser gets a random cookie
// of its own; the token is an HMAC of it, so that no page of another site, which can neither read nor set the cookie, can make one. Each
// page gets a token of its own, so that the same form posted twice is known for one press (http/forms-once.ts).
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { readForm } from '../http/form-body.ts'

export interface FormGuard {
  /** The token for the forms of a page; sets the cookie on its first call. */
  token(ctx: KoaContextWithOIDC): string
  /** A name of the browser, for what has to go on in the same one. Reveals neither the cookie nor the token. */
  browser(ctx: KoaContextWithOIDC): string
  /** The form that was posted; undefined when it did not come from a page of ours. */
  read(ctx: KoaContextWithOIDC): Promise<URLSearchParams | undefined>
}

export function formGuard(secret: string, issuer: string): FormGuard {
  const { origin, protocol } = new URL(issuer)
  // As with the session: `__Host-` keeps other hosts of the domain from setting one (assurance BR-02).
  const cookieName = protocol === 'https:' ? '__Host-mintage_form' : 'mintage_form'

  function tokenOf(cookie: string, page: string): string {
    return `${page}.${createHmac('sha256', secret).update(`${page} ${cookie}`).digest('base64url')}`
  }

  /** The cookie that an answer sets, for the other forms of the same page. */
  const made = new WeakMap<KoaContextWithOIDC, string>()

  function cookieOf(ctx: KoaContextWithOIDC): string {
    const known = ctx.cookies.get(cookieName, { signed: false }) ?? made.get(ctx)
    if (known !== undefined) return known
    const cookie = randomBytes(18).toString('base64url')
    made.set(ctx, cookie)
    const options = {
      httpOnly: true,
      sameSite: 'lax',
      secure: ctx.secure,
      path: '/',
      signed: false,
    } as const
    ctx.cookies.set(cookieName, cookie, options)
    return cookie
  }

  return {
    token: (ctx) => tokenOf(cookieOf(ctx), randomBytes(12).toString('base64url')),
    browser: (ctx) =>
      createHmac('sha256', secret)
        .update(`browser ${cookieOf(ctx)}`)
        .digest('base64url'),
    async read(ctx) {
      const form = await readForm(ctx)
      const cookie = ctx.cookies.get(cookieName, { signed: false })
      if (!form || cookie === undefined || comesFromElsewhere(ctx, origin)) return undefined
      const given = form.get('csrf') ?? ''
      const [page = ''] = given.split('.', 1)
      return isEqual(given, tokenOf(cookie, page)) ? form : undefined
    },
  }
}

/**
 * What browsers say of themselves (Fetch Metadata, RFC 6454); a client that says nothing is judged by the token alone. Our pages
 * send no referrer, and then browsers write `Origin: null` on our own forms, too: that says nothing either.
 */
function comesFromElsewhere(ctx: KoaContextWithOIDC, ownOrigin: string): boolean {
  const origin = ctx.get('origin')
  const site = ctx.get('sec-fetch-site')
  return !['', 'null', ownOrigin].includes(origin) || !['', 'same-origin', 'none'].includes(site)
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
