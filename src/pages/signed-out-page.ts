// The end of a session, for a person whom no application asked back, and the account page of a person who is not signed in.
import { copyFor } from './copy.ts'
import { html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'
import { onwardWays } from './onward.ts'

export interface SignedOutView extends PageView {
  /** Given to a person who opened the account and did not sign in: where that begins. */
  readonly accountSignInHref?: string
}

export function signedOutPage(view: SignedOutView): string {
  const { signedOut: words } = copyFor(view.language)
  const { accountSignInHref: href } = view
  const signIn = href === undefined ? undefined : { id: 'sign-in', href, label: words.signIn }
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, signIn ? words.textOfAccount : words.text)} ${onwardWays(view, signIn)}`,
  })
}
