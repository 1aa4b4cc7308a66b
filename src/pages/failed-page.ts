// The workflow failed under the policy `stop`. The person learns that it is not their fault and what to do; only a
// developer, and only in development, learns what broke and where.
import { copyFor } from './copy.ts'
import { failureDetails, type FailureDetails } from './failure-details.ts'
import { wayButton, type Way } from './form.ts'
import { html, withName } from './html.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'
import { referenceLine } from './reference-line.ts'

export interface FailedView extends PageView {
  readonly invocationId: string
  /** Takes `error=server_error` back to the application; one of our addresses, as on the denied page. */
  readonly back: Way
  readonly retry?: Way
  /** Only where the issuer runs in development. */
  readonly developer?: FailureDetails
  /** What is wrong with the last edit, which does not build: what failed is the version before it. Only in development. */
  readonly buildError?: FailureDetails
}

export function failedPage(view: FailedView): string {
  const copy = copyFor(view.language)
  const words = copy.failed
  const { developer, buildError, retry, back } = view
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, words.lead)}
      <p>${words.text}</p>
      <div class="ways">
        ${retry && wayButton(retry, { id: 'retry', look: 'primary', label: words.retry })}
        ${wayButton(back, { id: 'back', look: retry ? 'secondary' : 'primary', label: withName(copy.common.backTo, applicationName(view)) })}
      </div>
      ${referenceLine(view.invocationId, copy)}
      ${
        developer &&
        html`<section class="developer" aria-labelledby="developer-title">
          <h2 id="developer-title">${words.developerTitle}</h2>
          ${
            buildError &&
            html`<p>${words.lastEdit}</p>
              ${failureDetails(buildError)}
              <p>${words.versionBefore}</p>`
          }
          ${failureDetails(developer)}
          <p class="developer-note">${words.developerNote}</p>
        </section>`
      }`,
  })
}
