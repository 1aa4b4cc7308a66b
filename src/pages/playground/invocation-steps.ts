// The workflows of one invocation, in the order in which they ran. Nothing for a single one, of which the summary tells.
import type { Copy } from '../copy.ts'
import { html, type Html } from '../html.ts'
import type { Language } from '../language.ts'
import type { StepView } from './invocation-view.ts'
import { millisecondsText } from './number-text.ts'

export function invocationSteps(
  steps: readonly StepView[],
  words: Copy['playground'],
  language: Language,
): Html | undefined {
  if (steps.length < 2) return undefined
  return html`<section class="panel" aria-labelledby="steps-title">
    <div class="panel-head"><h2 id="steps-title">${words.invocation.steps}</h2></div>
    <ol class="calls">
      ${steps.map((step) => stepLine(step, words, language))}
    </ol>
  </section>`
}

function stepLine(step: StepView, words: Copy['playground'], language: Language): Html {
  const { invocation, decisionLabels } = words
  if (step.kind === 'skipped') {
    return html`<li class="call">
      <code class="call-request">${step.workflow}</code>
      <span class="call-answer">${invocation.skipped[step.reason]}</span>
    </li>`
  }
  const isBad = step.decision !== 'issue'
  return html`<li class="call">
    <code class="call-request">${step.workflow}</code>
    <span class="call-answer${isBad && ' call-answer-bad'}">${decisionLabels[step.decision]}</span>
    <span class="call-duration">${invocation.milliseconds(millisecondsText(step.durationMs, language))}</span>
    ${step.error !== undefined && html`<span class="call-error">${step.error}</span>`}
  </li>`
}
