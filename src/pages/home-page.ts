// The bare address of the issuer, which people open by hand or find in a mail: it says where they are, and leads to their application and
// their account. A developer finds the address of the configuration.
import { copyFor } from './copy.ts'
import { html, withName } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'
import { onwardWays } from './onward.ts'

export interface HomeView extends PageView {
  readonly siteName: string
  /** The discovery document (OIDC Discovery §4). */
  readonly discoveryHref: string
}

export function homePage(view: HomeView): string {
  const { home: words } = copyFor(view.language)
  const { home, ...onward } = view.onward ?? {}
  const go = home && { id: 'home', href: home.href, label: withName(words.goTo, home.name) }
  return renderPage(view, {
    title: words.title(view.siteName),
    main: html`${heading(withName(words.title, view.siteName), words.lead)}
      ${onwardWays({ ...view, onward }, go)}
      <p class="aside-line aside-line-ruled">
        ${words.developer} <a href="${view.discoveryHref}">${words.discovery}</a>
      </p>`,
  })
}
