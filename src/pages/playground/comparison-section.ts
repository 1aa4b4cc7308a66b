// What differs between the invocation that is shown and another one. The earlier of the two is always the side before, whichever is shown.
import { tokenKinds, type TokenKind } from '../../oauth/index.ts'
import type { Copy } from '../copy.ts'
import { html, type Html } from '../html.ts'
import type { Language } from '../language.ts'
import { pathHtml } from '../path-html.ts'
import { claimList } from './claim-list.ts'
import type { ClaimRow } from './claim-rows.ts'
import type { InvocationSummary } from './invocation-view.ts'
import { timeText } from './number-text.ts'

/** The id of its element, for links to it. */
export const comparisonId = 'comparison'

export interface ComparisonView {
  readonly earlier: ComparedInvocation
  readonly later: ComparedInvocation
  /** How they ended, where that differs. */
  readonly ending: readonly EndingDifference[]
  /** The tokens that differ. */
  readonly tokens: Readonly<Partial<Record<TokenKind, TokenDifference>>>
}

export interface ComparedInvocation extends InvocationSummary {
  readonly deploymentId: string
}

export interface EndingDifference {
  readonly of: 'outcome' | 'reason' | 'error'
  readonly before?: string
  readonly after?: string
}

/** `earlier-only`: the later invocation issued no such token. `order`: the same claims in another order. */
export type TokenDifference = readonly ClaimRow[] | 'earlier-only' | 'later-only' | 'order'

type PlaygroundWords = Copy['playground']

/** `view` is undefined when there is no other invocation to compare with. */
export function comparisonSection(
  view: ComparisonView | undefined,
  words: PlaygroundWords,
  language: Language,
): Html {
  const { comparison } = words
  return html`<section class="panel" id="${comparisonId}" aria-labelledby="comparison-title">
    <div class="panel-head"><h2 id="comparison-title">${comparison.title}</h2></div>
    ${view ? differences(view, words, language) : html`<p class="panel-note">${comparison.noOther}</p>`}
  </section>`
}

function differences(view: ComparisonView, words: PlaygroundWords, language: Language): Html {
  const { comparison } = words
  const { earlier, later, ending, tokens } = view
  const differing = tokenKinds.filter((kind) => tokens[kind] !== undefined)
  const isSame = earlier.decision === later.decision && ending.length + differing.length === 0
  return html`<div class="compared">
      ${compared(earlier, comparison.earlier, words, language)}
      ${compared(later, comparison.later, words, language)}
    </div>
    ${isSame && html`<p class="panel-note">${comparison.noDifference}</p>`}
    ${
      ending.length > 0 &&
      html`<dl class="facts">
        ${ending.map(
          ({ of, before, after }) =>
            html`<div>
              <dt>${words.invocation[of]}</dt>
              <dd>${endingValue(before, words)} → ${endingValue(after, words)}</dd>
            </div>`,
        )}
      </dl>`
    }
    ${differing.map((kind) => tokenDifference(kind, tokens[kind] ?? [], words))}`
}

function compared(
  { id, at, moment, decision, deploymentId }: ComparedInvocation,
  side: string,
  words: PlaygroundWords,
  language: Language,
): Html {
  return html`<div>
    <h3>${side}</h3>
    <p>
      ${words.moments[moment]}
      <time class="compared-when" datetime="${new Date(at).toISOString()}">${timeText(at, language)}</time>
      <span class="pill pill-${decision}">${words.decisionLabels[decision]}</span>
    </p>
    <dl class="facts facts-row">
      <div>
        <dt>${words.landing.deployment}</dt>
        <dd>${pathHtml(deploymentId)}</dd>
      </div>
      <div>
        <dt>${words.invocation.id}</dt>
        <dd>${pathHtml(id)}</dd>
      </div>
    </dl>
  </div>`
}

function endingValue(value: string | undefined, words: PlaygroundWords): Html {
  return value === undefined
    ? html`<span class="claim-absent">${words.token.absent}</span>`
    : html`<bdi>${value}</bdi>`
}

function tokenDifference(kind: TokenKind, difference: TokenDifference, words: PlaygroundWords): Html {
  const { token, comparison } = words
  return html`<h3>${token[kind]}</h3>
    ${
      typeof difference === 'string'
        ? html`<p class="panel-note">${comparison.whole[difference]}</p>`
        : claimList(difference, { before: comparison.earlier, after: comparison.later }, token)
    }`
}
