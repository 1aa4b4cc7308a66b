// What all pages of the issuer have in common: the language, whose page it is, and how it is sent.
import { languageFor, securityHeaders, type Onward, type PageView } from '../pages/index.ts'
import type { ApplicationRecord } from '../store/index.ts'
import type { Exchange } from './exchange.ts'
import { accountPath } from './paths.ts'
import { brandOf } from './page-brand.ts'
import { surroundings } from './site.ts'
import { chosenLanguage, languageLinks } from './language-choice.ts'

type Context = Pick<Exchange, 'set' | 'status' | 'type' | 'body'>

export interface Framed {
  /** `ui_locales` or `lang` of the request. */
  readonly requestedLanguage?: string | undefined
  /** Where a GET shows the same step, for a page that answers a form: there the language can be changed. */
  readonly shownAt?: string | undefined
  /** Whose page it is; the site's own when not given. */
  readonly application?: FramedApplication | undefined
  /** Whose look goes before the application's. */
  readonly organizationCode?: string | undefined
  /** The page must not wait for it: it has Mintage's own look. */
  readonly isDatabaseAway?: boolean
}

type FramedApplication = Pick<ApplicationRecord, 'clientId' | 'name' | 'homepageUri' | 'loginUri'>

export async function pageFrame(
  exchange: Exchange,
  { requestedLanguage = '', application, organizationCode, isDatabaseAway = false, shownAt }: Framed,
): Promise<PageView> {
  const wished = `${chosenLanguage(exchange) ?? ''} ${requestedLanguage}`
  const { site, comesFrom, brandings } = surroundings(exchange)
  const { name, languages } = site
  const links = languageLinks(exchange, languages, shownAt)
  const looks = isDatabaseAway ? [] : await brandings({ clientId: application?.clientId, organizationCode })
  return {
    language: languageFor(wished, exchange.get('accept-language') || undefined, languages),
    brand: { application: application?.name ?? name, ...brandOf(looks) },
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
  exchange: Context,
  page: string,
  {
    status = 200,
    formRedirects = [],
  }: { readonly status?: number; readonly formRedirects?: readonly string[] } = {},
): void {
  exchange.status = status
  exchange.type = 'html'
  for (const [name, value] of Object.entries(securityHeaders({ formRedirects }))) exchange.set(name, value)
  exchange.body = page
}
