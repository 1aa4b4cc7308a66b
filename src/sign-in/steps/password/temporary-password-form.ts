// The form that replaces a temporary password, or one that an administrator asked to replace: the current one once more, and the one to come.
import { setPasswordPage, type SetPasswordView } from '../../../pages/index.ts'
import type { Step } from '../../step.ts'

export interface TemporaryPassword {
  readonly identifier: string
  readonly occasion: 'temporary' | 'requested'
}

const occasionField = 'occasion'

/** Comes back with the form. It chooses a sentence of the page and nothing else. */
export function occasionOf(form: URLSearchParams): TemporaryPassword['occasion'] {
  return form.get(occasionField) === 'requested' ? 'requested' : 'temporary'
}

export function showTemporaryPassword(
  step: Step,
  { identifier, occasion }: TemporaryPassword,
  passwordMinimum: number,
  problem?: Pick<SetPasswordView, 'problem' | 'fieldProblems'>,
): void {
  const page = setPasswordPage({
    ...step.frame,
    ...problem,
    occasion,
    form: step.form('temporary-password', { identifier, [occasionField]: occasion }),
    cancel: step.cancel(),
    account: identifier,
    passwordMinimum,
  })
  step.show(page, problem ? 400 : 200)
}
