// A person asks for a link to choose another password. What follows is always the same page (check-mail-page.ts).
import { copyFor, type Copy, type FieldProblem } from './copy.ts'
import { entryForm } from './entry-form.ts'
import type { FormTarget } from './form.ts'
import { html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface ForgottenPasswordView extends PageView {
  readonly form: FormTarget
  readonly email?: string
  readonly problem?: keyof Copy['forgottenPassword']['problems']
  readonly emailProblem?: FieldProblem
  readonly signInHref?: string
}

export function forgottenPasswordPage(view: ForgottenPasswordView): string {
  const copy = copyFor(view.language)
  const words = copy.forgottenPassword
  const { problem, emailProblem } = view
  return renderPage(view, {
    title: words.title,
    isFaulty: problem !== undefined || emailProblem !== undefined,
    main: html`${heading(words.title, words.lead)}
    ${entryForm(
      {
        id: 'forgotten-password',
        target: view.form,
        problem: problem && words.problems[problem],
        submit: words.submit,
        fields: [
          {
            name: 'email',
            label: copy.common.email,
            type: 'email',
            autocomplete: 'username',
            value: view.email ?? '',
            problem: emailProblem,
          },
        ],
      },
      copy,
    )}
    ${view.signInHref !== undefined && html`<p class="aside-line"><a href="${view.signInHref}">${copy.common.backToSignIn}</a></p>`}`,
  })
}
