// Where the user is signed in: each browser, to be signed out by itself or all of them at once.
import { copyFor, type Copy } from '../copy.ts'
import { form, submitButton, wayButton, type FormTarget } from '../form.ts'
import { html, withName, type Html } from '../html.ts'
import type { Language } from '../language.ts'
import { renderAccountPage, type AccountFrameView } from './account-frame.ts'

export interface SessionsView extends AccountFrameView {
  readonly sessions: readonly SessionView[]
  /** There are more of them. */
  readonly isIncomplete?: boolean
  /** Ends all of them. */
  readonly endAll: FormTarget
}

export interface SessionView {
  /** As its browser said; absent when it said nothing that we know. */
  readonly device?: { readonly browser: string; readonly system: string }
  readonly ip?: string
  /** Milliseconds since the epoch. */
  readonly lastUsedAtMs: number
  readonly startedAtMs: number
  readonly isCurrent: boolean
  readonly end: FormTarget
}

export function sessionsPage(view: SessionsView): string {
  const copy = copyFor(view.language)
  const words = copy.accountPages.sessions
  return renderAccountPage(view, {
    title: words.title,
    lead: words.lead,
    main: html`<ul class="account-list">
        ${view.sessions.map((session, index) => sessionItem(session, index, view.language, copy))}
      </ul>
      ${view.isIncomplete === true && html`<p>${words.incomplete}</p>`}
      <div class="ways">
        ${wayButton({ kind: 'form', form: view.endAll }, { id: 'end-all', look: 'secondary', label: words.endAll })}
        <p class="field-hint">${words.endAllHint}</p>
      </div>`,
  })
}

function sessionItem(session: SessionView, index: number, language: Language, copy: Copy): Html {
  const words = copy.accountPages.sessions
  const { device, ip, lastUsedAtMs, startedAtMs, isCurrent } = session
  const name = device === undefined ? words.unknownDevice : words.device(device.browser, device.system)
  const id = `end-${index}`
  return html`<li class="account-item">
    <p class="account-item-title">
      <bdi>${name}</bdi>${isCurrent && html` <span class="account-mark">${words.current}</span>`}
    </p>
    <dl class="account-item-facts">
      <div>
        <dt>${words.lastUsed}</dt>
        <dd>${timeText(lastUsedAtMs, language)}</dd>
      </div>
      <div>
        <dt>${words.signedInSince}</dt>
        <dd>${timeText(startedAtMs, language)}</dd>
      </div>
      ${
        ip !== undefined &&
        html`<div>
          <dt>${words.address}</dt>
          <dd><bdi>${ip}</bdi></dd>
        </div>`
      }
    </dl>
    ${form(
      `${id}-form`,
      session.end,
      submitButton({
        id,
        look: 'secondary',
        label: withName(words.endOf, name),
      }),
    )}
  </li>`
}

/** In UTC, because the server does not know where the reader is. */
function timeText(atMs: number, language: Language): Html {
  const date = new Date(atMs)
  const options = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const
  const text = new Intl.DateTimeFormat(language, options).format(date)
  return html`<time datetime="${date.toISOString()}">${text} UTC</time>`
}
