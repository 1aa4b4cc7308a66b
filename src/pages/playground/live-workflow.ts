// Which workflow is live and where to change it, and what is wrong with the last edit if it does not build.
import type { Copy } from '../copy.ts'
import { failureDetails, type FailureDetails } from '../failure-details.ts'
import { html, type Html } from '../html.ts'
import { pathHtml } from '../path-html.ts'
import { copyButton } from './copy-button.ts'

export interface LiveWorkflowView {
  /** As the developer opens it, from the project's folder. */
  readonly file: string
  readonly workflowId: string
  readonly deploymentId: string
  readonly failurePolicy: 'stop' | 'continue'
}

type LandingWords = Copy['playground']['landing']

export function liveWorkflow(
  workflow: LiveWorkflowView | undefined,
  { landing: words, copy }: Copy['playground'],
): Html {
  return html`<section class="panel" aria-labelledby="live-title">
    <div class="panel-head">
      <h2 id="live-title">${words.liveTitle}</h2>
      ${workflow && html`<span class="pill pill-issue">${words.live}</span>`}
    </div>
    ${
      workflow
        ? html`<p class="workflow-file">
              ${pathHtml(workflow.file, 'workflow-file')} ${copyButton('workflow-file', words.file, copy)}
            </p>
            <p class="panel-note">${words.edit}</p>
            <dl class="facts facts-row">
              <div>
                <dt>${words.workflow}</dt>
                <dd><code>${workflow.workflowId}</code></dd>
              </div>
              <div>
                <dt>${words.deployment}</dt>
                <dd><code>${workflow.deploymentId}</code></dd>
              </div>
              <div>
                <dt>${words.failurePolicy}</dt>
                <dd><code>${workflow.failurePolicy}</code></dd>
              </div>
            </dl>`
        : html`<p class="panel-note">${words.noWorkflow}</p>`
    }
  </section>`
}

/** Workflows of the project that never run, such as one of a trigger that Mintage does not fire. */
export function neverRun(
  errors: readonly FailureDetails[] | undefined,
  words: LandingWords,
): Html | undefined {
  if (errors === undefined || errors.length === 0) return undefined
  return html`<section class="panel panel-broken" aria-labelledby="never-run-title">
    <div class="panel-head"><h2 id="never-run-title">${words.neverRunTitle}</h2></div>
    ${errors.map(failureDetails)}
  </section>`
}

/** The last edit that did not build; nothing when it did. */
export function buildError(
  error: FailureDetails | undefined,
  workflow: LiveWorkflowView | undefined,
  words: LandingWords,
): Html | undefined {
  if (!error) return undefined
  return html`<section class="panel panel-broken" role="alert" aria-labelledby="build-error-title">
    <div class="panel-head"><h2 id="build-error-title">${words.buildFailedTitle}</h2></div>
    ${failureDetails(error)}
    <p class="panel-note">${workflow ? words.buildFailed(workflow.deploymentId) : words.buildFailedFirst}</p>
  </section>`
}
