// The password is changed; other sessions have ended with it.
import { copyFor } from './copy.ts'
import { wayButton, type Way } from './form.ts'
import { html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface PasswordChangedView extends PageView {
  /** To sign-in, or for a person who is signed in back to the account. Absent when the origin of the request is unknown. */
  readonly next?: { readonly to: 'sign-in' | 'account'; readonly way: Way }
}

export function passwordChangedPage(view: PasswordChangedView): string {
  const { passwordChanged: words, common } = copyFor(view.language)
  const { next } = view
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, words.text)}
    ${next && wayButton(next.way, { id: 'continue', look: 'primary', label: next.to === 'account' ? common.backToAccount : words.signIn })}`,
  })
}
