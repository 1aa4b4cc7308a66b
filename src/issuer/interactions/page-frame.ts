// What all pages of the issuer have in common: the language, whose page it is, and how it is sent.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { languageFor, securityHeaders, type PageView } from '../../pages/index.ts'
import { requestState } from '../request-state.ts'
import { chosenLanguage, languageLinks } from './language-choice.ts'

type Context = Pick<KoaContextWithOIDC, 'set' | 'status' | 'type' | 'body'>

export interface Framed {
  /** `ui_locales` or `lang` of the request. */
  readonly requestedLanguage?: string | undefined
  readonly applicationName?: string | undefined
}

export function pageFrame(
  ctx: KoaContextWithOIDC,
  { requestedLanguage = '', applicationName }: Framed,
): PageView {
  const wished = `${chosenLanguage(ctx) ?? ''} ${requestedLanguage}`
  const { name, languages } = requestState(ctx).site
  const links = languageLinks(ctx, languages)
  return {
    language: languageFor(wished, ctx.get('accept-language') || undefined, languages),
    brand: { application: applicationName ?? name },
    ...(links && { languageLinks: links }),
  }
}

/** `formRedirects`: where a form of the page may lead in the end, for the CSP. */
export function sendPage(
  ctx: Context,
  page: string,
  {
    status = 200,
    formRedirects = [],
  }: { readonly status?: number; readonly formRedirects?: readonly string[] } = {},
): void {
  ctx.status = status
  ctx.type = 'html'
  for (const [name, value] of Object.entries(securityHeaders({ formRedirects }))) ctx.set(name, value)
  ctx.body = page
}
