// A temporary password is replaced before the sign-in goes on: the current one once more and the one to come, in one form.
import {
  checkPassword,
  type ChangePasswordResult,
  type PasswordChangeForm,
  type PasswordCheck,
  type PasswordRules,
  type SignInDeps,
} from '../../../directory/index.ts'
import type { SetPasswordView } from '../../../pages/index.ts'
import type { Step } from '../../step.ts'
import { deviceCookie, rememberDevice } from '../../device-cookie.ts'
import { changeProblem, missingPasswords, wrongCurrentPassword } from './password-problems.ts'
import { invitedPerson, type InvitedDeps } from '../invitation/invited-person.ts'
import { connectionChosenBy } from './password-step.ts'
import { occasionOf, showTemporaryPassword } from './temporary-password-form.ts'

interface TemporaryPasswordDeps {
  readonly signIn: SignInDeps
  readonly signUp: InvitedDeps
  readonly passwordRules: PasswordRules
  readonly changePassword: (form: PasswordChangeForm) => Promise<ChangePasswordResult>
}

type Problem = Pick<SetPasswordView, 'problem' | 'fieldProblems'>

type SignedIn = PasswordCheck & { readonly kind: 'temporary-password' }

/** Resolves to who signed in with the new password; undefined when a page was shown instead. */
export async function replaceTemporaryPassword(
  step: Step,
  form: URLSearchParams,
  deps: TemporaryPasswordDeps,
): Promise<SignedIn | undefined> {
  const identifier = form.get('identifier') ?? ''
  const currentPassword = form.get('current_password') ?? ''
  const deviceToken = deviceCookie(step.exchange)
  const { ip, application } = step
  const newPassword = form.get('new_password') ?? ''
  const { passwordRules } = deps
  const typed = { currentPassword, newPassword, identifiers: [identifier] }
  const again = (problem: Problem): undefined => {
    showTemporaryPassword(step, { identifier, occasion: occasionOf(form) }, passwordRules.minLength, problem)
    return undefined
  }
  const missing = missingPasswords(typed, passwordRules)
  if (missing) return again(missing)
  const checked = await checkPassword(
    {
      identifier,
      password: currentPassword,
      ip,
      clientId: application.clientId,
      connection: await connectionChosenBy(step, await invitedPerson(step, deps.signUp), deps.signIn),
      ...(deviceToken !== undefined && { deviceToken }),
    },
    deps.signIn,
  )
  if (checked.kind === 'throttled' || checked.kind === 'busy') return again({ problem: 'tooManyAttempts' })
  if (checked.kind === 'wrong' || checked.kind === 'suspended')
    return again(wrongCurrentPassword(typed, passwordRules))
  // Only a temporary password leads to this form.
  if (checked.kind === 'signed-in') {
    step.reopen()
    return undefined
  }
  const result = await deps.changePassword({
    userId: checked.user.id,
    currentPassword,
    newPassword,
    ip: step.ip,
  })
  if (result.kind !== 'changed') return again(changeProblem(result, typed, passwordRules))
  rememberDevice(step.exchange, result.deviceToken)
  return checked
}
