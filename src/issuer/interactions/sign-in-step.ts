// The prompt `login`: identifier and password. A wrong one is told the same way for everybody; how many tries there are is the
// directory's business.
import { checkPassword, type PasswordCheck, type SignInDeps } from '../../directory/index.ts'
import { setPasswordPage, signInPage, type SignInView } from '../../pages/index.ts'
import { deviceCookie, rememberDevice } from './device-cookie.ts'
import type { InteractionStep } from './interaction-context.ts'
import { identifierHint } from './identifier-hint.ts'

type Problem = Pick<SignInView, 'problem' | 'fieldProblems'>

export function showSignIn(
  step: InteractionStep,
  entered: string | undefined,
  problem: Problem = {},
  status = 200,
): void {
  const identifier = entered ?? identifierHint(step.param('login_hint'))
  const page = signInPage({
    ...step.frame,
    ...problem,
    form: step.form('sign-in'),
    acceptsUsername: true,
    ...(identifier !== undefined && { identifier }),
    signUpHref: `${step.href()}?view=sign-up`,
    forgottenPasswordHref: '/forgotten-password',
  })
  step.show(page, status)
}

/** Resolves to who signed in; undefined when the page was shown again. */
export async function signIn(
  step: InteractionStep,
  form: URLSearchParams,
  deps: SignInDeps,
): Promise<(PasswordCheck & { readonly kind: 'signed-in' }) | undefined> {
  const identifier = form.get('identifier')?.trim() ?? ''
  const password = form.get('password') ?? ''
  const missing = {
    ...(identifier === '' && { identifier: 'required' as const }),
    ...(password === '' && { password: 'required' as const }),
  }
  if (Object.keys(missing).length > 0) {
    showSignIn(step, identifier, { fieldProblems: missing }, 400)
    return undefined
  }
  const deviceToken = deviceCookie(step.ctx)
  const checked = await checkPassword(
    {
      identifier,
      password,
      ip: step.ip,
      ...(deviceToken !== undefined && { deviceToken }),
      clientId: step.application.clientId,
    },
    deps,
  )
  switch (checked.kind) {
    case 'signed-in':
      rememberDevice(step.ctx, checked.deviceToken)
      return checked
    case 'temporary-password':
      showTemporaryPassword(step, identifier)
      return undefined
    case 'wrong':
    case 'suspended':
      showSignIn(step, identifier, { problem: 'credentialsWrong' }, 400)
      return undefined
    case 'throttled':
      step.ctx.set('retry-after', String(checked.retryAfterSeconds))
      showSignIn(step, identifier, { problem: 'tooManyAttempts' }, 429)
      return undefined
    case 'busy':
      step.ctx.set('retry-after', '2')
      showSignIn(step, identifier, { problem: 'tooManyAttempts' }, 503)
      return undefined
  }
}

function showTemporaryPassword(step: InteractionStep, identifier: string): void {
  const page = setPasswordPage({
    ...step.frame,
    occasion: 'change',
    form: step.form('temporary-password', { identifier }),
    account: identifier,
    passwordMinimum: 8,
  })
  step.show(page)
}
