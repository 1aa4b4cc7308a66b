// The links that prove an address. Finishing a sign-up goes on in the sign-in that it began in, in the browser that began it: a link
// opened anywhere else signs nobody in, or whoever sent it could sign a stranger in as himself (assurance BR-03).
import type { KoaContextWithOIDC } from 'oidc-provider'
import { findEmailVerification, findSignUp, finishSignUp, verifyEmail } from '../../directory/index.ts'
import { confirmEmailPage, emailConfirmedPage, errorPage } from '../../pages/index.ts'
import { interactionPath } from '../routes.ts'
import { formValue, queryValue, type AccountDeps } from './account-page-deps.ts'
import { mailedPage, parseMailContext, type MailContext } from './mail-context.ts'
import { pageFrame, sendPage } from './page-frame.ts'

export const finishSignUpPath = '/finish-sign-up'
/** The action of an interaction; where it is not in this browser, the request falls back to the path above. */
export const finishSignUpAction = 'finish-sign-up'

export async function showFinishSignUp(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  const token = queryValue(ctx, 'token')
  const found = await findSignUp(token, deps.signUp)
  if (!found) return showUnusableLink(ctx)
  const context = parseMailContext(found.context)
  const { interaction } = context
  const action =
    interaction === undefined ? finishSignUpPath : `${interactionPath}/${interaction}/${finishSignUpAction}`
  const { frame, application } = await mailedPage(ctx, context, deps.directory)
  const form = { action, csrfToken: deps.guard.token(ctx), hiddenFields: { token } }
  sendPage(ctx, confirmEmailPage({ ...frame, form, email: found.email }), {
    formRedirects: application?.redirectUris ?? [],
  })
}

/** Outside of its sign-in: the account is there, and its owner signs in at the application. */
export async function finishElsewhere(
  ctx: KoaContextWithOIDC,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const result = await finishSignUp(formValue(form, 'token'), deps.signUp)
  if (result.kind === 'link-unusable') return showUnusableLink(ctx)
  return showConfirmed(ctx, parseMailContext(result.context), deps)
}

export const verifyEmailPath = '/verify-email'

export async function showVerifyEmail(ctx: KoaContextWithOIDC, deps: AccountDeps): Promise<void> {
  const token = queryValue(ctx, 'token')
  const found = await findEmailVerification(token, deps.passwordReset)
  if (!found) return showUnusableLink(ctx)
  const { frame } = await mailedPage(ctx, parseMailContext(found.context), deps.directory)
  const form = { action: verifyEmailPath, csrfToken: deps.guard.token(ctx), hiddenFields: { token } }
  sendPage(ctx, confirmEmailPage({ ...frame, form, email: found.identity.value }))
}

export async function verify(
  ctx: KoaContextWithOIDC,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const result = await verifyEmail(formValue(form, 'token'), deps.passwordReset)
  if (result.kind === 'link-unusable') return showUnusableLink(ctx)
  return showConfirmed(ctx, parseMailContext(result.context), deps)
}

async function showConfirmed(
  ctx: KoaContextWithOIDC,
  context: MailContext,
  { directory }: AccountDeps,
): Promise<void> {
  const { frame, application } = await mailedPage(ctx, context, directory)
  const href = application?.loginUri ?? application?.homepageUri
  const back = href ? { back: { kind: 'link', href } as const } : {}
  sendPage(ctx, emailConfirmedPage({ ...frame, ...back }))
}

export function showUnusableLink(ctx: KoaContextWithOIDC): void {
  const page = errorPage({ ...pageFrame(ctx, {}), error: 'link_unusable', advice: 'expired' })
  sendPage(ctx, page, { status: 400 })
}
