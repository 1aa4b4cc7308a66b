// Files that pages load. The name of each holds the hash of its content, so it may be kept for ever.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { stylesheet, stylesheetPath } from '../../pages/index.ts'

export async function serveAssets(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  if (ctx.path !== stylesheetPath) return next()
  ctx.type = 'css'
  ctx.set('cache-control', 'public, max-age=31536000, immutable')
  ctx.body = stylesheet
}
