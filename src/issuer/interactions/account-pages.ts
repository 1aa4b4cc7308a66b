// The account of whoever is signed in: what it is, its address confirmed, another password, and the way out.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { changePassword, oneTimeTokenMinutes, requestEmailVerification } from '../../directory/index.ts'
import {
  accountPage,
  checkMailPage,
  setPasswordPage,
  signedOutPage,
  type AccountView,
  type SetPasswordView,
} from '../../pages/index.ts'
import { accountSignInHref } from '../request/account-application.ts'
import { accountPath, changePasswordPath, signedOutPath } from '../request/routes.ts'
import type { IdentityRecord, UserRecord } from '../../store/index.ts'
import { endSession } from '../kinde/logout.ts'
import type { AccountDeps } from './account-page-deps.ts'
import { rememberDevice } from './device-cookie.ts'
import { pageFrame, sendPage } from './page-frame.ts'
import { passwordChangedPath } from './after-form-pages.ts'
import { changeProblem, missingPasswords } from './password-problems.ts'

export async function showAccount(
  ctx: KoaContextWithOIDC,
  deps: AccountDeps,
  mails?: Pick<AccountView, 'hasTooManyMails'>,
): Promise<void> {
  const user = await signedInUser(ctx, deps)
  if (!user) return beginSignIn(ctx, deps)
  const [organizations, unconfirmed, username] = await Promise.all([
    deps.directory.organizationsOf(user.id),
    unconfirmedEmail(user, deps),
    usernameOf(user, deps),
  ])
  const name = [user.firstName, user.lastName].filter(Boolean).join(' ')
  const csrfToken = deps.guard.token(ctx)
  const page = accountPage({
    ...pageFrame(ctx, { shownAt: accountPath }),
    ...mails,
    ...(name !== '' && { name }),
    ...(username !== undefined && { username }),
    ...(user.preferredEmail !== null && { email: user.preferredEmail }),
    ...(unconfirmed && { confirmEmail: { action: '/account/confirm-email', csrfToken } }),
    organizations: organizations.map(({ name }) => name),
    changePasswordHref: changePasswordPath,
    signOut: { action: '/account/sign-out', csrfToken },
  })
  sendPage(ctx, page, { status: mails ? 429 : 200 })
}

/** Sends a link to the address of the account, which has not been confirmed. */
export async function sendConfirmation(
  ctx: KoaContextWithOIDC,
  _form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const user = await signedInUser(ctx, deps)
  const identity = user && (await unconfirmedEmail(user, deps))
  // Confirmed meanwhile, in another window: the account says so.
  if (!identity) return showAccount(ctx, deps)
  const frame = pageFrame(ctx, { shownAt: accountPath })
  const context = { language: frame.language }
  const result = await requestEmailVerification({ identity, context }, deps.passwordReset)
  if (result.kind === 'throttled') {
    ctx.set('retry-after', String(result.retryAfterSeconds))
    return showAccount(ctx, deps, { hasTooManyMails: true })
  }
  const sent = {
    reason: 'confirm-email',
    email: identity.value,
    expiresInMinutes: oneTimeTokenMinutes,
    accountHref: accountPath,
  } as const
  sendPage(ctx, checkMailPage({ ...frame, ...sent }))
}

async function usernameOf(
  { id }: UserRecord,
  { directory }: Pick<AccountDeps, 'directory'>,
): Promise<string | undefined> {
  const identities = await directory.identities(id)
  return identities.find(({ type }) => type === 'username')?.value
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

export async function signOut(
  ctx: KoaContextWithOIDC,
  _form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  await endSession(ctx, deps)
  ctx.status = 303
  ctx.redirect(signedOutPath)
}

export async function showChangePassword(
  ctx: KoaContextWithOIDC,
  deps: AccountDeps,
  problem?: Pick<SetPasswordView, 'problem' | 'fieldProblems'>,
): Promise<void> {
  const user = await signedInUser(ctx, deps)
  if (!user) return beginSignIn(ctx, deps)
  const page = setPasswordPage({
    ...pageFrame(ctx, { shownAt: changePasswordPath }),
    ...problem,
    occasion: 'change',
    form: { action: changePasswordPath, csrfToken: deps.guard.token(ctx) },
    account: user.preferredEmail ?? (await usernameOf(user, deps)) ?? '',
    passwordMinimum: deps.changePassword.passwordRules.minLength,
    cancelHref: accountPath,
  })
  sendPage(ctx, page, { status: problem ? 400 : 200 })
}

export async function change(
  ctx: KoaContextWithOIDC,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const session = await deps.provider.Session.get(ctx)
  const user = await signedInUser(ctx, deps)
  if (!user) return beginSignIn(ctx, deps)
  const { passwordRules } = deps.changePassword
  const passwords = {
    currentPassword: form.get('current_password') ?? '',
    newPassword: form.get('new_password') ?? '',
  }
  const typed = { ...passwords, identifiers: user.preferredEmail === null ? [] : [user.preferredEmail] }
  const missing = missingPasswords(typed, passwordRules)
  if (missing) return showChangePassword(ctx, deps, missing)
  const result = await changePassword(
    {
      userId: user.id,
      ...passwords,
      ip: deps.addressOf(ctx),
      sessionUid: session.uid,
    },
    deps.changePassword,
  )
  if (result.kind !== 'changed')
    return showChangePassword(ctx, deps, changeProblem(result, typed, passwordRules))
  rememberDevice(ctx, result.deviceToken)
  ctx.status = 303
  ctx.redirect(passwordChangedPath)
}

async function signedInUser(
  ctx: KoaContextWithOIDC,
  { provider, directory }: AccountDeps,
): Promise<UserRecord | undefined> {
  const { accountId } = await provider.Session.get(ctx)
  const user = accountId === undefined ? undefined : await directory.user(accountId)
  return user?.isSuspended ? undefined : user
}

function beginSignIn(ctx: KoaContextWithOIDC, { issuer }: AccountDeps): void {
  ctx.status = 303
  ctx.redirect(accountSignInHref(issuer))
}

/** Where that sign-in ends. A person who did not sign in is asked, because another redirect would lead into a circle. */
export async function afterSignIn(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  if ((await signedInUser(ctx, deps)) === undefined) {
    const frame = pageFrame(ctx, {})
    const { accountHref: _, ...onward } = frame.onward ?? {}
    return sendPage(ctx, signedOutPage({ ...frame, onward, accountSignInHref: accountPath }))
  }
  ctx.status = 303
  ctx.redirect(accountPath)
}
