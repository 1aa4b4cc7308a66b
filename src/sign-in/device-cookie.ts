// The cookie by which a browser that signed in before is known again, so that an attacker's wrong passwords do not lock its owner
// out (BF-01). It outlives the session and opens nothing by itself.
import type { Exchange } from './exchange.ts'

const cookieName = 'mintage_device'
const yearMs = 365 * 86_400_000

export function deviceCookie(exchange: Exchange): string | undefined {
  return exchange.cookies.get(cookieName, { signed: false })
}

export function rememberDevice(exchange: Exchange, token: string): void {
  exchange.cookies.set(cookieName, token, {
    httpOnly: true,
    sameSite: 'lax',
    secure: exchange.secure,
    path: '/interaction',
    signed: false,
    maxAge: yearMs,
  })
}
