// The code and the description of an error, for the developer: folded away from the person who meets it.
import type { Copy } from './copy.ts'
import { html, type Html } from './html.ts'

export function errorDetails(
  { error, description }: { readonly error: string; readonly description?: string | undefined },
  { error: words }: Copy,
): Html {
  return html`<details class="fold error-details">
    <summary>${words.details}</summary>
    <dl class="facts">
      <div>
        <dt>${words.code}</dt>
        <dd><code>${error}</code></dd>
      </div>
      ${
        description !== undefined &&
        html`<div>
          <dt>${words.description}</dt>
          <dd>${description}</dd>
        </div>`
      }
    </dl>
  </details>`
}
