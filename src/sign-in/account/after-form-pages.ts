// Pages that a form leads to by a redirect, so that they can be reloaded and read in another language. What they need to know is in their
// address, and everything in it is checked: a client id leads to its application, an interaction to one of our addresses.
import { deviceDonePage, emailConfirmedPage, passwordChangedPage, type PageView } from '../../pages/index.ts'
import type { ApplicationRecord, DirectoryStore } from '../../store/index.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
import { accountPath, interactionPath } from '../paths.ts'
import { queryValue, type AccountDeps } from './account-page-deps.ts'
import type { MailContext } from '../mail-context.ts'
import { pageFrame, sendPage } from '../page-frame.ts'

export const passwordChangedPath = '/password-changed'
export const emailConfirmedPath = '/email-confirmed'
export const deviceDonePath = '/device/done'
export const deviceRefusedPath = '/device/refused'

/** To one of these pages, with what a mail's link knew. */
export function redirectAfterMail(
  exchange: Exchange,
  path: string,
  { clientId, interaction, language }: MailContext,
): void {
  const query = new URLSearchParams()
  if (language !== undefined) query.set('ui_locales', language)
  if (clientId !== undefined) query.set('client_id', clientId)
  if (interaction !== undefined) query.set('interaction', interaction)
  redirectTo(exchange, `${path}?${query.toString()}`)
}

/** On to the sign-in that it began in, or to the application; to the account when neither is known. */
export async function showPasswordChanged(exchange: Exchange, { directory }: AccountDeps): Promise<void> {
  const application = await applicationOfQuery(exchange, directory)
  const interaction = queryValue(exchange, 'interaction')
  const href = /^[\w-]+$/.test(interaction)
    ? `${interactionPath}/${interaction}`
    : (application?.loginUri ?? application?.homepageUri)
  const next = href
    ? ({ to: 'sign-in', way: { kind: 'link', href } } as const)
    : ({ to: 'account', way: { kind: 'link', href: accountPath } } as const)
  sendPage(exchange, passwordChangedPage({ ...(await mailedFrame(exchange, application)), next }))
}

export async function showEmailConfirmed(exchange: Exchange, { directory }: AccountDeps): Promise<void> {
  const application = await applicationOfQuery(exchange, directory)
  const href = application?.loginUri ?? application?.homepageUri
  const back = href ? { back: { kind: 'link', href } as const } : {}
  sendPage(exchange, emailConfirmedPage({ ...(await mailedFrame(exchange, application)), ...back }))
}

function mailedFrame(exchange: Exchange, application: ApplicationRecord | undefined): Promise<PageView> {
  return pageFrame(exchange, { application, requestedLanguage: queryValue(exchange, 'ui_locales') })
}

export async function showDeviceDone(exchange: Exchange, result: 'connected' | 'refused'): Promise<void> {
  sendPage(exchange, deviceDonePage({ ...(await pageFrame(exchange, {})), result }))
}

async function applicationOfQuery(
  exchange: Exchange,
  directory: Pick<DirectoryStore, 'catalog'>,
): Promise<ApplicationRecord | undefined> {
  const clientId = queryValue(exchange, 'client_id')
  const { applications } = await directory.catalog()
  return applications.find((known) => known.clientId === clientId)
}
