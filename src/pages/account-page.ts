// What a signed-in person sees of the own account, and the two things to do there.
import { copyFor } from './copy.ts'
import { wayButton, type FormTarget } from './form.ts'
import { html, withName, type Html } from './html.ts'
import { renderAccountPage, type AccountFrameView } from './account/account-frame.ts'

export interface AccountView extends AccountFrameView {
  /** Of a person who gave one. */
  readonly name?: string
  readonly email?: string
  /** Given when the address is not confirmed: where the button goes that sends a link. */
  readonly confirmEmail?: FormTarget
  /** No more links are sent for now. */
  readonly hasTooManyMails?: boolean
  readonly username?: string
  /** Names of the organizations that the person belongs to. */
  readonly organizations: readonly string[]
  readonly changePasswordHref?: string
  readonly signOut: FormTarget
}

export function accountPage(view: AccountView): string {
  const { overview: words } = copyFor(view.language).accountPages
  const { name, email, username } = view
  const facts: readonly (readonly [label: string, value: string | Html | undefined])[] = [
    [words.name, name],
    [words.email, emailText(view)],
    [words.username, username],
    [words.organizations, view.organizations.length > 0 ? names(view.organizations) : undefined],
  ]
  return renderAccountPage(view, {
    title: words.title,
    lead: withName(words.lead, name ?? email ?? username ?? ''),
    isFaulty: view.hasTooManyMails === true,
    main: html`${view.hasTooManyMails === true && html`<div class="notice notice-problem" role="alert"><p>${words.tooManyMails}</p></div>`}
      <dl class="facts">
        ${facts.map(
          ([label, value]) =>
            value !== undefined &&
            html`<div>
              <dt>${label}</dt>
              <dd><bdi>${value}</bdi></dd>
            </div>`,
        )}
      </dl>
      <div class="ways">
        ${view.confirmEmail !== undefined && wayButton({ kind: 'form', form: view.confirmEmail }, { id: 'confirm-email', look: 'primary', label: words.confirmEmail })}
        ${view.changePasswordHref !== undefined && wayButton({ kind: 'link', href: view.changePasswordHref }, { id: 'change-password', look: 'secondary', label: words.changePassword })}
        ${wayButton({ kind: 'form', form: view.signOut }, { id: 'sign-out', look: 'secondary', label: words.signOut })}
      </div>`,
  })
}

function names(organizations: readonly string[]): Html {
  return html`${organizations.map((name, index) => html`${index > 0 && ', '}<bdi>${name}</bdi>`)}`
}

function emailText({ language, email, confirmEmail }: AccountView): string | undefined {
  return email !== undefined && confirmEmail !== undefined
    ? `${email} (${copyFor(language).accountPages.overview.unconfirmed})`
    : email
}
