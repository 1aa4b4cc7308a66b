// The id of an invocation, small and easy to select: a person sends it to the people who run the application, who find the
// record by it.
import type { Copy } from './copy.ts'
import { html, type Html } from './html.ts'

export function referenceLine(invocationId: string, copy: Copy): Html {
  return html`<p class="reference">${copy.common.invocation}: <code>${invocationId}</code></p>`
}
