// One token: its default claims beside the final ones, what differs first, how many bytes that makes, and the token itself
// as the application received it. A list of small description lists, so that a phone needs no table.
import type { TokenKind } from '../../oauth/index.ts'
import type { Copy } from '../copy.ts'
import { html, type Html } from '../html.ts'
import type { Language } from '../language.ts'
import { pathHtml } from '../path-html.ts'
import { claimList, claimValue } from './claim-list.ts'
import { claimRows } from './claim-rows.ts'
import type { IssuedTokenView, RefusedClaimView, TokenChangesView } from './invocation-view.ts'
import { issuedToken } from './issued-token.ts'
import { countText } from './number-text.ts'

type TokenWords = Copy['playground']['token']

interface TokenSection {
  readonly kind: TokenKind
  /** Undefined when no workflow ran. */
  readonly changes: TokenChangesView | undefined
  readonly refused: readonly RefusedClaimView[]
  readonly issued: IssuedTokenView | undefined
}

export function tokenSection(token: TokenSection, playground: Copy['playground'], language: Language): Html {
  const { token: words } = playground
  const { kind, changes, refused, issued } = token
  return html`<section class="panel token" aria-labelledby="${kind}-title">
    <div class="panel-head">
      <h2 id="${kind}-title">${words[kind]}</h2>
      ${changes && size(changes, words, language)}
    </div>
    ${changes && comparison(changes, refused, words)} ${issued && issuedToken(issued, kind, playground)}
  </section>`
}

function size({ bytesBefore, bytesAfter }: TokenChangesView, words: TokenWords, language: Language): Html {
  if (bytesAfter === undefined) return html`<p class="token-size"><strong>${words.notIssued}</strong></p>`
  const [before, after] = [countText(bytesBefore, language), countText(bytesAfter, language)]
  const widest = Math.max(bytesBefore, bytesAfter, 1)
  const width = (bytes: number) => ((bytes / widest) * 100).toFixed(1)
  return html`<p class="token-size">
    ${bytesBefore === bytesAfter ? words.bytes(after) : words.bytesChange(before, after)}
    <svg class="token-bars" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="token-bar-before" width="${width(bytesBefore)}" height="4" />
      <rect class="token-bar-after" y="7" width="${width(bytesAfter)}" height="4" />
    </svg>
  </p>`
}

function comparison(
  changes: TokenChangesView,
  refused: readonly RefusedClaimView[],
  words: TokenWords,
): Html {
  const { touched, unchanged } = claimRows(changes, refused)
  const isIssued = changes.after !== undefined
  return html`${isIssued && touched.length === 0 && html`<p class="panel-note">${words.noChanges}</p>`}
  ${touched.length > 0 && claimList(touched, words, words)}
  ${
    unchanged.length > 0 &&
    html`<details class="fold">
      <summary>
        ${isIssued ? words.unchanged(unchanged.length) : words.defaults(unchanged.length)}
        <span class="fold-names">${unchanged.map(({ claim }) => claim).join(', ')}</span>
      </summary>
      <dl class="claims-unchanged">
        ${unchanged.map(
          ({ claim, before }) =>
            html`<div>
              <dt>${pathHtml(claim)}</dt>
              <dd>${claimValue(before, words)}</dd>
            </div>`,
        )}
      </dl>
    </details>`
  }`
}
