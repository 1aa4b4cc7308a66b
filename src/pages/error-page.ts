// An OAuth error that cannot go back to the application, because the request does not say safely where that is (RFC 6749
// §4.1.2.1). The code and the description are for the application's developer; the rest is for the person.
import { copyFor, type Copy } from './copy.ts'
import { wayButton, type Way } from './form.ts'
import { html } from './html.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'

export interface ErrorView extends PageView {
  readonly error: string
  readonly description?: string
  readonly advice: keyof Copy['error']['advice']
  readonly back?: Way
}

export function errorPage(view: ErrorView): string {
  const copy = copyFor(view.language)
  const words = copy.error
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, words.advice[view.advice])}
      <dl class="facts">
        <div>
          <dt>${words.code}</dt>
          <dd><code>${view.error}</code></dd>
        </div>
        ${
          view.description !== undefined &&
          html`<div>
            <dt>${words.description}</dt>
            <dd>${view.description}</dd>
          </div>`
        }
      </dl>
      ${view.back && wayButton(view.back, { id: 'back', look: 'primary', label: copy.common.backTo(applicationName(view)) })}`,
  })
}
