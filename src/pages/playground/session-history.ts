// The invocations of this playground session, newest first; each leads to what it did, and to what differs from the one that is shown.
import type { Copy } from '../copy.ts'
import { html, type Html } from '../html.ts'
import type { Language } from '../language.ts'
import type { InvocationSummary } from './invocation-view.ts'
import { millisecondsText, timeText } from './number-text.ts'

export interface HistoryEntry extends InvocationSummary {
  readonly href: string
  /** Leads to its comparison with the invocation that is shown. Absent for that one itself. */
  readonly compare?: { readonly href: string; readonly isShown: boolean }
}

/** `entries` come newest first. */
export function sessionHistory(
  entries: readonly HistoryEntry[],
  shownId: string | undefined,
  words: Copy['playground'],
  language: Language,
): Html {
  return html`<nav class="panel history" aria-labelledby="history-title">
    <div class="panel-head"><h2 id="history-title">${words.history.title}</h2></div>
    ${
      entries.length === 0
        ? html`<p class="panel-note">${words.history.empty}</p>`
        : html`<ol class="history-list">
            ${entries.map((entry) => historyItem(entry, entry.id === shownId, words, language))}
          </ol>`
    }
  </nav>`
}

function historyItem(
  entry: HistoryEntry,
  isShown: boolean,
  words: Copy['playground'],
  language: Language,
): Html {
  const { href, id, at, moment, decision, durationMs, compare } = entry
  return html`<li>
    <a class="history-entry" href="${href}" ${isShown && html` aria-current="page"`}>
      <span class="history-moment">${words.moments[moment]}</span>
      <span class="pill pill-${decision}">${words.decisionLabels[decision]}</span>
      <span class="history-when"
        ><time datetime="${new Date(at).toISOString()}">${timeText(at, language)}</time> ·
        ${words.invocation.milliseconds(millisecondsText(durationMs, language))}</span
      >
      <code class="history-id">${id}</code>
    </a>
    ${
      compare &&
      html`<a class="history-compare" href="${compare.href}" ${compare.isShown && html` aria-current="true"`}
        >${words.history.compare}<span class="unseen"> ${id}</span></a
      >`
    }
  </li>`
}
