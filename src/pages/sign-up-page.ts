// Sign-up: a name, an address, a password. The page is the same whether the address has an account or not; the answer goes
// by mail (no account enumeration).
import { nameFields } from './account-fields.ts'
import { copyFor, type Copy, type FieldProblem } from './copy.ts'
import { entryForm } from './entry-form.ts'
import type { Field } from './field.ts'
import { cancelButton, type FormTarget, type Way } from './form.ts'
import { html } from './html.ts'
import { invitedLead } from './invited-lead.ts'
import { heading, renderPage, type PageView } from './layout.ts'

type SignUpField = 'given_name' | 'family_name' | 'email' | 'password'

export interface SignUpView extends PageView {
  readonly form: FormTarget
  /** What was typed before, or came with the request. A password is never sent back. */
  readonly values?: Readonly<Partial<Record<Exclude<SignUpField, 'password'>, string>>>
  readonly passwordMinimum: number
  readonly problem?: keyof Copy['signUp']['problems']
  readonly fieldProblems?: Readonly<Partial<Record<SignUpField, FieldProblem>>>
  readonly signInHref?: string
  /** The person is invited to this organization, with the address of `values`. */
  readonly invitedTo?: string
  /** Gives `access_denied` back to the application. */
  readonly cancel?: Way
}

export function signUpPage(view: SignUpView): string {
  const copy = copyFor(view.language)
  const words = copy.signUp
  const { problem, fieldProblems } = view
  return renderPage(view, {
    title: words.title,
    hasScript: true,
    isFaulty: problem !== undefined || fieldProblems !== undefined,
    main: html`${heading(words.title, invitedLead(view, copy))}
    ${entryForm(
      {
        id: 'sign-up',
        target: view.form,
        problem: problem && words.problems[problem],
        blamed: problem === 'accountNotCreated' ? ['email'] : [],
        submit: words.submit,
        fields: signUpFields(view, copy),
      },
      copy,
    )}
    ${cancelButton(view.cancel, copy.common.cancel)}
    ${view.signInHref !== undefined && html`<p class="aside-line aside-line-ruled">${words.haveAccount} <a href="${view.signInHref}">${words.signIn}</a></p>`}`,
  })
}

function signUpFields(view: SignUpView, copy: Copy): Field[] {
  const { values = {}, fieldProblems = {}, passwordMinimum, invitedTo } = view
  return [
    ...nameFields(values, fieldProblems, copy),
    {
      name: 'email',
      label: copy.common.email,
      type: 'email',
      autocomplete: 'username',
      value: values.email ?? '',
      problem: fieldProblems.email,
      ...(invitedTo !== undefined && { isFixed: true, hint: copy.invitation.emailHint }),
    },
    {
      name: 'password',
      label: copy.common.password,
      type: 'password',
      autocomplete: 'new-password',
      hint: copy.common.passwordTerms(passwordMinimum),
      problem: fieldProblems.password,
    },
  ]
}
