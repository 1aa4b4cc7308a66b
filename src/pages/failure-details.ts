// What went wrong in an author's file, for the author: code, message, place, the line itself and what to do. The same
// block on the page of a failed sign-in (development only) and in the playground.
import { formatLocation, type SourceLocation } from '../errors/index.ts'
import { html, type Html } from './html.ts'
import { pathHtml } from './path-html.ts'

export interface FailureDetails {
  readonly code: string
  readonly message: string
  readonly at?: SourceLocation
  readonly hint?: string
  /** The line that `at` names, as the file holds it. */
  readonly sourceLine?: string
}

export function failureDetails({ code, message, at, hint, sourceLine }: FailureDetails): Html {
  return html`<div class="failure">
    <p class="failure-code"><code>${code}</code></p>
    <p class="failure-message">${message}</p>
    ${at && html`<p class="failure-place">${pathHtml(formatLocation(at))}</p>`}
    ${at && sourceLine !== undefined && html`<pre class="failure-source"><code>${at.line !== undefined && html`<span class="failure-line">${at.line}</span>`}${sourceLine.trim()}</code></pre>`}
    ${hint !== undefined && html`<p class="failure-hint">${hint}</p>`}
  </div>`
}
