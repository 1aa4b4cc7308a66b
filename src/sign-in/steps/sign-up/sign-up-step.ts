// The prompt `create`: a new account. Whether an address is taken is never shown; its owner is written to (EN-01).
import {
  identifierOf,
  oneTimeTokenMinutes,
  signUp,
  type PasswordRules,
  type SignedUp,
  type SignUpDeps,
} from '../../../directory/index.ts'
import { checkMailPage, signUpPage, type SignUpView } from '../../../pages/index.ts'
import type { Step } from '../../step.ts'
import { identifierHint } from '../identify/identifier-hint.ts'
import { invitedPerson, type InvitedPerson } from '../invitation/invited-person.ts'
import { newPasswordProblem, passwordFieldProblem } from '../password/password-problems.ts'
import { mailContextOf } from '../../mail-context.ts'

type Problem = Pick<SignUpView, 'problem' | 'fieldProblems'>
type Values = NonNullable<SignUpView['values']>

export const longestName = 100

export function showSignUp(
  step: Step,
  passwordMinimum: number,
  invited: InvitedPerson | undefined,
  entered?: Values,
  problem: Problem = {},
  status = 200,
): void {
  const email = identifierHint(step.param('login_hint'))
  const hinted = invited ? valuesOf(invited) : email?.includes('@') ? { email } : {}
  const values = entered ?? hinted
  const page = signUpPage({
    ...step.frame,
    ...problem,
    form: step.form('sign-up'),
    cancel: step.cancel(),
    passwordMinimum,
    values,
    // The address of an invited person has no account, and they cannot choose another address.
    ...(invited ? { invitedTo: invited.organization } : { signInHref: `${step.href()}?view=sign-in` }),
  })
  step.show(page, status)
}

function valuesOf({ firstName, lastName, email }: InvitedPerson): Values {
  return { given_name: firstName ?? '', family_name: lastName ?? '', email }
}

/** Resolves to the new user; undefined when a page was shown instead. */
export async function signUpBy(
  step: Step,
  form: URLSearchParams,
  deps: SignUpDeps,
): Promise<SignedUp | undefined> {
  const field = (name: string) => form.get(name)?.trim() ?? ''
  const invited = await invitedPerson(step, deps)
  const values: Values = {
    given_name: field('given_name'),
    family_name: field('family_name'),
    email: invited?.email ?? field('email'),
  }
  const minimum = deps.passwordRules.minLength
  const again = (problem: Problem, status = 400): undefined => {
    showSignUp(step, minimum, invited, values, problem, status)
    return undefined
  }
  const problems = fieldProblems(values, form.get('password') ?? '', deps.passwordRules)
  if (Object.keys(problems).length > 0) return again({ fieldProblems: problems })

  const organizationCode = step.param('org_code')
  const result = await signUp(
    {
      type: 'email',
      identifier: values.email ?? '',
      password: form.get('password') ?? '',
      firstName: values.given_name || null,
      lastName: values.family_name || null,
      ip: step.ip,
      clientId: step.application.clientId,
      browser: step.browser,
      ...(organizationCode !== undefined && { organizationCode }),
      ...(invited && { invitationId: invited.invitationId }),
      context: mailContextOf(step),
    },
    deps,
  )
  switch (result.kind) {
    case 'signed-up':
      return result
    case 'check-mail':
      step.show(
        checkMailPage({
          ...step.frame,
          reason: 'sign-up',
          email: values.email ?? '',
          expiresInMinutes: oneTimeTokenMinutes,
          ...(!invited && { againHref: `${step.href()}?view=sign-up` }),
        }),
      )
      return undefined
    case 'taken':
    case 'not-offered':
      return again({ problem: 'accountNotCreated' })
    case 'invalid-identifier':
      return again({ fieldProblems: { email: 'emailInvalid' } })
    case 'invalid-password':
      return again({ fieldProblems: { password: passwordFieldProblem[result.problem] } })
    case 'throttled':
      step.exchange.set('retry-after', String(result.retryAfterSeconds))
      return again({ problem: 'tooManyAttempts' }, 429)
    case 'busy':
      step.exchange.set('retry-after', '2')
      return again({ problem: 'tooManyAttempts' }, 503)
  }
}

function fieldProblems(
  values: Values,
  password: string,
  rules: PasswordRules,
): NonNullable<SignUpView['fieldProblems']> {
  const { email = '' } = values
  const tooLong = (name: string | undefined) => (name?.length ?? 0) > longestName
  const identifier = identifierOf('email', email)
  const passwordProblem = newPasswordProblem(password, identifier ? [identifier.normalized] : [], rules)
  return {
    ...(tooLong(values.given_name) && { given_name: 'textTooLong' as const }),
    ...(tooLong(values.family_name) && { family_name: 'textTooLong' as const }),
    ...(identifier === undefined && {
      email: email === '' ? ('required' as const) : ('emailInvalid' as const),
    }),
    ...(passwordProblem && { password: passwordProblem }),
  }
}
