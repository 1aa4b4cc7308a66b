// What a signed-in person sees of the own account, and the two things to do there.
import { copyFor } from './copy.ts'
import { wayButton, type FormTarget } from './form.ts'
import { html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface AccountView extends PageView {
  readonly name: string
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
  const { account: words } = copyFor(view.language)
  const facts: readonly (readonly [label: string, value: string | undefined])[] = [
    [words.name, view.name],
    [words.email, emailText(view)],
    [words.username, view.username],
    [words.organizations, view.organizations.length > 0 ? view.organizations.join(', ') : undefined],
  ]
  return renderPage(view, {
    title: words.title,
    isFaulty: view.hasTooManyMails === true,
    main: html`${heading(words.title, words.lead(view.name))}
      ${view.hasTooManyMails === true && html`<div class="notice notice-problem" role="alert"><p>${words.tooManyMails}</p></div>`}
      <dl class="facts">
        ${facts.map(
          ([label, value]) =>
            value !== undefined &&
            html`<div>
              <dt>${label}</dt>
              <dd>${value}</dd>
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

function emailText({ language, email, confirmEmail }: AccountView): string | undefined {
  return email !== undefined && confirmEmail !== undefined
    ? `${email} (${copyFor(language).account.unconfirmed})`
    : email
}
