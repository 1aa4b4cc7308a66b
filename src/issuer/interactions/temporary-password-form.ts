// The form that replaces a temporary password: the current one once more, and the one to come.
import { setPasswordPage, type SetPasswordView } from '../../pages/index.ts'
import type { InteractionStep } from './interaction-context.ts'

export function showTemporaryPassword(
  step: InteractionStep,
  identifier: string,
  passwordMinimum: number,
  problem?: Pick<SetPasswordView, 'problem' | 'fieldProblems'>,
): void {
  const page = setPasswordPage({
    ...step.frame,
    ...problem,
    occasion: 'temporary',
    form: step.form('temporary-password', { identifier }),
    cancel: step.cancel(),
    account: identifier,
    passwordMinimum,
  })
  step.show(page, problem ? 400 : 200)
}
