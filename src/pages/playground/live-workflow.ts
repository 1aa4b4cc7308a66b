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
  readonly failurePolicy: 'stop' | 'continue'
}

/** What runs for the tokens of a user. */
export interface LiveDeploymentView {
  readonly deploymentId: string
  /** In the order in which they run. */
  readonly workflows: readonly [LiveWorkflowView, ...LiveWorkflowView[]]
}

type LandingWords = Copy['playground']['landing']

export function liveWorkflows(
  live: LiveDeploymentView | undefined,
  { landing: words, copy }: Copy['playground'],
): Html {
  const [only, ...others] = live?.workflows ?? []
  const deployment = live && fact(words.deployment, live.deploymentId)
  return html`<section class="panel" aria-labelledby="live-title">
    <div class="panel-head">
      <h2 id="live-title">${others.length > 0 ? words.liveSequenceTitle : words.liveTitle}</h2>
      ${live && html`<span class="pill pill-issue">${words.live}</span>`}
    </div>
    ${only === undefined && html`<p class="panel-note">${words.noWorkflow}</p>`}
    ${
      only &&
      others.length === 0 &&
      html`${fileLine(only, 'workflow-file', words, copy)}
        <p class="panel-note">${words.edit}</p>
        <dl class="facts facts-row">
          ${fact(words.workflow, only.workflowId)} ${deployment}
          ${fact(words.failurePolicy, only.failurePolicy)}
        </dl>`
    }
    ${
      live &&
      others.length > 0 &&
      html`<p class="panel-note">${words.editSequence}</p>
        <ol class="live-sequence">
          ${live.workflows.map((workflow, index) => sequenceItem(workflow, index, words, copy))}
        </ol>
        <dl class="facts facts-row">${deployment}</dl>`
    }
  </section>`
}

function sequenceItem(
  workflow: LiveWorkflowView,
  index: number,
  words: LandingWords,
  copy: Copy['playground']['copy'],
): Html {
  return html`<li>
    ${fileLine(workflow, `workflow-file-${String(index + 1)}`, words, copy)}
    <dl class="facts facts-row">
      ${fact(words.workflow, workflow.workflowId)} ${fact(words.failurePolicy, workflow.failurePolicy)}
    </dl>
  </li>`
}

function fileLine(
  { file }: LiveWorkflowView,
  id: string,
  words: LandingWords,
  copy: Copy['playground']['copy'],
): Html {
  return html`<p class="workflow-file">${pathHtml(file, id)} ${copyButton(id, words.file, copy)}</p>`
}

function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd><code>${value}</code></dd>
  </div>`
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
  live: LiveDeploymentView | undefined,
  words: LandingWords,
): Html | undefined {
  if (!error) return undefined
  return html`<section class="panel panel-broken" role="alert" aria-labelledby="build-error-title">
    <div class="panel-head"><h2 id="build-error-title">${words.buildFailedTitle}</h2></div>
    ${failureDetails(error)}
    <p class="panel-note">${live ? words.buildFailed(live.deploymentId) : words.buildFailedFirst}</p>
  </section>`
}
