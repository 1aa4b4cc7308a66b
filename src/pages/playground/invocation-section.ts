// What the workflow did in one run: how it ended and what was done about it, then its console, its calls and the event
// that it got.
import type { Copy } from '../copy.ts'
import { failureDetails } from '../failure-details.ts'
import { html, type Html } from '../html.ts'
import type { Language } from '../language.ts'
import { pathHtml } from '../path-html.ts'
import { copyButton } from './copy-button.ts'
import { invocationSteps } from './invocation-steps.ts'
import type { CallView, InvocationView, LogLineView } from './invocation-view.ts'
import { jsonHtml } from './json-html.ts'
import { millisecondsText, timeText } from './number-text.ts'

type PlaygroundWords = Copy['playground']

/** How the run ended; above the tokens. */
export function invocationSummary(view: InvocationView, words: PlaygroundWords, language: Language): Html {
  const { invocation } = words
  const facts: readonly (readonly [string, string])[] = [
    [invocation.outcome, view.outcome],
    [invocation.took, invocation.milliseconds(millisecondsText(view.durationMs, language))],
    [words.landing.file, view.workflowFile],
    [words.landing.deployment, view.deploymentId],
    [invocation.id, view.id],
  ]
  return html`<section class="panel" aria-labelledby="invocation-title">
    <div class="panel-head">
      <h2 id="invocation-title">${invocation.title}</h2>
      <p class="moment">
        <span>${words.moments[view.moment]}</span>
        <time datetime="${new Date(view.at).toISOString()}">${timeText(view.at, language)}</time>
      </p>
    </div>
    <p class="verdict">
      <span class="pill pill-${view.decision}">${words.decisionLabels[view.decision]}</span>
      ${words.decisions[view.decision]}
    </p>
    ${
      view.deniedReason !== undefined &&
      html`<figure class="quotation">
        <figcaption>${invocation.reason}</figcaption>
        <blockquote>${view.deniedReason}</blockquote>
      </figure>`
    }
    ${view.failure && failureDetails(view.failure)}
    <dl class="facts facts-row">
      ${facts.map(
        ([label, value]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>
              ${value === view.id ? html`${pathHtml(value, 'invocation-id')} ${copyButton('invocation-id', label, words.copy)}` : pathHtml(value)}
            </dd>
          </div>`,
      )}
    </dl>
  </section>`
}

/** What it did on the way; below the tokens. */
export function invocationTrace(view: InvocationView, words: PlaygroundWords, language: Language): Html {
  const { invocation } = words
  return html`${invocationSteps(view.steps, words, language)}
    <section class="panel" aria-labelledby="log-title">
      <div class="panel-head"><h2 id="log-title">${invocation.log}</h2></div>
      ${
        view.log.length === 0
          ? html`<p class="panel-note">${invocation.noLog}</p>`
          : html`<ol class="log">
              ${view.log.map(logLine)}
            </ol>`
      }
    </section>
    <section class="panel" aria-labelledby="calls-title">
      <div class="panel-head"><h2 id="calls-title">${invocation.calls}</h2></div>
      ${
        view.calls.length === 0
          ? html`<p class="panel-note">${invocation.noCalls}</p>`
          : html`<ol class="calls">
              ${view.calls.map((call) => callLine(call, words, language))}
            </ol>`
      }
    </section>
    <details class="panel fold">
      <summary><h2>${invocation.event}</h2></summary>
      ${copyButton('event', invocation.event, words.copy)}
      <pre class="json" id="event">${jsonHtml(view.event)}</pre>
    </details>`
}

function logLine({ level, text }: LogLineView): Html {
  return html`<li class="log-line log-${level}">
    <span class="log-level">${level}</span> <span class="log-text">${text}</span>
  </li>`
}

function callLine(
  { method, url, status, durationMs, error }: CallView,
  words: PlaygroundWords,
  language: Language,
): Html {
  const isBad = status === undefined || status >= 400
  return html`<li class="call">
    <code class="call-request"><span class="call-method">${method}</span> ${url}</code>
    <span class="call-answer${isBad && ' call-answer-bad'}">${status ?? error?.code}</span>
    <span class="call-duration"
      >${words.invocation.milliseconds(millisecondsText(durationMs, language))}</span
    >
    ${error && html`<span class="call-error">${error.message}</span>`}
  </li>`
}
