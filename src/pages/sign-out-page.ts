// Signing out is confirmed: a link on another site must not end a session by itself (BR-09).
import { copyFor } from './copy.ts'
import { wayButton, type FormTarget, type Way } from './form.ts'
import { html, withName } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface SignOutView extends PageView {
  readonly form: FormTarget
  /** The person who is signed in, as far as it is known. */
  readonly account?: string
  /** The application that asks; undefined when the person came without one. */
  readonly askedBy?: string
  readonly stay?: Way
}

export function signOutPage(view: SignOutView): string {
  const { signOut: words } = copyFor(view.language)
  const { askedBy, account, stay } = view
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, account === undefined ? words.unknownAccount : withName(words.text, account))}
      ${askedBy !== undefined && html`<p>${withName(words.application, askedBy)}</p>`}
      <div class="ways">
        ${wayButton({ kind: 'form', form: view.form }, { id: 'sign-out', look: 'primary', label: words.submit })}
        ${stay && wayButton(stay, { id: 'stay', look: 'secondary', label: words.stay })}
      </div>`,
  })
}
