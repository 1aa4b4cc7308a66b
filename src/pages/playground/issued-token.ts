// A token as it was received: decoded, and behind one more step raw, in its three parts.
import type { TokenKind } from '../../oauth/index.ts'
import type { Copy } from '../copy.ts'
import { copyButton } from './copy-button.ts'
import { html, type Html } from '../html.ts'
import type { IssuedTokenView } from './invocation-view.ts'
import { jsonHtml } from './json-html.ts'

export function issuedToken(
  { raw, header, payload }: IssuedTokenView,
  kind: TokenKind,
  { token: words, copy }: Copy['playground'],
): Html {
  return html`<details class="fold">
      <summary>${words.decoded}</summary>
      <p class="small-title">${words.header}</p>
      <pre class="json">${jsonHtml(header)}</pre>
      <p class="small-title">${words.payload}</p>
      ${copyButton(`${kind}-payload`, `${words[kind]}, ${words.payload}`, copy)}
      <pre class="json" id="${kind}-payload">${jsonHtml(payload)}</pre>
    </details>
    <details class="fold">
      <summary>${words.raw}</summary>
      <p class="panel-note">${words.rawNote}</p>
      ${copyButton(`${kind}-raw`, `${words[kind]}, ${words.raw}`, copy)}
      <pre class="raw-token" id="${kind}-raw">${parts(raw)}</pre>
    </details>`
}

function parts(raw: string): Html[] {
  return raw
    .split('.')
    .map((part, index) => html`${index > 0 && '.'}<span class="raw-token-part-${index % 3}">${part}</span>`)
}
