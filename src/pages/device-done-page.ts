// Device flow, last step: the browser has done its part.
import { copyFor } from './copy.ts'
import { html } from './html.ts'
import { onwardWays } from './onward.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface DeviceDoneView extends PageView {
  readonly result: 'connected' | 'refused'
}

export function deviceDonePage(view: DeviceDoneView): string {
  const { deviceDone: words } = copyFor(view.language)
  const [title, text] =
    view.result === 'connected'
      ? [words.connectedTitle, words.connected]
      : [words.refusedTitle, words.refused]
  return renderPage(view, { title, main: html`${heading(title, text)} ${onwardWays(view)}` })
}
