// The links that prove an address. The person who proves it chooses the password: a browser that neither typed the password nor is
// signed in is asked for one (docs/decisions/0038). Finishing a sign-up goes on in the sign-in that it began in, in the browser that
// began it: a link opened anywhere else signs no user in, or its sender could sign a stranger in as the sender (BR-03).
import {
  findEmailVerification,
  findSignUp,
  finishSignUp,
  verifyEmail,
  type EmailVerification,
  type SignedUp,
  type SignUpDeps,
} from '../../../directory/index.ts'
import {
  confirmEmailPage,
  confirmWithPasswordPage,
  errorPage,
  type ConfirmWithPasswordView,
} from '../../../pages/index.ts'
import { redirectTo, type Exchange } from '../../exchange.ts'
import { finishSignUpAction, finishSignUpPath, interactionPath } from '../../paths.ts'
import { emailConfirmedPath, redirectAfterMail } from '../../account/after-form-pages.ts'
import { accountSession, formValue, queryValue, type AccountDeps } from '../../account/account-page-deps.ts'
import type { Step } from '../../step.ts'
import { mailedPage, parseMailContext } from '../../mail-context.ts'
import { pageFrame, sendPage } from '../../page-frame.ts'
import { newPasswordProblem, passwordFieldProblem } from '../password/password-problems.ts'
import { longestName } from './sign-up-step.ts'

export async function showFinishSignUp(exchange: Exchange, deps: AccountDeps): Promise<void> {
  return showSignUpForm(exchange, queryValue(exchange, 'token'), deps)
}

type Problem = Pick<ConfirmWithPasswordView, 'problem' | 'fieldProblems'>

async function showSignUpForm(
  exchange: Exchange,
  token: string,
  deps: AccountDeps,
  problem?: Problem,
  typed?: ConfirmWithPasswordView['names'],
): Promise<void> {
  const found = await findSignUp({ token, browser: deps.guard.browser(exchange) }, deps.signUp)
  if (!found) return showUnusableLink(exchange)
  const context = parseMailContext(found.context)
  const { frame, application } = await mailedPage(exchange, context, {
    directory: deps.directory,
    shownAt: linkAddress(finishSignUpPath, token),
  })
  const form = (action: string) => ({
    action,
    csrfToken: deps.guard.token(exchange),
    hiddenFields: { token },
  })
  const { email, firstName, lastName, isPasswordDue } = found
  if (isPasswordDue) {
    const names = typed ?? { given_name: firstName ?? '', family_name: lastName ?? '' }
    const { minLength: passwordMinimum } = deps.signUp.passwordRules
    const view = { ...frame, ...problem, form: form(finishSignUpPath), email, passwordMinimum, names }
    return sendPage(exchange, confirmWithPasswordPage(view), { status: problem ? 400 : 200 })
  }
  const { interaction } = context
  const action =
    interaction === undefined ? finishSignUpPath : `${interactionPath}/${interaction}/${finishSignUpAction}`
  sendPage(exchange, confirmEmailPage({ ...frame, form: form(action), email }), {
    formRedirects: application?.redirectUris ?? [],
  })
}

/** Outside of its sign-in: the account is there, and its owner signs in at the application. */
export async function finishElsewhere(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const token = formValue(form, 'token')
  const names = {
    given_name: formValue(form, 'given_name').trim(),
    family_name: formValue(form, 'family_name').trim(),
  }
  const password = form.get('new_password')
  const again = (problem?: Problem) => showSignUpForm(exchange, token, deps, problem, names)
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
      browser: deps.guard.browser(exchange),
      ip: deps.addressOf(exchange),
      ...(password !== null && {
        chosen: { password, firstName: names.given_name || null, lastName: names.family_name || null },
      }),
    },
    deps.signUp,
  )
  if (result.kind === 'link-unusable') return showUnusableLink(exchange)
  if (result.kind !== 'signed-up') return again(passwordProblemOf(result))
  return redirectAfterMail(exchange, emailConfirmedPath, parseMailContext(result.context))
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
  step: Step,
  form: URLSearchParams,
  signUp: SignUpDeps,
): Promise<SignedUp | undefined> {
  const token = formValue(form, 'token')
  const { exchange, browser, ip } = step
  const result = await finishSignUp({ token, browser, ip }, signUp)
  if (result.kind === 'signed-up') return result
  if (result.kind === 'link-unusable') await showUnusableLink(exchange)
  else {
    redirectTo(exchange, linkAddress(finishSignUpPath, token))
  }
  return undefined
}

export const verifyEmailPath = '/verify-email'

export async function showVerifyEmail(exchange: Exchange, deps: AccountDeps): Promise<void> {
  return showVerifyForm(exchange, queryValue(exchange, 'token'), deps)
}

async function showVerifyForm(
  exchange: Exchange,
  token: string,
  deps: AccountDeps,
  problem?: Problem,
): Promise<void> {
  const found = await findEmailVerification(await presentedLink(exchange, token, deps), deps.passwordReset)
  if (!found) return showUnusableLink(exchange)
  const { frame } = await mailedPage(exchange, parseMailContext(found.context), {
    directory: deps.directory,
    shownAt: linkAddress(verifyEmailPath, token),
  })
  const form = { action: verifyEmailPath, csrfToken: deps.guard.token(exchange), hiddenFields: { token } }
  const email = found.identity.value
  const { minLength: passwordMinimum } = deps.passwordReset.passwordRules
  const page = found.isPasswordDue
    ? confirmWithPasswordPage({ ...frame, ...problem, form, email, passwordMinimum })
    : confirmEmailPage({ ...frame, form, email })
  sendPage(exchange, page, { status: problem ? 400 : 200 })
}

export async function verify(exchange: Exchange, form: URLSearchParams, deps: AccountDeps): Promise<void> {
  const token = formValue(form, 'token')
  const password = form.get('new_password')
  const result = await verifyEmail(
    {
      ...(await presentedLink(exchange, token, deps)),
      ip: deps.addressOf(exchange),
      ...(password !== null && { password }),
    },
    deps.passwordReset,
  )
  if (result.kind === 'link-unusable') return showUnusableLink(exchange)
  if (result.kind !== 'verified') return showVerifyForm(exchange, token, deps, passwordProblemOf(result))
  return redirectAfterMail(exchange, emailConfirmedPath, parseMailContext(result.context))
}

async function presentedLink(exchange: Exchange, token: string, deps: AccountDeps) {
  const session = await accountSession(exchange, deps)
  return { token, signedInAs: session?.accountId }
}

export async function showUnusableLink(exchange: Exchange): Promise<void> {
  const page = errorPage({ ...(await pageFrame(exchange, {})), error: 'link_unusable', advice: 'linkUsed' })
  sendPage(exchange, page, { status: 400 })
}

function linkAddress(path: string, token: string): string {
  return `${path}?${new URLSearchParams({ token }).toString()}`
}
