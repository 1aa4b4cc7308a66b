// Another password: after the link in a mail, or by a person who is signed in and knows the current one.
import { copyFor, type Copy, type FieldProblem } from './copy.ts'
import { entryForm } from './entry-form.ts'
import type { Field } from './field.ts'
import type { FormTarget } from './form.ts'
import { html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface SetPasswordView extends PageView {
  /** `change` also asks for the current password. */
  readonly occasion: 'link' | 'change'
  readonly form: FormTarget
  /** Whose password it is, as that person knows the account. */
  readonly account: string
  readonly passwordMinimum: number
  readonly problem?: keyof Copy['setPassword']['problems']
  readonly fieldProblems?: Readonly<Partial<Record<'current_password' | 'new_password', FieldProblem>>>
  readonly cancelHref?: string
}

export function setPasswordPage(view: SetPasswordView): string {
  const copy = copyFor(view.language)
  const words = copy.setPassword
  const { occasion, problem, fieldProblems } = view
  const title = occasion === 'link' ? words.titleFromLink : words.titleChange
  return renderPage(view, {
    title,
    isFaulty: problem !== undefined || fieldProblems !== undefined,
    main: html`${heading(title, occasion === 'link' ? words.leadFromLink(view.account) : words.leadChange)}
    ${entryForm(
      {
        id: 'set-password',
        target: view.form,
        problem: problem && words.problems[problem],
        submit: words.submit,
        fields: passwordFields(view, copy),
      },
      copy,
    )}
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
  const next: Field = {
    name: 'new_password',
    label: copy.common.newPassword,
    type: 'password',
    autocomplete: 'new-password',
    hint: copy.common.passwordTerms(passwordMinimum),
    problem: fieldProblems.new_password,
  }
  return occasion === 'change' ? [current, next] : [next]
}
