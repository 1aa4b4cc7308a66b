// The user deletes the account: what goes and what stays, and the password once more.
import { copyFor, type Copy, type FieldProblem } from '../copy.ts'
import { entryForm } from '../entry-form.ts'
import type { FormTarget } from '../form.ts'
import { html } from '../html.ts'
import { heading, renderPage, type PageView } from '../layout.ts'
import { onwardWays } from '../onward.ts'

export interface DeleteAccountView extends PageView {
  readonly form: FormTarget
  /** Whose account, as that person knows it. */
  readonly account: string
  readonly problem?: keyof Copy['accountPages']['deleteAccount']['problems']
  readonly fieldProblems?: Readonly<Partial<Record<'current_password', FieldProblem>>>
  readonly cancelHref: string
}

export function deleteAccountPage(view: DeleteAccountView): string {
  const copy = copyFor(view.language)
  const words = copy.accountPages.deleteAccount
  const { problem, fieldProblems = {} } = view
  return renderPage(view, {
    title: words.title,
    hasScript: true,
    isFaulty: problem !== undefined || Object.keys(fieldProblems).length > 0,
    main: html`${heading(words.title, words.lead)}
      <p class="account-text">${words.goes}</p>
      <ul class="account-goes">
        ${words.parts.map((part) => html`<li>${part}</li>`)}
      </ul>
      <p class="account-text">${words.stays}</p>
      ${entryForm(
        {
          id: 'delete-account',
          target: view.form,
          account: view.account,
          problem: problem && words.problems[problem],
          submit: words.submit,
          fields: [
            {
              name: 'current_password',
              label: copy.common.currentPassword,
              type: 'password',
              autocomplete: 'current-password',
              problem: fieldProblems.current_password,
            },
          ],
        },
        copy,
      )}
      <p class="aside-line"><a id="cancel" href="${view.cancelHref}">${copy.common.cancel}</a></p>`,
  })
}

/** Afterwards. */
export function accountDeletedPage(view: PageView): string {
  const { deleteAccount: words } = copyFor(view.language).accountPages
  return renderPage(view, {
    title: words.deletedTitle,
    main: html`${heading(words.deletedTitle, words.deleted)}${onwardWays(view)}`,
  })
}
