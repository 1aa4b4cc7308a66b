// One request of a browser and its answer, as far as the pages of a sign-in use them. This folder knows neither the HTTP framework nor the
// protocol engine: issuer/ hands in an object of this shape.

export interface Exchange {
  readonly method: string
  readonly path: string
  /** With the query, as the browser sent it. */
  readonly originalUrl: string
  readonly query: Readonly<Record<string, string | string[] | undefined>>
  readonly protocol: string
  readonly host: string
  readonly secure: boolean
  readonly cookies: ExchangeCookies
  /** A header of the request; empty when it is missing. */
  get(header: string): string
  /** A header of the answer. */
  set(header: string, value: string): void
  status: number
  type: string
  body: unknown
  redirect(address: string): void
}

export interface ExchangeCookies {
  get(name: string, options: { readonly signed: boolean }): string | undefined
  set(name: string, value: string | null, options: CookieOptions): unknown
}

/** RFC 6265 §5.2. */
export interface CookieOptions {
  readonly httpOnly: boolean
  readonly sameSite: 'lax'
  readonly secure: boolean
  readonly path: string
  readonly signed: boolean
  /** Milliseconds; without it the cookie ends with the browser. */
  readonly maxAge?: number
}

export type Next = () => Promise<void>

/** Sends the browser elsewhere. RFC 9700 §4.12: 303, so that no browser posts a password again. */
export function redirectTo(exchange: Exchange, address: string): void {
  exchange.set('cache-control', 'no-store')
  exchange.status = 303
  exchange.redirect(address)
}
