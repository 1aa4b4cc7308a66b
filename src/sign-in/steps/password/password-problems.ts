// What is wrong with a password, as its field says it. Everything that is wrong with a form is said at once: a person who has corrected one
// field should not learn of the next.
import {
  passwordProblem,
  type ChangePasswordResult,
  type PasswordProblem,
  type PasswordRules,
} from '../../../directory/index.ts'
import type { FieldProblem, SetPasswordView } from '../../../pages/index.ts'

export const passwordFieldProblem = {
  'too-short': 'passwordTooShort',
  'too-long': 'passwordTooLong',
  'too-common': 'passwordTooCommon',
  'same-as-identifier': 'passwordTooCommon',
} as const satisfies Record<PasswordProblem, FieldProblem>

/** `identifiers` as for `passwordProblem`. */
export function newPasswordProblem(
  password: string,
  identifiers: readonly string[],
  rules: PasswordRules,
): FieldProblem | undefined {
  if (password === '') return 'required'
  const problem = passwordProblem(password, identifiers, rules)
  return problem && passwordFieldProblem[problem]
}

interface ChangeForm {
  readonly currentPassword: string
  readonly newPassword: string
  readonly identifiers: readonly string[]
}

type Problem = Pick<SetPasswordView, 'problem' | 'fieldProblems'>

/** Before the current password is judged, which counts as a try. */
export function missingPasswords(form: ChangeForm, rules: PasswordRules): Problem | undefined {
  if (form.currentPassword !== '' && form.newPassword !== '') return undefined
  return fieldProblems(form.currentPassword === '' ? 'required' : undefined, form, rules)
}

export function wrongCurrentPassword(form: ChangeForm, rules: PasswordRules): Problem {
  return fieldProblems('currentPasswordWrong', form, rules)
}

function fieldProblems(
  current: FieldProblem | undefined,
  { newPassword, identifiers }: ChangeForm,
  rules: PasswordRules,
): Problem {
  const next = newPasswordProblem(newPassword, identifiers, rules)
  return {
    fieldProblems: { ...(current && { current_password: current }), ...(next && { new_password: next }) },
  }
}

export function changeProblem(
  result: Exclude<ChangePasswordResult, { readonly kind: 'changed' }>,
  form: ChangeForm,
  rules: PasswordRules,
): Problem {
  switch (result.kind) {
    case 'wrong':
      return wrongCurrentPassword(form, rules)
    case 'unchanged':
      return { fieldProblems: { new_password: 'passwordUnchanged' } }
    case 'invalid-password':
      return { fieldProblems: { new_password: passwordFieldProblem[result.problem] } }
    case 'throttled':
    case 'busy':
      return { problem: 'tooManyAttempts' }
  }
}
