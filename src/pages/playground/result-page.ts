// The playground after a request for tokens: what the workflow did, both tokens before and after, and the next request to
// try. One page for success and failure, because a workflow is written by looking at both.
import { copyFor, type Copy } from '../copy.ts'
import type { FailureDetails } from '../failure-details.ts'
import { wayButton, type Way } from '../form.ts'
import { html, withName, type Html } from '../html.ts'
import { heading, renderPage, type PageView } from '../layout.ts'
import { tokenKinds } from '../../oauth/index.ts'
import { comparisonSection, type ComparisonView } from './comparison-section.ts'
import { invocationSummary, invocationTrace } from './invocation-section.ts'
import type { InvocationView, IssuedTokenView } from './invocation-view.ts'
import { buildError, liveWorkflows, neverRun, type LiveDeploymentView } from './live-workflow.ts'
import { sessionHistory, type HistoryEntry } from './session-history.ts'
import { tokenSection } from './token-section.ts'

export interface PlaygroundResultView extends PageView {
  /** Who is signed in, by name or address; undefined when the playground holds no tokens. */
  readonly account?: string
  /** The run that is shown; undefined when no workflow ran. */
  readonly invocation?: InvocationView
  /** With another run; undefined without one to compare with. */
  readonly comparison?: ComparisonView
  /** The tokens of that run, while the playground still holds them. */
  readonly issued?: { readonly accessToken?: IssuedTokenView; readonly idToken?: IssuedTokenView }
  /** The OAuth error that the last request ended in. */
  readonly error?: { readonly code: string; readonly description?: string }
  readonly actions: PlaygroundActions
  readonly live?: LiveDeploymentView
  readonly buildError?: FailureDetails
  /** Why workflows of the project never run. */
  readonly neverRun?: readonly FailureDetails[]
  /** Newest first. */
  readonly invocations: readonly HistoryEntry[]
}

/** Each is a button; those that make no sense at the moment are left out. */
export interface PlaygroundActions {
  readonly refresh?: Way
  readonly silent?: Way
  readonly signUp?: Way
  readonly signOut?: Way
  readonly start?: Way
  /** The other organizations of the user; each signs in to it. */
  readonly organizations?: readonly { readonly code: string; readonly name: string; readonly way: Way }[]
}

export function playgroundResultPage(view: PlaygroundResultView): string {
  const words = copyFor(view.language).playground
  const { account, invocation, language } = view
  const title = account === undefined ? words.result.signedOutTitle : words.result.title(account)
  return renderPage(view, {
    title,
    width: 'workbench',
    hasScript: true,
    skip: { to: 'result', label: words.result.skip },
    main: html`<div class="workbench-head">
        ${heading(account === undefined ? title : withName(words.result.title, account))}
        ${actions(view.actions, words)}
      </div>
      <div class="workbench-columns">
        <div class="workbench-main" id="result" tabindex="-1">
          ${oauthError(view, words)} ${buildError(view.buildError, view.live, words.landing)}
          ${neverRun(view.neverRun, words.landing)}
          ${invocation ? invocationSummary(invocation, words, language) : withoutInvocation(view, words)}
          ${tokens(view, words)} ${invocation && comparisonSection(view.comparison, words, language)}
          ${invocation && invocationTrace(invocation, words, language)}
        </div>
        <div class="workbench-aside">
          ${sessionHistory(view.invocations, invocation?.id, words, language)}
          ${liveWorkflows(view.live, words)}
        </div>
      </div>`,
  })
}

function actions(ways: PlaygroundActions, { result }: Copy['playground']): Html {
  const rows = [
    { way: ways.refresh, id: 'refresh', look: 'primary', label: result.refresh },
    { way: ways.silent, id: 'silent', look: 'secondary', label: result.silent },
    { way: ways.start, id: 'start', look: 'primary', label: result.start },
    { way: ways.signUp, id: 'sign-up', look: 'secondary', label: result.signUpAnother },
    { way: ways.signOut, id: 'sign-out', look: 'quiet', label: result.signOut },
  ] as const
  return html`<div class="ways ways-row" role="group" aria-label="${result.actions}">
    ${rows.map(({ way, ...look }) => way && wayButton(way, look))}
    ${ways.organizations?.map(({ code, name, way }) =>
      wayButton(way, { id: `switch-to-${code}`, look: 'quiet', label: withName(result.switchTo, name) }),
    )}
  </div>`
}

function withoutInvocation({ issued }: PlaygroundResultView, { invocation }: Copy['playground']): Html {
  return html`<p class="notice">${issued ? invocation.none : invocation.noneAndNoTokens}</p>`
}

function oauthError({ error }: PlaygroundResultView, words: Copy['playground']): Html | undefined {
  return (
    error &&
    html`<div class="notice notice-problem" role="alert">
      <p class="notice-title">${words.result.problemTitle}: <code>${error.code}</code></p>
      ${error.description !== undefined && html`<p>${error.description}</p>`}
    </div>`
  )
}

function tokens(
  { invocation, issued = {}, language }: PlaygroundResultView,
  words: Copy['playground'],
): Html[] {
  const received = new Map(Object.entries(issued))
  return tokenKinds
    .filter((kind) => invocation?.tokens[kind] ?? received.has(kind))
    .map((kind) =>
      tokenSection(
        {
          kind,
          changes: invocation?.tokens[kind],
          refused: invocation?.refused.filter(({ token }) => token === kind) ?? [],
          issued: received.get(kind),
        },
        words,
        language,
      ),
    )
}
