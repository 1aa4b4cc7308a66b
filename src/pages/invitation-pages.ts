// What an invitation to an organization shows besides the pages of signing in and up: joining as the user who is signed in, an invitation
// for another address, and one that cannot be used, whatever the reason.
import { copyFor } from './copy.ts'
import { cancelButton, form, submitButton, wayButton, type FormTarget, type Way } from './form.ts'
import { html, withName, withStrong } from './html.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'
import { onwardWays } from './onward.ts'

export interface JoinOrganizationView extends PageView {
  readonly form: FormTarget
  readonly organization: string
  /** The user who is signed in, as they know themselves. */
  readonly account: string
  readonly cancel?: Way
}

export function joinOrganizationPage(view: JoinOrganizationView): string {
  const copy = copyFor(view.language)
  const words = copy.invitation.join
  return renderPage(view, {
    title: words.title(view.organization),
    main: html`${heading(withName(words.title, view.organization), withName(words.lead, view.account))}
    ${form('join', view.form, submitButton({ label: words.submit, id: 'join-submit', look: 'primary' }))}
    ${cancelButton(view.cancel, copy.common.cancel)}`,
  })
}

export interface OtherAddressView extends PageView {
  /** The address that the invitation is for. */
  readonly email: string
  readonly account: string
  readonly otherAccount: Way
  readonly back: Way
}

export function otherAddressPage(view: OtherAddressView): string {
  const copy = copyFor(view.language)
  const words = copy.invitation.otherAddress
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, withStrong(words.lead, view.email))}
      <div class="ways">
        ${wayButton(view.otherAccount, { id: 'other-account', look: 'primary', label: words.otherAccount })}
        ${wayButton(view.back, { id: 'back', look: 'secondary', label: withName(copy.common.backTo, applicationName(view)) })}
      </div>
      <p class="aside-line aside-line-ruled">${withName(words.signedInAs, view.account)}</p>`,
  })
}

export interface InvitationUnusableView extends PageView {
  /** Within a sign-in: on without the invitation, and back to the application. */
  readonly ways?: { readonly goOn: Way; readonly back: Way }
}

export function invitationUnusablePage(view: InvitationUnusableView): string {
  const copy = copyFor(view.language)
  const words = copy.invitation.unusable
  const { ways } = view
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, words.text)}
    ${
      ways
        ? html`<div class="ways">
            ${wayButton(ways.goOn, { id: 'go-on', look: 'primary', label: words.goOn })}
            ${wayButton(ways.back, { id: 'back', look: 'secondary', label: withName(copy.common.backTo, applicationName(view)) })}
          </div>`
        : onwardWays(view)
    }`,
  })
}
