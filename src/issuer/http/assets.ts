// Files that pages load. The name of each holds the hash of its content, so it may be cached forever.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { script, scriptPath, stylesheet, stylesheetPath } from '../../pages/index.ts'

const assets: Readonly<Partial<Record<string, { readonly type: string; readonly text: string }>>> = {
  [stylesheetPath]: { type: 'css', text: stylesheet },
  [scriptPath]: { type: 'js', text: script },
}

export async function serveAssets(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  const asset = assets[ctx.path]
  if (asset === undefined) return next()
  ctx.type = asset.type
  ctx.set('cache-control', 'public, max-age=31536000, immutable')
  ctx.set('x-content-type-options', 'nosniff')
  ctx.body = asset.text
}
