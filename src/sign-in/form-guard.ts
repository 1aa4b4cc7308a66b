// The token against forged requests (BR-04), and the reading of a form that brings it back. A browser gets a random cookie
// of its own; the token is an HMAC of it, so that no page of another site, which can neither read nor set the cookie, can make one. Each
// page gets a token of its own, so that the same form posted twice is known for one press (docs/decisions/0036).
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { SignInEngine } from './engine.ts'
import type { Exchange } from './exchange.ts'

export interface FormGuard {
  /** The token for the forms of a page; sets the cookie on its first call. */
  token(exchange: Exchange): string
  /** A name of the browser, for what has to go on in the same one. Reveals neither the cookie nor the token. */
  browser(exchange: Exchange): string
  /** The form that was posted; undefined when it did not come from one of our pages. */
  read(exchange: Exchange): Promise<URLSearchParams | undefined>
}

export function formGuard(secret: string, issuer: string, readForm: SignInEngine['readForm']): FormGuard {
  const { origin, protocol } = new URL(issuer)
  // As with the session: `__Host-` keeps other hosts of the domain from setting one (BR-02).
  const cookieName = protocol === 'https:' ? '__Host-mintage_form' : 'mintage_form'

  function tokenOf(cookie: string, page: string): string {
    return `${page}.${createHmac('sha256', secret).update(`${page} ${cookie}`).digest('base64url')}`
  }

  /** The cookie that an answer sets, for the other forms of the same page. */
  const made = new WeakMap<Exchange, string>()

  function cookieOf(exchange: Exchange): string {
    const known = exchange.cookies.get(cookieName, { signed: false }) ?? made.get(exchange)
    if (known !== undefined) return known
    const cookie = randomBytes(18).toString('base64url')
    made.set(exchange, cookie)
    const options = {
      httpOnly: true,
      sameSite: 'lax',
      secure: exchange.secure,
      path: '/',
      signed: false,
    } as const
    exchange.cookies.set(cookieName, cookie, options)
    return cookie
  }

  return {
    token: (exchange) => tokenOf(cookieOf(exchange), randomBytes(12).toString('base64url')),
    browser: (exchange) =>
      createHmac('sha256', secret)
        .update(`browser ${cookieOf(exchange)}`)
        .digest('base64url'),
    async read(exchange) {
      const form = await readForm(exchange)
      const cookie = exchange.cookies.get(cookieName, { signed: false })
      if (!form || cookie === undefined || comesFromElsewhere(exchange, origin)) return undefined
      const given = form.get('csrf') ?? ''
      const [page = ''] = given.split('.', 1)
      return isEqual(given, tokenOf(cookie, page)) ? form : undefined
    },
  }
}

/**
 * What browsers say of themselves (Fetch Metadata, RFC 6454); a client that says nothing is judged only by the token. Our pages
 * send no referrer, and then browsers write `Origin: null` on our own forms, too: that says nothing either.
 */
function comesFromElsewhere(exchange: Exchange, ownOrigin: string): boolean {
  const origin = exchange.get('origin')
  const site = exchange.get('sec-fetch-site')
  return !['', 'null', ownOrigin].includes(origin) || !['', 'same-origin', 'none'].includes(site)
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
