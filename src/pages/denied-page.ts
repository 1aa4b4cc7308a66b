// The workflow denied access. The reason is the author's text and may hold anything; it is shown as text, and never in
// place of our own words.
import { copyFor } from './copy.ts'
import { wayButton, type Way } from './form.ts'
import { html, withName } from './html.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'
import { referenceLine } from './reference-line.ts'

export interface DeniedView extends PageView {
  readonly reason: string
  /** Absent when no workflow ran. */
  readonly invocationId?: string
  /**
   * Takes `error=access_denied` back to the application. One of our addresses, which redirects: a native application's own
   * scheme would not get onto a page.
   */
  readonly back: Way
  readonly otherAccount?: Way
}

export function deniedPage(view: DeniedView): string {
  const copy = copyFor(view.language)
  const words = copy.denied
  const application = applicationName(view)
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, withName(words.lead, application))}
      <figure class="quotation">
        <figcaption>${words.reason}</figcaption>
        <blockquote dir="auto">${view.reason}</blockquote>
      </figure>
      ${view.invocationId !== undefined && html`<p>${words.text}</p>`}
      <div class="ways">
        ${wayButton(view.back, { id: 'back', look: 'primary', label: withName(copy.common.backTo, application) })}
        ${view.otherAccount && wayButton(view.otherAccount, { id: 'other-account', look: 'secondary', label: words.otherAccount })}
      </div>
      ${view.invocationId !== undefined && referenceLine(view.invocationId, copy)}`,
  })
}
