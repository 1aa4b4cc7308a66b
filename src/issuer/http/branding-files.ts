// Logos, favicons and the stylesheet of a branding, for everyone who sees a page or a mail: /logo, /logo_dark, /favicon_svg, /favicon_fallback
// (C§20) and the theme. An address with the hash of what it leads to may be kept without an end; any other is asked for again.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { brandingFileKinds, type BrandingFileKind, type BrandingOwner } from '../../branding/index.ts'
import { brandingsFor } from '../../directory/index.ts'
import { themeOf, themePath } from '../../pages/index.ts'
import type { BrandingFileRecord, Store } from '../../store/index.ts'

type Next = () => Promise<void>

/** An SVG is a document that may hold scripts. Here it runs nothing, loads nothing and belongs to no origin; its styles only draw it. */
const fileHeaders = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'x-content-type-options': 'nosniff',
  // A mail and an application show a logo, too, by an `<img>`, which needs no CORS.
  'cross-origin-resource-policy': 'cross-origin',
}

const forEver = 'public, max-age=31536000, immutable'
const aWhile = 'public, max-age=300'

export function serveBranding(store: Pick<Store, 'branding'>) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next()
    if (ctx.path === themePath) return serveTheme(ctx)
    const kind = brandingFileKinds.find((one) => ctx.path === `/${one}`)
    const found = kind && (await fileFor(ctx, kind, store))
    if (found === undefined) return next()
    const { owner, file } = found
    ctx.set(fileHeaders)
    ctx.set('etag', `"${file.hash}"`)
    const isCurrent = value(ctx, 'cache') === file.hash.slice(0, 32)
    ctx.set('cache-control', isCurrent ? forEver : aWhile)
    ctx.status = 200 // What `fresh` asks for.
    if (ctx.fresh) {
      ctx.status = 304
      return
    }
    const stored = await store.branding.file(owner, file.kind)
    // Replaced in between: the browser asks again.
    if (stored === undefined) return next()
    ctx.type = stored.contentType
    ctx.set('etag', `"${stored.hash}"`)
    ctx.body = Buffer.from(stored.bytes)
  }
}

function serveTheme(ctx: KoaContextWithOIDC): void {
  const { css, isCurrent } = themeOf(new URLSearchParams(ctx.querystring))
  ctx.type = 'css'
  ctx.set('x-content-type-options', 'nosniff')
  ctx.set('cache-control', isCurrent ? forEver : aWhile)
  ctx.body = css
}

interface FoundFile {
  readonly owner: BrandingOwner
  readonly file: BrandingFileRecord
}

/** Of the strongest owner that has one. A logo for dark pages stands in for the light one of the same owner, and the other way round. */
async function fileFor(
  ctx: KoaContextWithOIDC,
  kind: BrandingFileKind,
  store: Pick<Store, 'branding'>,
): Promise<FoundFile | undefined> {
  const organizationCode = value(ctx, 'org_code') ?? value(ctx, 'p_org_code')
  const looks = await brandingsFor({ organizationCode, clientId: value(ctx, 'client_id') }, { store })
  const kinds = kind === 'logo' ? [kind, 'logo_dark'] : kind === 'logo_dark' ? [kind, 'logo'] : [kind]
  return looks
    .flatMap(({ owner, files }) =>
      kinds.flatMap((wanted) => {
        const file = files.find((one) => one.kind === wanted)
        return file === undefined ? [] : [{ owner, file }]
      }),
    )
    .at(0)
}

/** The first of a parameter; the characters of ids and hashes. */
function value(ctx: KoaContextWithOIDC, name: string): string | undefined {
  const given = new URLSearchParams(ctx.querystring).get(name)
  return given !== null && /^[\x21-\x7e]{1,200}$/.test(given) ? given : undefined
}
