// The application asked for a way to sign in that is not to be had here.
import { copyFor } from './copy.ts'
import { errorDetails } from './error-details.ts'
import { wayButton, type Way } from './form.ts'
import { html, withName } from './html.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'

export interface ConnectionUnusableView extends PageView {
  /** For the developer, one step away. */
  readonly error: string
  readonly description: string
  /** On with any other way to sign in. */
  readonly goOn: Way
  /** Gives the error back to the application. */
  readonly back: Way
}

export function connectionUnusablePage(view: ConnectionUnusableView): string {
  const copy = copyFor(view.language)
  const words = copy.connectionUnusable
  const name = applicationName(view)
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, withName(words.text, name))}
      <div class="ways">
        ${wayButton(view.goOn, { id: 'go-on', look: 'primary', label: words.goOn })}
        ${wayButton(view.back, { id: 'back', look: 'secondary', label: withName(copy.common.backTo, name) })}
      </div>
      ${errorDetails(view, copy)}`,
  })
}
