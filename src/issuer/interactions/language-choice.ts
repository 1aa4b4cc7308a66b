// The language that a person chose by the links at the foot of a page. A cookie keeps it for as long as the browser is open, and it
// goes before what the application asks for, which is no choice of a person's.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { languages, type Language, type PageView } from '../../pages/index.ts'

const cookieName = 'mintage_language'

export function chosenLanguage(ctx: KoaContextWithOIDC): Language | undefined {
  const linked = isOwnPage(ctx) ? languageOf(searchOf(ctx).get('lang')) : undefined
  if (linked === undefined) return languageOf(ctx.cookies.get(cookieName, { signed: false }))
  ctx.cookies.set(cookieName, linked, {
    httpOnly: true,
    sameSite: 'lax',
    secure: ctx.secure,
    path: '/',
    signed: false,
  })
  return linked
}

/**
 * `shownAt` is where a GET shows the same step, for a page that answers a form. None without it, and where there is nothing to choose.
 */
export function languageLinks(
  ctx: KoaContextWithOIDC,
  offered: readonly Language[],
  shownAt?: string,
): PageView['languageLinks'] {
  if (offered.length < 2) return undefined
  if (shownAt !== undefined) return linksTo(offered, new URL(shownAt, `${ctx.protocol}://${ctx.host}`))
  if (ctx.method !== 'GET' || !isOwnPage(ctx)) return undefined
  return linksTo(offered, new URL(ownAddress(ctx)))
}

function linksTo(offered: readonly Language[], url: URL): PageView['languageLinks'] {
  return Object.fromEntries(
    offered.map((language) => {
      const link = new URL(url)
      link.searchParams.set('lang', language)
      return [language, link.href]
    }),
  )
}

/** With our origin in front: a path that begins with two slashes would lead elsewhere (assurance BR-08). */
export function ownAddress(ctx: KoaContextWithOIDC): string {
  return `${ctx.protocol}://${ctx.host}${ctx.originalUrl}`
}

/** An address of OAuth is an application's: `lang` is its wish there (C§1). */
function isOwnPage(ctx: KoaContextWithOIDC): boolean {
  return !pathOf(ctx).startsWith('/oauth2/')
}

/** As it was asked for: on the way to the engine a request may lose its query. */
function pathOf({ originalUrl }: Pick<KoaContextWithOIDC, 'originalUrl'>): string {
  return originalUrl.split('?', 1)[0] ?? ''
}

function searchOf(ctx: KoaContextWithOIDC): URLSearchParams {
  return new URLSearchParams(ctx.originalUrl.slice(pathOf(ctx).length))
}

function languageOf(text: string | null | undefined): Language | undefined {
  return languages.find((language) => language === text)
}
