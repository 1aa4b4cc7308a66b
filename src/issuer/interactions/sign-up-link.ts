// The links that prove an address. The person who proves it chooses the password: a browser that neither typed the password nor is
// signed in is asked for one (docs/decisions/0038). Finishing a sign-up goes on in the sign-in that it began in, in the browser that
// began it: a link opened anywhere else signs no user in, or its sender could sign a stranger in as the sender (assurance BR-03).
import type { KoaContextWithOIDC } from 'oidc-provider'
import {
  findEmailVerification,
  findSignUp,
  finishSignUp,
  verifyEmail,
  type EmailVerification,
  type SignedUp,
  type SignUpDeps,
} from '../../directory/index.ts'
import {
  confirmEmailPage,
  confirmWithPasswordPage,
  errorPage,
  type ConfirmWithPasswordView,
} from '../../pages/index.ts'
import { interactionPath } from '../request/routes.ts'
import { emailConfirmedPath, redirectAfterMail } from './after-form-pages.ts'
import { formValue, queryValue, type AccountDeps } from './account-page-deps.ts'
import type { InteractionStep } from './interaction-context.ts'
import { mailedPage, parseMailContext } from './mail-context.ts'
import { pageFrame, sendPage } from './page-frame.ts'
import { newPasswordProblem, passwordFieldProblem } from './password-problems.ts'
import { longestName } from './sign-up-step.ts'

export const finishSignUpPath = '/finish-sign-up'
/** The action of an interaction; where it is not in this browser, the request falls back to the path above. */
export const finishSignUpAction = 'finish-sign-up'

export async function showFinishSignUp(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  return showSignUpForm(ctx, queryValue(ctx, 'token'), deps)
}

type Problem = Pick<ConfirmWithPasswordView, 'problem' | 'fieldProblems'>

async function showSignUpForm(
  ctx: KoaContextWithOIDC,
  token: string,
  deps: AccountDeps,
  problem?: Problem,
  typed?: ConfirmWithPasswordView['names'],
): Promise<void> {
  const found = await findSignUp({ token, browser: deps.guard.browser(ctx) }, deps.signUp)
  if (!found) return showUnusableLink(ctx)
  const context = parseMailContext(found.context)
  const { frame, application } = await mailedPage(ctx, context, {
    directory: deps.directory,
    shownAt: linkAddress(finishSignUpPath, token),
  })
  const form = (action: string) => ({
    action,
    csrfToken: deps.guard.token(ctx),
    hiddenFields: { token },
  })
  const { email, firstName, lastName, isPasswordDue } = found
  if (isPasswordDue) {
    const names = typed ?? { given_name: firstName ?? '', family_name: lastName ?? '' }
    const { minLength: passwordMinimum } = deps.signUp.passwordRules
    const view = { ...frame, ...problem, form: form(finishSignUpPath), email, passwordMinimum, names }
    return sendPage(ctx, confirmWithPasswordPage(view), { status: problem ? 400 : 200 })
  }
  const { interaction } = context
  const action =
    interaction === undefined ? finishSignUpPath : `${interactionPath}/${interaction}/${finishSignUpAction}`
  sendPage(ctx, confirmEmailPage({ ...frame, form: form(action), email }), {
    formRedirects: application?.redirectUris ?? [],
  })
}

/** Outside of its sign-in: the account is there, and its owner signs in at the application. */
export async function finishElsewhere(
  ctx: KoaContextWithOIDC,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const token = formValue(form, 'token')
  const names = {
    given_name: formValue(form, 'given_name').trim(),
    family_name: formValue(form, 'family_name').trim(),
  }
  const password = form.get('new_password')
  const again = (problem?: Problem) => showSignUpForm(ctx, token, deps, problem, names)
  const tooLong = Object.entries(names).filter(([, name]) => name.length > longestName)
  const wrongPassword =
    password === null ? undefined : newPasswordProblem(password, [], deps.signUp.passwordRules)
  const problems = {
    ...Object.fromEntries(tooLong.map(([name]) => [name, 'textTooLong' as const])),
    ...(wrongPassword && { new_password: wrongPassword }),
  }
  if (Object.keys(problems).length > 0) return again({ fieldProblems: problems })
  const result = await finishSignUp(
    {
      token,
      browser: deps.guard.browser(ctx),
      ip: deps.addressOf(ctx),
      ...(password !== null && {
        chosen: { password, firstName: names.given_name || null, lastName: names.family_name || null },
      }),
    },
    deps.signUp,
  )
  if (result.kind === 'link-unusable') return showUnusableLink(ctx)
  if (result.kind !== 'signed-up') return again(passwordProblemOf(result))
  return redirectAfterMail(ctx, emailConfirmedPath, parseMailContext(result.context))
}

type Refused = Extract<EmailVerification, { kind: 'password-due' | 'invalid-password' | 'busy' }>

function passwordProblemOf(result: Refused): Problem | undefined {
  switch (result.kind) {
    case 'password-due':
      return undefined
    case 'invalid-password':
      return { fieldProblems: { new_password: passwordFieldProblem[result.problem] } }
    case 'busy':
      return { problem: 'tooManyAttempts' }
  }
}

/** In its sign-in, by the browser that typed the password. In any other the link's page asks for one first. */
export async function finishInSignIn(
  step: InteractionStep,
  form: URLSearchParams,
  signUp: SignUpDeps,
): Promise<SignedUp | undefined> {
  const token = formValue(form, 'token')
  const { ctx, browser, ip } = step
  const result = await finishSignUp({ token, browser, ip }, signUp)
  if (result.kind === 'signed-up') return result
  if (result.kind === 'link-unusable') showUnusableLink(ctx)
  else {
    ctx.status = 303
    ctx.redirect(`${finishSignUpPath}?${new URLSearchParams({ token }).toString()}`)
  }
  return undefined
}

export const verifyEmailPath = '/verify-email'

export async function showVerifyEmail(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  return showVerifyForm(ctx, queryValue(ctx, 'token'), deps)
}

async function showVerifyForm(
  ctx: KoaContextWithOIDC,
  token: string,
  deps: AccountDeps,
  problem?: Problem,
): Promise<void> {
  const found = await findEmailVerification(await presentedLink(ctx, token, deps), deps.passwordReset)
  if (!found) return showUnusableLink(ctx)
  const { frame } = await mailedPage(ctx, parseMailContext(found.context), {
    directory: deps.directory,
    shownAt: linkAddress(verifyEmailPath, token),
  })
  const form = { action: verifyEmailPath, csrfToken: deps.guard.token(ctx), hiddenFields: { token } }
  const email = found.identity.value
  const { minLength: passwordMinimum } = deps.passwordReset.passwordRules
  const page = found.isPasswordDue
    ? confirmWithPasswordPage({ ...frame, ...problem, form, email, passwordMinimum })
    : confirmEmailPage({ ...frame, form, email })
  sendPage(ctx, page, { status: problem ? 400 : 200 })
}

export async function verify(
  ctx: KoaContextWithOIDC,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const token = formValue(form, 'token')
  const password = form.get('new_password')
  const result = await verifyEmail(
    {
      ...(await presentedLink(ctx, token, deps)),
      ip: deps.addressOf(ctx),
      ...(password !== null && { password }),
    },
    deps.passwordReset,
  )
  if (result.kind === 'link-unusable') return showUnusableLink(ctx)
  if (result.kind !== 'verified') return showVerifyForm(ctx, token, deps, passwordProblemOf(result))
  return redirectAfterMail(ctx, emailConfirmedPath, parseMailContext(result.context))
}

async function presentedLink(ctx: KoaContextWithOIDC, token: string, { provider }: AccountDeps) {
  const { accountId: signedInAs } = await provider.Session.get(ctx)
  return { token, signedInAs }
}

export function showUnusableLink(ctx: KoaContextWithOIDC): void {
  const page = errorPage({ ...pageFrame(ctx, {}), error: 'link_unusable', advice: 'linkUsed' })
  sendPage(ctx, page, { status: 400 })
}

function linkAddress(path: string, token: string): string {
  return `${path}?${new URLSearchParams({ token }).toString()}`
}
