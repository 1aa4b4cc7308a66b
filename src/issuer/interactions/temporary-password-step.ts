// A temporary password is replaced before the sign-in goes on: the current one once more and the one to come, in one form.
import {
  checkPassword,
  type ChangePasswordResult,
  type PasswordChangeForm,
  type PasswordCheck,
  type SignInDeps,
} from '../../directory/index.ts'
import type { SetPasswordView } from '../../pages/index.ts'
import type { InteractionStep } from './interaction-context.ts'
import { deviceCookie, rememberDevice } from './device-cookie.ts'
import { passwordFieldProblem } from './sign-up-step.ts'
import { showTemporaryPassword } from './temporary-password-form.ts'

interface TemporaryPasswordDeps {
  readonly signIn: SignInDeps
  readonly passwordMinimum: number
  readonly changePassword: (form: PasswordChangeForm) => Promise<ChangePasswordResult>
}

type SignedIn = PasswordCheck & { readonly kind: 'temporary-password' }

/** Resolves to who signed in with the new password; undefined when a page was shown instead. */
export async function replaceTemporaryPassword(
  step: InteractionStep,
  form: URLSearchParams,
  deps: TemporaryPasswordDeps,
): Promise<SignedIn | undefined> {
  const identifier = form.get('identifier') ?? ''
  const currentPassword = form.get('current_password') ?? ''
  const deviceToken = deviceCookie(step.ctx)
  const { ip, application } = step
  const checked = await checkPassword(
    {
      identifier,
      password: currentPassword,
      ip,
      clientId: application.clientId,
      ...(deviceToken !== undefined && { deviceToken }),
    },
    deps.signIn,
  )
  const again = (problem: Problem): undefined => {
    showTemporaryPassword(step, identifier, deps.passwordMinimum, problem)
    return undefined
  }
  if (checked.kind === 'throttled' || checked.kind === 'busy') return again({ problem: 'tooManyAttempts' })
  if (checked.kind === 'wrong' || checked.kind === 'suspended')
    return again({ fieldProblems: { current_password: 'currentPasswordWrong' } })
  // Only a temporary password leads to this form.
  if (checked.kind === 'signed-in') {
    step.reopen()
    return undefined
  }
  const result = await deps.changePassword({
    userId: checked.user.id,
    currentPassword,
    newPassword: form.get('new_password') ?? '',
    ip: step.ip,
  })
  if (result.kind !== 'changed') return again(problemOf(result))
  rememberDevice(step.ctx, result.deviceToken)
  return checked
}

type Problem = Pick<SetPasswordView, 'problem' | 'fieldProblems'>

export function problemOf(result: Exclude<ChangePasswordResult, { readonly kind: 'changed' }>): Problem {
  switch (result.kind) {
    case 'wrong':
      return { fieldProblems: { current_password: 'currentPasswordWrong' } }
    case 'unchanged':
      return { fieldProblems: { new_password: 'passwordUnchanged' } }
    case 'invalid-password':
      return { fieldProblems: { new_password: passwordFieldProblem[result.problem] } }
    case 'throttled':
    case 'busy':
      return { problem: 'tooManyAttempts' }
  }
}
