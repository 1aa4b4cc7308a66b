// A token as it was received: decoded, and behind one more step raw, in its three parts.
import type { Copy } from '../copy.ts'
import { html, type Html } from '../html.ts'
import type { IssuedTokenView } from './invocation-view.ts'
import { jsonHtml } from './json-html.ts'

export function issuedToken(
  { raw, header, payload }: IssuedTokenView,
  words: Copy['playground']['token'],
): Html {
  return html`<details class="fold">
      <summary>${words.decoded}</summary>
      <p class="small-title">${words.header}</p>
      <pre class="json">${jsonHtml(header)}</pre>
      <p class="small-title">${words.payload}</p>
      <pre class="json">${jsonHtml(payload)}</pre>
    </details>
    <details class="fold">
      <summary>${words.raw}</summary>
      <p class="panel-note">${words.rawNote}</p>
      <pre class="raw-token">${parts(raw)}</pre>
    </details>`
}

function parts(raw: string): Html[] {
  return raw
    .split('.')
    .map((part, index) => html`${index > 0 && '.'}<span class="raw-token-part-${index % 3}">${part}</span>`)
}
