// A button that copies the text of another element; hidden until the script of the page can serve it.
import type { Copy } from '../copy.ts'
import { html, type Html } from '../html.ts'

/** `what` is read by screen readers, because a page has many of these. */
export function copyButton(sourceId: string, what: string, words: Copy['playground']['copy']): Html {
  return html`<button
    class="copy"
    type="button"
    aria-controls="${sourceId}"
    data-copy="${words.copy}"
    data-copied="${words.copied}"
    hidden
  >
    <span aria-live="polite">${words.copy}</span><span class="unseen"> ${what}</span>
  </button>`
}
