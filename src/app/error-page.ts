// What a browser sees of an error that no part of the server answers: no route has the path, a body is too large, a handler broke.
import type { ErrorPage } from '../http/index.ts'
import { errorPage, languageFor, securityHeaders, type Language } from '../pages/index.ts'

interface SiteSettings {
  readonly name: string
  readonly languages: readonly Language[]
}

const advice = {
  400: 'notFound',
  404: 'notFound',
  413: 'tooLarge',
  500: 'server',
  503: 'unavailable',
} as const

export function serverErrorPage({ name, languages }: SiteSettings): ErrorPage {
  return ({ headers, method, url = '/' }, { status, error, text }) => {
    // A path that begins with two slashes is an address of another host to a browser.
    const retryHref = status >= 500 && method === 'GET' && !/^[/\\]{2}/.test(url) ? url : undefined
    const html = errorPage({
      language: languageFor(undefined, headers['accept-language'], languages),
      brand: { application: name },
      onward: { accountHref: '/account' },
      error,
      description: text,
      advice: advice[status],
      ...(retryHref !== undefined && { retryHref }),
    })
    return { html, headers: securityHeaders() }
  }
}
