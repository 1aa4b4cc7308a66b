// What this environment says of itself on every page that belongs to no application, and the languages that its pages are offered in.
// Given to each request at its beginning, because pages are shown from everywhere, the engine included.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Language } from '../pages/index.ts'
import { requestState } from './request-state.ts'

export interface Site {
  readonly name: string
  /** The first is for whoever prefers none of them. */
  readonly languages: readonly Language[]
}

export function ofSite(site: Site) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    requestState(ctx).site = site
    await next()
  }
}
