// The end of a session, for a person whom no application asked back.
import { copyFor } from './copy.ts'
import { wayButton } from './form.ts'
import { html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface SignedOutView extends PageView {
  readonly signInHref?: string
}

export function signedOutPage(view: SignedOutView): string {
  const { signedOut: words } = copyFor(view.language)
  const { signInHref } = view
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, words.text)}
    ${signInHref !== undefined && wayButton({ kind: 'link', href: signInHref }, { id: 'sign-in', look: 'secondary', label: words.signInAgain })}`,
  })
}
