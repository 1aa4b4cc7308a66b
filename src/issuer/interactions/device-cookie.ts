// The cookie by which a browser that signed in before is known again, so that somebody else's wrong passwords do not lock its owner
// out (assurance BF-01). It outlives the session and opens nothing by itself.
import type { KoaContextWithOIDC } from 'oidc-provider'

const cookieName = 'mintage_device'
const yearMs = 365 * 86_400_000

export function deviceCookie(ctx: KoaContextWithOIDC): string | undefined {
  return ctx.cookies.get(cookieName, { signed: false })
}

export function rememberDevice(ctx: KoaContextWithOIDC, token: string): void {
  ctx.cookies.set(cookieName, token, {
    httpOnly: true,
    sameSite: 'lax',
    secure: ctx.secure,
    path: '/interaction',
    signed: false,
    maxAge: yearMs,
  })
}
