// The playground before a sign-in: what it shows, where to begin, which workflow is live and where to edit it.
import { copyFor, type Copy } from '../copy.ts'
import type { FailureDetails } from '../failure-details.ts'
import { wayButton, type Way } from '../form.ts'
import { html, type Html } from '../html.ts'
import { heading, renderPage, type PageView } from '../layout.ts'
import { copyButton } from './copy-button.ts'
import { buildError, liveWorkflows, neverRun, type LiveDeploymentView } from './live-workflow.ts'
import { sessionHistory, type HistoryEntry } from './session-history.ts'

export interface PlaygroundLandingView extends PageView {
  readonly signIn: Way
  /** Where people may sign up. */
  readonly signUp?: Way
  readonly live?: LiveDeploymentView
  /** The last edit, when it did not build. */
  readonly buildError?: FailureDetails
  /** Why workflows of the project never run. */
  readonly neverRun?: readonly FailureDetails[]
  /** Only for the demo project, whose password is public. */
  readonly demoUser?: { readonly identifier: string; readonly password: string }
  /** Newest first. */
  readonly invocations: readonly HistoryEntry[]
}

export function playgroundLandingPage(view: PlaygroundLandingView): string {
  const words = copyFor(view.language).playground
  const { landing } = words
  return renderPage(view, {
    title: words.name,
    width: 'workbench',
    hasScript: true,
    main: html`<div class="hero">
        ${heading(landing.title, landing.lead)}
        <div class="ways ways-row">
          ${wayButton(view.signIn, { id: 'sign-in', look: 'primary', label: landing.signIn })}
          ${view.signUp && wayButton(view.signUp, { id: 'sign-up', look: 'secondary', label: landing.signUp })}
        </div>
        ${demoUser(view, words)}
      </div>
      ${buildError(view.buildError, view.live, landing)} ${neverRun(view.neverRun, landing)}
      ${liveWorkflows(view.live, words)}
      ${view.invocations.length > 0 && sessionHistory(view.invocations, undefined, words, view.language)}`,
  })
}

function demoUser(
  { demoUser: user }: PlaygroundLandingView,
  { landing: words, copy }: Copy['playground'],
): Html | undefined {
  return (
    user &&
    html`<dl class="demo-user">
      <div>
        <dt>${words.demoUser}</dt>
        <dd>
          <code id="demo-user">${user.identifier}</code> ${copyButton('demo-user', words.demoUser, copy)}
        </dd>
      </div>
      <div>
        <dt>${words.demoPassword}</dt>
        <dd>
          <code id="demo-password">${user.password}</code>
          ${copyButton('demo-password', words.demoPassword, copy)}
        </dd>
      </div>
    </dl>`
  )
}
