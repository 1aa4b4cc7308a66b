// Pages that a form leads to by a redirect, so that they can be reloaded and read in another language. What they need to know is in their
// address, and everything in it is checked: a client id leads to its application, an interaction to one of our addresses.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { deviceDonePage, emailConfirmedPage, passwordChangedPage, type PageView } from '../../pages/index.ts'
import type { ApplicationRecord, DirectoryStore } from '../../store/index.ts'
import { accountPath, interactionPath } from '../request/routes.ts'
import { queryValue, type AccountDeps } from './account-page-deps.ts'
import type { MailContext } from './mail-context.ts'
import { pageFrame, sendPage } from './page-frame.ts'

export const passwordChangedPath = '/password-changed'
export const emailConfirmedPath = '/email-confirmed'
export const deviceDonePath = '/device/done'
export const deviceRefusedPath = '/device/refused'

/** To one of these pages, with what a mail's link knew. */
export function redirectAfterMail(
  ctx: KoaContextWithOIDC,
  path: string,
  { clientId, interaction, language }: MailContext,
): void {
  const query = new URLSearchParams()
  if (language !== undefined) query.set('ui_locales', language)
  if (clientId !== undefined) query.set('client_id', clientId)
  if (interaction !== undefined) query.set('interaction', interaction)
  ctx.status = 303
  ctx.redirect(`${path}?${query.toString()}`)
}

/** On to the sign-in that it began in, or to the application; to the account when neither is known. */
export async function showPasswordChanged(
  ctx: KoaContextWithOIDC,
  { directory }: AccountDeps,
): Promise<void> {
  const application = await applicationOfQuery(ctx, directory)
  const interaction = queryValue(ctx, 'interaction')
  const href = /^[\w-]+$/.test(interaction)
    ? `${interactionPath}/${interaction}`
    : (application?.loginUri ?? application?.homepageUri)
  const next = href
    ? ({ to: 'sign-in', way: { kind: 'link', href } } as const)
    : ({ to: 'account', way: { kind: 'link', href: accountPath } } as const)
  sendPage(ctx, passwordChangedPage({ ...mailedFrame(ctx, application), next }))
}

export async function showEmailConfirmed(ctx: KoaContextWithOIDC, { directory }: AccountDeps): Promise<void> {
  const application = await applicationOfQuery(ctx, directory)
  const href = application?.loginUri ?? application?.homepageUri
  const back = href ? { back: { kind: 'link', href } as const } : {}
  sendPage(ctx, emailConfirmedPage({ ...mailedFrame(ctx, application), ...back }))
}

function mailedFrame(ctx: KoaContextWithOIDC, application: ApplicationRecord | undefined): PageView {
  return pageFrame(ctx, { application, requestedLanguage: queryValue(ctx, 'ui_locales') })
}

export function showDeviceDone(ctx: KoaContextWithOIDC, result: 'connected' | 'refused'): void {
  sendPage(ctx, deviceDonePage({ ...pageFrame(ctx, {}), result }))
}

async function applicationOfQuery(
  ctx: KoaContextWithOIDC,
  directory: Pick<DirectoryStore, 'catalog'>,
): Promise<ApplicationRecord | undefined> {
  const clientId = queryValue(ctx, 'client_id')
  const { applications } = await directory.catalog()
  return applications.find((known) => known.clientId === clientId)
}
