// Another password: after the link in a mail, in place of a temporary one, or by a person who is signed in. The last two know the
// current one.
import { newPasswordField } from './account-fields.ts'
import { copyFor, type Copy, type FieldProblem } from './copy.ts'
import { entryForm } from './entry-form.ts'
import type { Field } from './field.ts'
import { cancelButton, type FormTarget, type Way } from './form.ts'
import { html, withName } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface SetPasswordView extends PageView {
  /** All but `link` also ask for the current password. */
  readonly occasion: 'link' | 'change' | 'temporary' | 'requested'
  readonly form: FormTarget
  /** Whose password it is, as that person knows the account. */
  readonly account: string
  readonly passwordMinimum: number
  readonly problem?: keyof Copy['setPassword']['problems']
  readonly fieldProblems?: Readonly<Partial<Record<'current_password' | 'new_password', FieldProblem>>>
  readonly cancelHref?: string
  /** Gives `access_denied` back to the application. */
  readonly cancel?: Way
}

export function setPasswordPage(view: SetPasswordView): string {
  const copy = copyFor(view.language)
  const words = copy.setPassword
  const { occasion, problem, fieldProblems } = view
  const { title, lead } = {
    link: { title: words.titleFromLink, lead: withName(words.leadFromLink, view.account) },
    change: { title: words.titleChange, lead: words.leadChange },
    temporary: { title: words.titleFromLink, lead: words.leadTemporary },
    requested: { title: words.titleFromLink, lead: words.leadRequested },
  }[occasion]
  return renderPage(view, {
    title,
    hasScript: true,
    isFaulty: problem !== undefined || fieldProblems !== undefined,
    main: html`${heading(title, lead)}
    ${entryForm(
      {
        id: 'set-password',
        target: view.form,
        account: view.account,
        problem: problem && words.problems[problem],
        submit: words.submit,
        fields: passwordFields(view, copy),
      },
      copy,
    )}
    ${cancelButton(view.cancel, copy.common.cancel)}
    ${view.cancelHref !== undefined && html`<p class="aside-line"><a href="${view.cancelHref}">${copy.common.cancel}</a></p>`}`,
  })
}

function passwordFields(
  { occasion, passwordMinimum, fieldProblems = {} }: SetPasswordView,
  copy: Copy,
): Field[] {
  const current: Field = {
    name: 'current_password',
    label: copy.common.currentPassword,
    type: 'password',
    autocomplete: 'current-password',
    problem: fieldProblems.current_password,
  }
  const next = newPasswordField(passwordMinimum, fieldProblems.new_password, copy)
  return occasion === 'link' ? [next] : [current, next]
}
