// What all pages of an account have in common: the way between them, what was just done, and the way back to the application.
import { copyFor, type Copy } from '../copy.ts'
import { wayButton } from '../form.ts'
import { html, withName, type Html } from '../html.ts'
import { heading, renderPage, type PageView } from '../layout.ts'

export type AccountPageName = keyof Copy['accountPages']['pages']

export interface AccountFrameView extends PageView {
  /** The pages of the account, in their order; the one that is shown has none. */
  readonly pages: readonly { readonly name: AccountPageName; readonly href?: string }[]
  /** What a form has just done. */
  readonly done?: keyof Copy['accountPages']['done'] | undefined
}

interface AccountContent {
  readonly title: string
  readonly lead?: string | Html
  readonly isFaulty?: boolean
  readonly hasScript?: boolean
  readonly main: Html
}

export function renderAccountPage(view: AccountFrameView, content: AccountContent): string {
  const { common, accountPages: words } = copyFor(view.language)
  const { title, lead, main, ...rest } = content
  const home = view.onward?.home
  return renderPage(view, {
    ...rest,
    title,
    main: html`${heading(title, lead)} ${navigation(view)}
    ${view.done !== undefined && html`<div class="notice" role="status"><p>${words.done[view.done]}</p></div>`}
    ${main}
    ${home && html`<div class="ways">${wayButton({ kind: 'link', href: home.href }, { id: 'home', look: 'quiet', label: withName(common.backTo, home.name) })}</div>`}`,
  })
}

function navigation({ language, pages }: AccountFrameView): Html {
  const { accountPages: words } = copyFor(language)
  return html`<nav class="account-pages" aria-label="${words.navigation}">
    <ul>
      ${pages.map(
        ({ name, href }) =>
          html`<li>
            ${href === undefined ? html`<span aria-current="page">${words.pages[name]}</span>` : html`<a id="to-${name}" href="${href}">${words.pages[name]}</a>`}
          </li>`,
      )}
    </ul>
  </nav>`
}
