// Ways on from a page at which something ends: what may help first of all, back to the application, the account. No page is a dead end.
import { copyFor } from './copy.ts'
import { wayButton } from './form.ts'
import { html, withName, type Html } from './html.ts'
import type { PageView } from './layout.ts'

interface NamedLink {
  readonly id: string
  readonly href: string
  readonly label: string | Html
}

const mostWays = 2

/** `isHomeFirst`: the application goes before what is handed over. */
export function onwardWays(
  { language, onward }: PageView,
  first?: NamedLink,
  isHomeFirst = false,
): Html | undefined {
  const { common } = copyFor(language)
  const { home, accountHref } = onward ?? {}
  const toHome = home && { id: 'home', href: home.href, label: withName(common.backTo, home.name) }
  const links = [
    ...(isHomeFirst ? [toHome, first] : [first, toHome]),
    accountHref !== undefined && { id: 'account', href: accountHref, label: common.account },
  ]
  const ways = links.filter((link) => typeof link === 'object').slice(0, mostWays)
  if (ways.length === 0) return undefined
  return html`<div class="ways">
    ${ways.map(({ id, href, label }, index) =>
      wayButton({ kind: 'link', href }, { id, look: index === 0 ? 'primary' : 'secondary', label }),
    )}
  </div>`
}
