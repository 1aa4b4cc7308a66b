// The end of a sign-in, for an application that is not a page of this browser (`has_success_page`, C§1): it opens by itself, and this page stays.
import { copyFor } from './copy.ts'
import { appAddress, html, withName } from './html.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'

export interface SignedInView extends PageView {
  /** The redirect URI with the code. It may have a scheme of the application's own. */
  readonly callback: string
}

export function signedInPage(view: SignedInView): string {
  const copy = copyFor(view.language)
  const words = copy.signedIn
  const name = applicationName(view)
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, withName(words.text, name))}
      <div class="ways">
        <a class="button button-primary" id="continue" href="${appAddress(view.callback)}"
          ><span>${withName(words.open, name)}</span></a
        >
      </div>`,
  })
}
