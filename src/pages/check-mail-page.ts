// "We have sent you a link." After a forgotten password it says the same for an address without an account, so that
// the page does not show whether one exists.
import { copyFor } from './copy.ts'
import { html, withStrong } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface CheckMailView extends PageView {
  readonly reason: 'password-reset' | 'sign-up' | 'confirm-email'
  /** The address as it was typed. */
  readonly email: string
  readonly expiresInMinutes: number
  /** Back to the form before, to correct the address. */
  readonly againHref?: string
  /** For a person who is signed in: back to the account. */
  readonly accountHref?: string
}

export function checkMailPage(view: CheckMailView): string {
  const { checkMail: words, common } = copyFor(view.language)
  const isReset = view.reason === 'password-reset'
  const sentence = isReset ? words.passwordReset : words.confirmEmail
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, withStrong(sentence, view.email))}
      <p>${words.expiry(view.expiresInMinutes)}</p>
      <div class="notice">
        <p class="notice-title">${words.nothingTitle}</p>
        <p>${words.nothing}</p>
      </div>
      ${view.againHref !== undefined && html`<p class="aside-line"><a href="${view.againHref}">${words.again}</a></p>`}
      ${view.accountHref !== undefined && html`<p class="aside-line"><a href="${view.accountHref}">${common.backToAccount}</a></p>`}`,
  })
}
