// Host and scheme of a domain come from the configuration. Whatever a client or a proxy writes into Host or X-Forwarded-*, links, redirects and
// cookies are the issuer's (AS-19, BR-10).
import type { KoaContextWithOIDC } from 'oidc-provider'

export function configuredHost(issuer: string) {
  const { host, protocol } = new URL(issuer)
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    ctx.req.headers.host = host
    Object.defineProperty(ctx.request, 'protocol', { value: protocol.slice(0, -1) })
    await next()
  }
}
