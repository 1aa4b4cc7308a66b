// Pages of an account outside of any sign-in: a forgotten password, the links of our mails, and the account itself for who is signed
// in. Whoever asks for a link is told the same whether there is an account or not (assurance EN-01).
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import {
  changePassword,
  findPasswordReset,
  finishSignUp,
  oneTimeTokenMinutes,
  redeemPasswordReset,
  requestPasswordReset,
  verifyEmail,
  type ChangePasswordDeps,
  type PasswordResetDeps,
  type SignUpDeps,
} from '../../directory/index.ts'
import {
  accountPage,
  checkMailPage,
  errorPage,
  forgottenPasswordPage,
  passwordChangedPage,
  setPasswordPage,
  type ForgottenPasswordView,
  type SetPasswordView,
} from '../../pages/index.ts'
import type { ArtifactStore, DirectoryStore } from '../../store/index.ts'
import type { FormGuard } from './browser-form.ts'
import { pageFrame, sendPage } from './page-frame.ts'
import { passwordFieldProblem } from './sign-up-step.ts'
import { problemOf } from './temporary-password-step.ts'

type Next = () => Promise<void>

export interface AccountDeps {
  readonly provider: Provider
  readonly guard: FormGuard
  readonly artifacts: ArtifactStore
  readonly directory: DirectoryStore
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
  readonly passwordReset: PasswordResetDeps
  readonly changePassword: ChangePasswordDeps
  readonly signUp: SignUpDeps
  readonly showForbidden: (ctx: KoaContextWithOIDC) => void
}

type Page = (ctx: KoaContextWithOIDC, deps: AccountDeps) => Promise<void> | void
type Action = (ctx: KoaContextWithOIDC, form: URLSearchParams, deps: AccountDeps) => Promise<void>

const pages: Readonly<Record<string, { readonly get: Page; readonly post?: Action }>> = {
  '/forgotten-password': { get: (ctx, deps) => showForgotten(ctx, deps), post: requestLink },
  '/reset-password': { get: showReset, post: reset },
  '/finish-sign-up': { get: finishUp },
  '/verify-email': { get: verify },
  '/account': { get: showAccount },
  '/account/password': { get: (ctx, deps) => showChange(ctx, deps), post: change },
}

export function accountRoutes(deps: AccountDeps) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    const page = pages[ctx.path]
    if (!page) return next()
    if (ctx.method === 'GET') return page.get(ctx, deps)
    const form = ctx.method === 'POST' && page.post ? await deps.guard.read(ctx) : undefined
    if (!form || !page.post) return deps.showForbidden(ctx)
    await page.post(ctx, form, deps)
  }
}

function showForgotten(
  ctx: KoaContextWithOIDC,
  deps: AccountDeps,
  entered: Pick<ForgottenPasswordView, 'email' | 'emailProblem' | 'problem'> = {},
  status = 200,
): void {
  const form = { action: '/forgotten-password', csrfToken: deps.guard.token(ctx) }
  sendPage(ctx, forgottenPasswordPage({ ...frame(ctx), ...entered, form }), { status })
}

async function requestLink(ctx: KoaContextWithOIDC, form: URLSearchParams, deps: AccountDeps): Promise<void> {
  const email = form.get('email')?.trim() ?? ''
  const result = await requestPasswordReset(
    { email, ip: deps.addressOf(ctx), context: { language: frame(ctx).language } },
    deps.passwordReset,
  )
  switch (result.kind) {
    case 'accepted':
      return sendPage(
        ctx,
        checkMailPage({
          ...frame(ctx),
          reason: 'password-reset',
          email,
          expiresInMinutes: oneTimeTokenMinutes,
          againHref: '/forgotten-password',
        }),
      )
    case 'invalid-email':
      return showForgotten(
        ctx,
        deps,
        { email, emailProblem: email === '' ? 'required' : 'emailInvalid' },
        400,
      )
    case 'throttled':
      ctx.set('retry-after', String(result.retryAfterSeconds))
      return showForgotten(ctx, deps, { email, problem: 'tooManyAttempts' }, 429)
  }
}

async function showReset(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  return showResetForm(ctx, tokenOf(ctx.query['token']), deps)
}

async function showResetForm(
  ctx: KoaContextWithOIDC,
  token: string,
  deps: AccountDeps,
  problem: Pick<SetPasswordView, 'problem' | 'fieldProblems'> = {},
): Promise<void> {
  const identity = await findPasswordReset(token, deps.passwordReset)
  if (!identity) return showForgotten(ctx, deps, { problem: 'linkUnusable' }, 400)
  const form = { action: '/reset-password', csrfToken: deps.guard.token(ctx), hiddenFields: { token } }
  const page = setPasswordPage({
    ...frame(ctx),
    ...problem,
    occasion: 'link',
    form,
    account: identity.value,
    passwordMinimum: deps.passwordReset.passwordRules.minLength,
  })
  sendPage(ctx, page, { status: Object.keys(problem).length > 0 ? 400 : 200 })
}

async function reset(ctx: KoaContextWithOIDC, form: URLSearchParams, deps: AccountDeps): Promise<void> {
  const token = tokenOf(form.get('token') ?? undefined)
  const password = form.get('new_password') ?? ''
  const result = await redeemPasswordReset({ token, password, ip: deps.addressOf(ctx) }, deps.passwordReset)
  switch (result.kind) {
    case 'changed':
      await deps.artifacts.commit([result.revoke])
      return showChanged(ctx, 'sign-in')
    case 'link-unusable':
      return showForgotten(ctx, deps, { problem: 'linkUnusable' }, 400)
    case 'invalid-password':
      return showResetForm(ctx, token, deps, {
        fieldProblems: { new_password: passwordFieldProblem[result.problem] },
      })
    case 'busy':
      return showResetForm(ctx, token, deps, { problem: 'tooManyAttempts' })
  }
}

async function finishUp(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  const result = await finishSignUp(tokenOf(ctx.query['token']), deps.signUp)
  if (result.kind === 'link-unusable') return showUnusableLink(ctx)
  return showVerified(ctx)
}

async function verify(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  const result = await verifyEmail(tokenOf(ctx.query['token']), deps.passwordReset)
  return result.kind === 'verified' ? showVerified(ctx) : showUnusableLink(ctx)
}

async function showAccount(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  const user = await signedInUser(ctx, deps)
  if (!user) return showNotSignedIn(ctx)
  const organizations = await deps.directory.organizationsOf(user.id)
  const page = accountPage({
    ...frame(ctx),
    name: [user.firstName, user.lastName].filter(Boolean).join(' '),
    ...(user.preferredEmail !== null && { email: user.preferredEmail }),
    organizations: organizations.map(({ name }) => name),
    changePasswordHref: '/account/password',
    signOut: { action: deps.provider.pathFor('end_session'), csrfToken: deps.guard.token(ctx) },
  })
  sendPage(ctx, page)
}

async function showChange(
  ctx: KoaContextWithOIDC,
  deps: AccountDeps,
  problem: Pick<SetPasswordView, 'problem' | 'fieldProblems'> = {},
): Promise<void> {
  const user = await signedInUser(ctx, deps)
  if (!user) return showNotSignedIn(ctx)
  const page = setPasswordPage({
    ...frame(ctx),
    ...problem,
    occasion: 'change',
    form: { action: '/account/password', csrfToken: deps.guard.token(ctx) },
    account: user.preferredEmail ?? user.id,
    passwordMinimum: deps.changePassword.passwordRules.minLength,
    cancelHref: '/account',
  })
  sendPage(ctx, page, { status: Object.keys(problem).length > 0 ? 400 : 200 })
}

async function change(ctx: KoaContextWithOIDC, form: URLSearchParams, deps: AccountDeps): Promise<void> {
  const session = await deps.provider.Session.get(ctx)
  const user = await signedInUser(ctx, deps)
  if (!user) return showNotSignedIn(ctx)
  const result = await changePassword(
    {
      userId: user.id,
      currentPassword: form.get('current_password') ?? '',
      newPassword: form.get('new_password') ?? '',
      ip: deps.addressOf(ctx),
      sessionUid: session.uid,
    },
    deps.changePassword,
  )
  if (result.kind !== 'changed') return showChange(ctx, deps, problemOf(result))
  await deps.artifacts.commit([result.revoke])
  return showChanged(ctx, 'account')
}

async function signedInUser(ctx: KoaContextWithOIDC, { provider, directory }: AccountDeps) {
  const { accountId } = await provider.Session.get(ctx)
  return accountId === undefined ? undefined : directory.user(accountId)
}

function showChanged(ctx: KoaContextWithOIDC, to: 'sign-in' | 'account'): void {
  const href = to === 'account' ? '/account' : '/'
  sendPage(ctx, passwordChangedPage({ ...frame(ctx), next: { to, way: { kind: 'link', href } } }))
}

function showVerified(ctx: KoaContextWithOIDC): void {
  ctx.status = 303
  ctx.redirect('/account')
}

function showUnusableLink(ctx: KoaContextWithOIDC): void {
  sendPage(ctx, errorPage({ ...frame(ctx), error: 'link_unusable', advice: 'expired' }), { status: 400 })
}

function showNotSignedIn(ctx: KoaContextWithOIDC): void {
  sendPage(ctx, errorPage({ ...frame(ctx), error: 'login_required', advice: 'general' }), { status: 401 })
}

function frame(ctx: KoaContextWithOIDC) {
  const { lang } = ctx.query
  return pageFrame(ctx, { requestedLanguage: typeof lang === 'string' ? lang : undefined })
}

function tokenOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : ''
}
