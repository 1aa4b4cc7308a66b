// Device flow, first step: the person types the code that the device shows (RFC 8628 §3.3).
import { copyFor, type Copy, type FieldProblem } from './copy.ts'
import { entryForm } from './entry-form.ts'
import type { FormTarget } from './form.ts'
import { html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface EnterUserCodeView extends PageView {
  /** The code is posted as `user_code`. */
  readonly form: FormTarget
  readonly userCode?: string
  readonly problem?: keyof Copy['enterUserCode']['problems']
  readonly userCodeProblem?: FieldProblem
}

export function enterUserCodePage(view: EnterUserCodeView): string {
  const copy = copyFor(view.language)
  const words = copy.enterUserCode
  const { problem, userCodeProblem } = view
  return renderPage(view, {
    title: words.title,
    isFaulty: problem !== undefined || userCodeProblem !== undefined,
    main: html`${heading(words.title, words.lead)}
    ${entryForm(
      {
        id: 'user-code',
        target: view.form,
        problem: problem && words.problems[problem],
        submit: words.submit,
        fields: [
          {
            name: 'user_code',
            label: words.label,
            type: 'text',
            autocomplete: 'off',
            hint: words.hint,
            isCode: true,
            value: view.userCode ?? '',
            problem: userCodeProblem,
          },
        ],
      },
      copy,
    )}`,
  })
}
