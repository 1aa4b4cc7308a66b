// Pages of an account outside of any sign-in: a forgotten password, the links of our mails, and the account itself. One way for all of
// them: a page is shown by GET, and only a form that came from us does something.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { formOnce } from '../http/forms-once.ts'
import type { AccountDeps } from './account-page-deps.ts'
import {
  afterSignIn,
  change,
  sendConfirmation,
  showAccount,
  showChangePassword,
  signOut,
} from './account-pages.ts'
import {
  deviceDonePath,
  deviceRefusedPath,
  emailConfirmedPath,
  passwordChangedPath,
  showDeviceDone,
  showEmailConfirmed,
  showPasswordChanged,
} from './after-form-pages.ts'
import { showHome } from './home.ts'
import { showRefusedForm } from './ended-sign-in.ts'
import { requestResetLink, reset, showForgotten, showReset } from './password-reset-pages.ts'
import { accountPath, accountSignedInPath, changePasswordPath } from '../request/routes.ts'
import {
  finishElsewhere,
  finishSignUpPath,
  showFinishSignUp,
  showVerifyEmail,
  verify,
  verifyEmailPath,
} from './sign-up-link.ts'

type Next = () => Promise<void>
type Page = (ctx: KoaContextWithOIDC, deps: AccountDeps) => Promise<void>
type Action = (ctx: KoaContextWithOIDC, form: URLSearchParams, deps: AccountDeps) => Promise<void>

const pages: Readonly<Record<string, { readonly get?: Page; readonly post?: Action }>> = {
  '/forgotten-password': { get: showForgotten, post: requestResetLink },
  '/reset-password': { get: showReset, post: reset },
  [finishSignUpPath]: { get: showFinishSignUp, post: finishElsewhere },
  [verifyEmailPath]: { get: showVerifyEmail, post: verify },
  '/': { get: showHome },
  [accountPath]: { get: (ctx, deps) => showAccount(ctx, deps) },
  [accountSignedInPath]: { get: afterSignIn },
  [changePasswordPath]: { get: (ctx, deps) => showChangePassword(ctx, deps), post: change },
  '/account/confirm-email': { post: sendConfirmation },
  '/account/sign-out': { post: signOut },
  [passwordChangedPath]: { get: showPasswordChanged },
  [emailConfirmedPath]: { get: showEmailConfirmed },
  [deviceDonePath]: { get: async (ctx) => showDeviceDone(ctx, 'connected') },
  [deviceRefusedPath]: { get: async (ctx) => showDeviceDone(ctx, 'refused') },
}

export function accountRoutes(deps: AccountDeps) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    const page = Object.hasOwn(pages, ctx.path) ? pages[ctx.path] : undefined
    if (!page) return next()
    if (ctx.method === 'GET' && page.get) return page.get(ctx, deps)
    const { post } = page
    const form = ctx.method === 'POST' && post ? await deps.guard.read(ctx) : undefined
    if (!form || !post) return showRefusedForm(ctx, page.get ? ctx.path : '/account')
    await deps.once(ctx, formOnce(ctx.path, form), () => post(ctx, form, deps))
  }
}
