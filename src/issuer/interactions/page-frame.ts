// What all pages of the issuer have in common: the language, whose page it is, and how it is sent.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { languageFor, securityHeaders, type Onward, type PageView } from '../../pages/index.ts'
import type { ApplicationRecord } from '../../store/index.ts'
import { accountPath } from '../request/routes.ts'
import { requestState } from '../request/request-state.ts'
import { chosenLanguage, languageLinks } from './language-choice.ts'

type Context = Pick<KoaContextWithOIDC, 'set' | 'status' | 'type' | 'body'>

export interface Framed {
  /** `ui_locales` or `lang` of the request. */
  readonly requestedLanguage?: string | undefined
  /** Where a GET shows the same step, for a page that answers a form: there the language can be changed. */
  readonly shownAt?: string | undefined
  /** Whose page it is; the site's own when not given. */
  readonly application?: FramedApplication | undefined
}

type FramedApplication = Pick<ApplicationRecord, 'name' | 'homepageUri' | 'loginUri'>

export function pageFrame(
  ctx: KoaContextWithOIDC,
  { requestedLanguage = '', application, shownAt }: Framed,
): PageView {
  const wished = `${chosenLanguage(ctx) ?? ''} ${requestedLanguage}`
  const { site, comesFrom } = requestState(ctx)
  const { name, languages } = site
  const links = languageLinks(ctx, languages, shownAt)
  return {
    language: languageFor(wished, ctx.get('accept-language') || undefined, languages),
    brand: { application: application?.name ?? name },
    ...(links && { languageLinks: links }),
    onward: { accountHref: accountPath, ...homeOf(application ?? comesFrom) },
  }
}

function homeOf(application: FramedApplication | undefined): Pick<Onward, 'home'> {
  const href = application?.homepageUri ?? application?.loginUri
  return application && href ? { home: { name: application.name, href } } : {}
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
