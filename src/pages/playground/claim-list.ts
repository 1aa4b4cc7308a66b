// Claims that differ, each with its value before and after. A list of small description lists, so that a phone needs no table.
import { formatLocation } from '../../errors/index.ts'
import type { JsonValue } from '../../oauth/index.ts'
import type { Copy } from '../copy.ts'
import { html, type Html } from '../html.ts'
import { pathHtml } from '../path-html.ts'
import type { ClaimRow } from './claim-rows.ts'
import { jsonHtml } from './json-html.ts'

type TokenWords = Copy['playground']['token']

/** What the two values of each row are. */
export interface ClaimSides {
  readonly before: string
  readonly after: string
}

export function claimList(rows: readonly ClaimRow[], sides: ClaimSides, words: TokenWords): Html {
  return html`<div class="claims-head" aria-hidden="true">
      <span>${words.claim}</span><span>${sides.before}</span><span>${sides.after}</span>
    </div>
    <ul class="claims">
      ${rows.map((row) => claimItem(row, sides, words))}
    </ul>`
}

function claimItem(
  { state, claim, before, after, at }: ClaimRow,
  sides: ClaimSides,
  words: TokenWords,
): Html {
  return html`<li class="claim claim-${state}">
    <div class="claim-name">
      ${pathHtml(claim)} <span class="claim-state">${state !== 'unchanged' && words[state]}</span>
    </div>
    <dl class="claim-values">
      <div class="claim-before">
        <dt>${sides.before}</dt>
        <dd>${claimValue(before, words)}</dd>
      </div>
      <div class="claim-after">
        <dt>${sides.after}</dt>
        <dd>
          ${claimValue(after, words)}${
            state === 'refused' &&
            html`<p class="claim-refusal">
              ${words.refusedText}${at && html` ${pathHtml(formatLocation(at))}`}
            </p>`
          }
        </dd>
      </div>
    </dl>
  </li>`
}

export function claimValue(value: JsonValue | undefined, words: TokenWords): Html {
  return value === undefined
    ? html`<span class="claim-absent">${words.absent}</span>`
    : html`<code class="json">${jsonHtml(value)}</code>`
}
