// A forgotten password outside of any sign-in, and the page that the link of the mail opens.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { findPasswordReset, redeemPasswordReset } from '../../directory/index.ts'
import { setPasswordPage, type SetPasswordView } from '../../pages/index.ts'
import { passwordChangedPath, redirectAfterMail } from './after-form-pages.ts'
import { formValue, queryValue, type AccountDeps } from './account-page-deps.ts'
import { requestLink, showForgottenPassword, type ForgottenPassword } from './forgotten-password.ts'
import { mailedPage, parseMailContext } from './mail-context.ts'
import { pageFrame, sendPage } from './page-frame.ts'
import { passwordFieldProblem } from './password-problems.ts'

const forgottenPath = '/forgotten-password'

export async function showForgotten(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  showForgottenPassword(outsideOfSignIn(ctx, deps))
}

export async function requestResetLink(
  ctx: KoaContextWithOIDC,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  await requestLink(outsideOfSignIn(ctx, deps), form, deps.passwordReset)
}

function outsideOfSignIn(ctx: KoaContextWithOIDC, { guard, addressOf }: AccountDeps): ForgottenPassword {
  const frame = pageFrame(ctx, { shownAt: forgottenPath })
  return {
    ctx,
    frame,
    ip: addressOf(ctx),
    form: { action: forgottenPath, csrfToken: guard.token(ctx) },
    href: forgottenPath,
    mailContext: { language: frame.language },
  }
}

export async function showReset(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  return showResetForm(ctx, queryValue(ctx, 'token'), deps)
}

type Problem = Pick<SetPasswordView, 'problem' | 'fieldProblems'>

async function showResetForm(
  ctx: KoaContextWithOIDC,
  token: string,
  deps: AccountDeps,
  problem?: Problem,
): Promise<void> {
  const found = await findPasswordReset(token, deps.passwordReset)
  if (!found) return showUnusable(ctx, deps)
  const { frame } = await mailedPage(ctx, parseMailContext(found.context), {
    directory: deps.directory,
    shownAt: `/reset-password?${new URLSearchParams({ token }).toString()}`,
  })
  const page = setPasswordPage({
    ...frame,
    ...problem,
    occasion: 'link',
    form: { action: '/reset-password', csrfToken: deps.guard.token(ctx), hiddenFields: { token } },
    account: found.identity.value,
    passwordMinimum: deps.passwordReset.passwordRules.minLength,
  })
  sendPage(ctx, page, { status: problem ? 400 : 200 })
}

/** A refused password leaves the link usable: the form is shown again. */
export async function reset(
  ctx: KoaContextWithOIDC,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const token = formValue(form, 'token')
  const password = form.get('new_password') ?? ''
  if (password === '') return showResetForm(ctx, token, deps, { fieldProblems: { new_password: 'required' } })
  const result = await redeemPasswordReset({ token, password, ip: deps.addressOf(ctx) }, deps.passwordReset)
  switch (result.kind) {
    case 'changed':
      return redirectAfterMail(ctx, passwordChangedPath, parseMailContext(result.context))
    case 'link-unusable':
      return showUnusable(ctx, deps)
    case 'invalid-password':
      return showResetForm(ctx, token, deps, {
        fieldProblems: { new_password: passwordFieldProblem[result.problem] },
      })
    case 'busy':
      return showResetForm(ctx, token, deps, { problem: 'tooManyAttempts' })
  }
}

function showUnusable(ctx: KoaContextWithOIDC, deps: AccountDeps): void {
  showForgottenPassword(outsideOfSignIn(ctx, deps), { problem: 'linkUnusable' }, 400)
}
