// The address is confirmed, in a browser that is in no sign-in: the way on is the application's.
import { copyFor } from './copy.ts'
import { wayButton, type Way } from './form.ts'
import { html, withName } from './html.ts'
import { onwardWays } from './onward.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'

export interface EmailConfirmedView extends PageView {
  /** Absent when the application has no address to go to. */
  readonly back?: Way
}

export function emailConfirmedPage(view: EmailConfirmedView): string {
  const copy = copyFor(view.language)
  const words = copy.emailConfirmed
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, words.text)}
    ${view.back ? wayButton(view.back, { id: 'back', look: 'primary', label: withName(copy.common.backTo, applicationName(view)) }) : onwardWays(view)}`,
  })
}
