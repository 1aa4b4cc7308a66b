// The link of a mail, opened where its address is proven but the password is not known to be the same person's: the person who
// proves the address chooses the password (docs/decisions/0038).
import { nameFields, newPasswordField } from './account-fields.ts'
import { copyFor, type Copy, type FieldProblem } from './copy.ts'
import { entryForm } from './entry-form.ts'
import type { Field } from './field.ts'
import type { FormTarget } from './form.ts'
import { html, withStrong } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface ConfirmWithPasswordView extends PageView {
  readonly form: FormTarget
  readonly email: string
  readonly passwordMinimum: number
  /** Of an account that this form creates, as they were typed elsewhere. Absent for an account that exists. */
  readonly names?: { readonly given_name: string; readonly family_name: string }
  readonly problem?: keyof Copy['setPassword']['problems']
  readonly fieldProblems?: Readonly<
    Partial<Record<'given_name' | 'family_name' | 'new_password', FieldProblem>>
  >
}

export function confirmWithPasswordPage(view: ConfirmWithPasswordView): string {
  const copy = copyFor(view.language)
  const words = copy.confirmEmail
  const { email, names, problem, fieldProblems } = view
  const lead = names === undefined ? words.replacePassword : words.choosePassword
  return renderPage(view, {
    title: words.title,
    hasScript: true,
    isFaulty: problem !== undefined || fieldProblems !== undefined,
    main: html`${heading(words.title, withStrong(lead, email))}
    ${entryForm(
      {
        id: 'confirm',
        target: view.form,
        account: email,
        problem: problem && copy.setPassword.problems[problem],
        submit: words.submit,
        fields: fieldsOf(view, copy),
      },
      copy,
    )}`,
  })
}

function fieldsOf(
  { names, fieldProblems = {}, passwordMinimum }: ConfirmWithPasswordView,
  copy: Copy,
): Field[] {
  const password = newPasswordField(passwordMinimum, fieldProblems.new_password, copy)
  return names === undefined ? [password] : [...nameFields(names, fieldProblems, copy), password]
}
