// The account of the signed-in user: what it is, its address confirmed, another password, and the way out.
import { changePassword, oneTimeTokenMinutes, requestEmailVerification } from '../../directory/index.ts'
import {
  accountPage,
  checkMailPage,
  setPasswordPage,
  signedOutPage,
  type AccountView,
  type SetPasswordView,
} from '../../pages/index.ts'
import type { IdentityRecord, UserRecord } from '../../store/index.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
import { accountPath, changePasswordPath, signedOutPath } from '../paths.ts'
import { accountFrame } from './account-frame.ts'
import {
  accountSession,
  beginSignIn,
  queryValue,
  signedInUser,
  usernameOf,
  type AccountDeps,
} from './account-page-deps.ts'
import { portalAfterSignIn } from './portal.ts'
import { rememberDevice } from '../device-cookie.ts'
import { pageFrame, sendPage } from '../page-frame.ts'
import { passwordChangedPath } from './after-form-pages.ts'
import { changeProblem, missingPasswords } from '../steps/password/password-problems.ts'

export async function showAccount(
  exchange: Exchange,
  deps: AccountDeps,
  mails?: Pick<AccountView, 'hasTooManyMails'>,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const [organizations, unconfirmed, username] = await Promise.all([
    deps.directory.organizationsOf(user.id),
    unconfirmedEmail(user, deps),
    usernameOf(user, deps),
  ])
  const name = [user.firstName, user.lastName].filter(Boolean).join(' ')
  const csrfToken = deps.guard.token(exchange)
  const page = accountPage({
    ...(await accountFrame(exchange, deps, { current: 'overview', shownAt: accountPath })),
    ...mails,
    ...(name !== '' && { name }),
    ...(username !== undefined && { username }),
    ...(user.preferredEmail !== null && { email: user.preferredEmail }),
    ...(unconfirmed && { confirmEmail: { action: '/account/confirm-email', csrfToken } }),
    organizations: organizations.map(({ name }) => name),
    changePasswordHref: changePasswordPath,
    signOut: { action: '/account/sign-out', csrfToken },
  })
  sendPage(exchange, page, { status: mails ? 429 : 200 })
}

/** Sends a link to the address of the account, which has not been confirmed. */
export async function sendConfirmation(
  exchange: Exchange,
  _form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  const identity = user && (await unconfirmedEmail(user, deps))
  // Confirmed meanwhile, in another window: the account says so.
  if (!identity) return showAccount(exchange, deps)
  const frame = await pageFrame(exchange, { shownAt: accountPath })
  const context = { language: frame.language }
  const result = await requestEmailVerification({ identity, context }, deps.passwordReset)
  if (result.kind === 'throttled') {
    exchange.set('retry-after', String(result.retryAfterSeconds))
    return showAccount(exchange, deps, { hasTooManyMails: true })
  }
  const sent = {
    reason: 'confirm-email',
    email: identity.value,
    expiresInMinutes: oneTimeTokenMinutes,
    accountHref: accountPath,
  } as const
  sendPage(exchange, checkMailPage({ ...frame, ...sent }))
}

async function unconfirmedEmail(
  user: UserRecord,
  { directory }: Pick<AccountDeps, 'directory'>,
): Promise<IdentityRecord | undefined> {
  const identities = await directory.identities(user.id)
  return identities.find(
    ({ type, value, isVerified }) => type === 'email' && value === user.preferredEmail && !isVerified,
  )
}

export async function signOut(exchange: Exchange, _form: URLSearchParams, deps: AccountDeps): Promise<void> {
  await deps.engine.endSession(exchange)
  redirectTo(exchange, signedOutPath)
}

export async function showChangePassword(
  exchange: Exchange,
  deps: AccountDeps,
  problem?: Pick<SetPasswordView, 'problem' | 'fieldProblems'>,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const page = setPasswordPage({
    ...(await pageFrame(exchange, { shownAt: changePasswordPath })),
    ...problem,
    occasion: 'change',
    form: { action: changePasswordPath, csrfToken: deps.guard.token(exchange) },
    account: user.preferredEmail ?? (await usernameOf(user, deps)) ?? '',
    passwordMinimum: deps.changePassword.passwordRules.minLength,
    cancelHref: accountPath,
  })
  sendPage(exchange, page, { status: problem ? 400 : 200 })
}

export async function change(exchange: Exchange, form: URLSearchParams, deps: AccountDeps): Promise<void> {
  const [session, user] = await Promise.all([accountSession(exchange, deps), signedInUser(exchange, deps)])
  if (!session || !user) return beginSignIn(exchange, deps)
  const { passwordRules } = deps.changePassword
  const passwords = {
    currentPassword: form.get('current_password') ?? '',
    newPassword: form.get('new_password') ?? '',
  }
  const typed = { ...passwords, identifiers: user.preferredEmail === null ? [] : [user.preferredEmail] }
  const missing = missingPasswords(typed, passwordRules)
  if (missing) return showChangePassword(exchange, deps, missing)
  const result = await changePassword(
    {
      userId: user.id,
      ...passwords,
      ip: deps.addressOf(exchange),
      sessionUid: session.uid,
    },
    deps.changePassword,
  )
  if (result.kind !== 'changed')
    return showChangePassword(exchange, deps, changeProblem(result, typed, passwordRules))
  rememberDevice(exchange, result.deviceToken)
  redirectTo(exchange, passwordChangedPath)
}

/** Where that sign-in ends. A person who did not sign in is asked, because another redirect would lead into a circle. */
export async function afterSignIn(exchange: Exchange, deps: AccountDeps): Promise<void> {
  if ((await signedInUser(exchange, deps)) === undefined) {
    const frame = await pageFrame(exchange, {})
    const { accountHref: _, ...onward } = frame.onward ?? {}
    return sendPage(exchange, signedOutPage({ ...frame, onward, accountSignInHref: accountPath }))
  }
  const portal = queryValue(exchange, 'error') === '' ? portalAfterSignIn(exchange) : undefined
  redirectTo(exchange, portal ?? accountPath)
}
