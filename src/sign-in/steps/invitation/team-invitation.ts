// The link of an invitation. It leads to the application, which begins a sign-in with `invitation_code` (C§1); without an application that
// says where its sign-ins begin, to a sign-in at the account page. Opening it changes nothing: mail scanners open links too.
import { findInvitation, invitationApplication } from '../../../directory/index.ts'
import { invitationUnusablePage } from '../../../pages/index.ts'
import { accountSession, queryValue, type AccountDeps } from '../../account/account-page-deps.ts'
import { redirectTo, type Exchange } from '../../exchange.ts'
import { pageFrame, sendPage } from '../../page-frame.ts'

export const teamInvitationPath = '/team_invitation'

export async function showTeamInvitation(exchange: Exchange, deps: AccountDeps): Promise<void> {
  const code = queryValue(exchange, 'code')
  const session = await accountSession(exchange, deps)
  const found = await findInvitation(code, session?.accountId, deps.signUp)
  const application = invitationApplication(await deps.directory.catalog(), deps.invitationApplication)
  if (found.kind === 'unusable') {
    exchange.set('cache-control', 'no-store')
    const frame = await pageFrame(exchange, application ? { application } : {})
    return sendPage(exchange, invitationUnusablePage(frame), { status: 400 })
  }
  const { loginUri } = application ?? {}
  redirectTo(
    exchange,
    loginUri
      ? withParameters(loginUri, { invitation_code: code })
      : `${deps.accountSignInHref}&${new URLSearchParams({ invitation_code: code, is_invitation: 'true' }).toString()}`,
  )
}

function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}
