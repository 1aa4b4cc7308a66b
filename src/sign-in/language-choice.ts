// The language that a person chose by the links at the foot of a page. A cookie keeps it for as long as the browser is open, and it
// goes before what the application asks for, which is not the user's choice.
import type { Exchange } from './exchange.ts'
import { languages, type Language, type PageView } from '../pages/index.ts'

const cookieName = 'mintage_language'

export function chosenLanguage(exchange: Exchange): Language | undefined {
  const linked = isOwnPage(exchange) ? languageOf(searchOf(exchange).get('lang')) : undefined
  if (linked === undefined) return languageOf(exchange.cookies.get(cookieName, { signed: false }))
  exchange.cookies.set(cookieName, linked, {
    httpOnly: true,
    sameSite: 'lax',
    secure: exchange.secure,
    path: '/',
    signed: false,
  })
  return linked
}

/**
 * `shownAt` is where a GET shows the same step, for a page that answers a form. None without it, and where there is nothing to choose.
 */
export function languageLinks(
  exchange: Exchange,
  offered: readonly Language[],
  shownAt?: string,
): PageView['languageLinks'] {
  if (offered.length < 2) return undefined
  if (shownAt !== undefined)
    return linksTo(offered, new URL(shownAt, `${exchange.protocol}://${exchange.host}`))
  if (exchange.method !== 'GET' || !isOwnPage(exchange)) return undefined
  return linksTo(offered, new URL(ownAddress(exchange)))
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

/** With our origin in front: a path that begins with two slashes would lead elsewhere (BR-08). */
export function ownAddress(exchange: Exchange): string {
  return `${exchange.protocol}://${exchange.host}${exchange.originalUrl}`
}

/** An address of OAuth is an application's: `lang` is its wish there (C§1). */
function isOwnPage(exchange: Exchange): boolean {
  return !pathOf(exchange).startsWith('/oauth2/')
}

/** As it was asked for: on the way to the engine a request may lose its query. */
function pathOf({ originalUrl }: Pick<Exchange, 'originalUrl'>): string {
  return originalUrl.split('?', 1)[0] ?? ''
}

function searchOf(exchange: Exchange): URLSearchParams {
  return new URLSearchParams(exchange.originalUrl.slice(pathOf(exchange).length))
}

function languageOf(text: string | null | undefined): Language | undefined {
  return languages.find((language) => language === text)
}
