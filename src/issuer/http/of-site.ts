// Gives each request the site that it is for, at its beginning: pages are shown from everywhere, the engine included.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { requestState } from '../request/request-state.ts'
import type { Site } from '../site.ts'

export function ofSite(site: Site) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    requestState(ctx).site = site
    await next()
  }
}
