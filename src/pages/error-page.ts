// A request that ends at a page: an address that does not exist, a step that is over, an OAuth error that must not go back to the
// application because the request does not say safely where that is (RFC 6749 §4.1.2.1). The person reads what happened and where to go
// on; the code and its description are for the developer, one step away.
import { copyFor, type Copy } from './copy.ts'
import { errorDetails } from './error-details.ts'
import { html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'
import { onwardWays } from './onward.ts'

export interface ErrorView extends PageView {
  readonly error: string
  readonly description?: string
  readonly advice: keyof Copy['error']['advice']
  /** The same address, where asking again may help. */
  readonly retryHref?: string
  /** The same sign-in from its beginning. */
  readonly againHref?: string
}

export function errorPage(view: ErrorView): string {
  const copy = copyFor(view.language)
  const { common, error: words } = copy
  const { retryHref, againHref } = view
  const retry = retryHref === undefined ? undefined : { id: 'retry', href: retryHref, label: common.retry }
  const again =
    againHref === undefined ? undefined : { id: 'again', href: againHref, label: common.signInAgain }
  const { title, text } = words.advice[view.advice]
  return renderPage(view, {
    title,
    main: html`${heading(title, text)} ${onwardWays(view, retry ?? again, view.advice === 'finished')}
    ${errorDetails(view, copy)}`,
  })
}
