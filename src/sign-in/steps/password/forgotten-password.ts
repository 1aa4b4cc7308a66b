// Asking for a link to choose another password, within a sign-in or outside of any. The answer is the same whether there is an
// account or not (EN-01).
import type { Exchange } from '../../exchange.ts'
import {
  oneTimeTokenMinutes,
  requestPasswordReset,
  type PasswordResetDeps,
} from '../../../directory/index.ts'
import type { JsonObject } from '../../../oauth/index.ts'
import {
  checkMailPage,
  forgottenPasswordPage,
  type ForgottenPasswordView,
  type FormTarget,
  type PageView,
} from '../../../pages/index.ts'
import type { Step } from '../../step.ts'
import { mailContextOf } from '../../mail-context.ts'
import { sendPage } from '../../page-frame.ts'

/** Where a person asks. */
export interface ForgottenPassword {
  readonly exchange: Exchange
  readonly frame: PageView
  readonly ip: string
  readonly form: FormTarget
  readonly href: string
  readonly signInHref?: string
  readonly mailContext: JsonObject
}

export function withinSignIn(step: Step): ForgottenPassword {
  return {
    exchange: step.exchange,
    frame: step.frame,
    ip: step.ip,
    form: step.form('forgotten-password'),
    href: `${step.href()}?view=forgotten-password`,
    signInHref: `${step.href()}?view=sign-in`,
    mailContext: mailContextOf(step),
  }
}

type Entered = Pick<ForgottenPasswordView, 'email' | 'emailProblem' | 'problem'>

export function showForgottenPassword(
  { exchange, frame, form, signInHref }: ForgottenPassword,
  entered: Entered = {},
  status = 200,
): void {
  const signIn = signInHref === undefined ? {} : { signInHref }
  sendPage(exchange, forgottenPasswordPage({ ...frame, ...entered, ...signIn, form }), { status })
}

export async function requestLink(
  at: ForgottenPassword,
  form: URLSearchParams,
  deps: PasswordResetDeps,
): Promise<void> {
  const { exchange, ip, mailContext } = at
  const email = form.get('email')?.trim() ?? ''
  const result = await requestPasswordReset({ email, ip, context: mailContext }, deps)
  switch (result.kind) {
    case 'accepted':
      return sendPage(exchange, checkMailPage({ ...at.frame, ...sentTo(email), againHref: at.href }))
    case 'invalid-email':
      return showForgottenPassword(
        at,
        { email, emailProblem: email === '' ? 'required' : 'emailInvalid' },
        400,
      )
    case 'throttled':
      exchange.set('retry-after', String(result.retryAfterSeconds))
      return showForgottenPassword(at, { email, problem: 'tooManyAttempts' }, 429)
  }
}

function sentTo(email: string) {
  return { reason: 'password-reset', email, expiresInMinutes: oneTimeTokenMinutes } as const
}
