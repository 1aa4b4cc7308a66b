// A forgotten password outside of any sign-in, and the page that the link of the mail opens.
import type { Exchange } from '../../exchange.ts'
import { findPasswordReset, redeemPasswordReset } from '../../../directory/index.ts'
import { setPasswordPage, type SetPasswordView } from '../../../pages/index.ts'
import { passwordChangedPath, redirectAfterMail } from '../../account/after-form-pages.ts'
import { formValue, queryValue, type AccountDeps } from '../../account/account-page-deps.ts'
import { requestLink, showForgottenPassword, type ForgottenPassword } from './forgotten-password.ts'
import { mailedPage, parseMailContext } from '../../mail-context.ts'
import { pageFrame, sendPage } from '../../page-frame.ts'
import { passwordFieldProblem } from './password-problems.ts'

const forgottenPath = '/forgotten-password'

export async function showForgotten(exchange: Exchange, deps: AccountDeps): Promise<void> {
  showForgottenPassword(await outsideOfSignIn(exchange, deps))
}

export async function requestResetLink(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  await requestLink(await outsideOfSignIn(exchange, deps), form, deps.passwordReset)
}

async function outsideOfSignIn(
  exchange: Exchange,
  { guard, addressOf }: AccountDeps,
): Promise<ForgottenPassword> {
  const frame = await pageFrame(exchange, { shownAt: forgottenPath })
  return {
    exchange,
    frame,
    ip: addressOf(exchange),
    form: { action: forgottenPath, csrfToken: guard.token(exchange) },
    href: forgottenPath,
    mailContext: { language: frame.language },
  }
}

export async function showReset(exchange: Exchange, deps: AccountDeps): Promise<void> {
  return showResetForm(exchange, queryValue(exchange, 'token'), deps)
}

type Problem = Pick<SetPasswordView, 'problem' | 'fieldProblems'>

async function showResetForm(
  exchange: Exchange,
  token: string,
  deps: AccountDeps,
  problem?: Problem,
): Promise<void> {
  const found = await findPasswordReset(token, deps.passwordReset)
  if (!found) return showUnusable(exchange, deps)
  const { frame } = await mailedPage(exchange, parseMailContext(found.context), {
    directory: deps.directory,
    shownAt: `/reset-password?${new URLSearchParams({ token }).toString()}`,
  })
  const page = setPasswordPage({
    ...frame,
    ...problem,
    occasion: 'link',
    form: { action: '/reset-password', csrfToken: deps.guard.token(exchange), hiddenFields: { token } },
    account: found.identity.value,
    passwordMinimum: deps.passwordReset.passwordRules.minLength,
  })
  sendPage(exchange, page, { status: problem ? 400 : 200 })
}

/** A refused password leaves the link usable: the form is shown again. */
export async function reset(exchange: Exchange, form: URLSearchParams, deps: AccountDeps): Promise<void> {
  const token = formValue(form, 'token')
  const password = form.get('new_password') ?? ''
  if (password === '')
    return showResetForm(exchange, token, deps, { fieldProblems: { new_password: 'required' } })
  const result = await redeemPasswordReset(
    { token, password, ip: deps.addressOf(exchange) },
    deps.passwordReset,
  )
  switch (result.kind) {
    case 'changed':
      return redirectAfterMail(exchange, passwordChangedPath, parseMailContext(result.context))
    case 'link-unusable':
      return showUnusable(exchange, deps)
    case 'invalid-password':
      return showResetForm(exchange, token, deps, {
        fieldProblems: { new_password: passwordFieldProblem[result.problem] },
      })
    case 'busy':
      return showResetForm(exchange, token, deps, { problem: 'tooManyAttempts' })
  }
}

async function showUnusable(exchange: Exchange, deps: AccountDeps): Promise<void> {
  showForgottenPassword(await outsideOfSignIn(exchange, deps), { problem: 'linkUnusable' }, 400)
}
