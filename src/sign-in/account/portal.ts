// The way that an application leads to its user's account pages (C§9): `/portal_redirect?key=…`. The link names a user and proves nothing.
// It opens the pages in a browser where that user is signed in as surely as every account page asks for; elsewhere the user signs in
// first and comes back here (docs/decisions/0109). What the pages need to know of the application is in a signed cookie.
import { z } from 'zod'
import { findPortalLink, mayReturnTo, usePortalLink, type PortalLink } from '../../directory/index.ts'
import { errorPage } from '../../pages/index.ts'
import type { ApplicationRecord } from '../../store/index.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
import { pageFrame, sendPage } from '../page-frame.ts'
import { accountPath, organizationsPath, portalPath, profilePath } from '../paths.ts'
import { accountSession, queryValue, type AccountDeps } from './account-page-deps.ts'

const cookieName = 'mintage_portal'

/** Kinde's names of pages (C§9). Mintage has no billing; what is not here is the profile. */
const pagePaths: Readonly<Record<string, string>> = {
  profile: profilePath,
  organization_details: organizationsPath,
  organization_members: organizationsPath,
}

export async function openPortal(exchange: Exchange, deps: AccountDeps): Promise<void> {
  const key = queryValue(exchange, 'key')
  const [link, session] = await Promise.all([
    findPortalLink(key, deps.operations),
    accountSession(exchange, deps),
  ])
  // Used or expired, by a second press of the same button or on the way through a sign-in: the user's own account opens all the same.
  if (link === undefined) return session ? redirectTo(exchange, accountPath) : showLinkUsed(exchange)
  if (session?.accountId !== link.userId) return signInFirst(exchange, key, link, deps)
  if (!(await usePortalLink(key, deps.operations))) return redirectTo(exchange, accountPath)
  const { clientId, organizationCode, returnUrl, page } = link
  const context = { clientId, organizationCode, returnUrl } satisfies Context
  exchange.cookies.set(cookieName, Buffer.from(JSON.stringify(context)).toString('base64url'), {
    httpOnly: true,
    sameSite: 'lax',
    secure: exchange.secure,
    path: accountPath,
    signed: true,
  })
  redirectTo(exchange, Object.hasOwn(pagePaths, page) ? (pagePaths[page] ?? profilePath) : profilePath)
}

/** Another user who is signed in here is asked as well, because the link is not theirs. */
async function signInFirst(
  exchange: Exchange,
  key: string,
  { userId }: PortalLink,
  { accountSignInHref, directory }: AccountDeps,
): Promise<void> {
  const user = await directory.user(userId)
  const params = new URLSearchParams({ state: key, prompt: 'login' })
  if (user?.preferredEmail) params.set('login_hint', user.preferredEmail)
  redirectTo(exchange, `${accountSignInHref}&${params.toString()}`)
}

/** Where a sign-in that began at a portal link goes on; undefined for any other. */
export function portalAfterSignIn(exchange: Exchange): string | undefined {
  const key = queryValue(exchange, 'state')
  return /^[\w-]{43}$/.test(key) ? `${portalPath}?key=${key}` : undefined
}

async function showLinkUsed(exchange: Exchange): Promise<void> {
  const page = errorPage({
    ...(await pageFrame(exchange, {})),
    error: 'link_unusable',
    advice: 'portalLinkUsed',
  })
  sendPage(exchange, page, { status: 400 })
}

const contextSchema = z.object({
  clientId: z.string(),
  organizationCode: z.string().nullable(),
  returnUrl: z.string().nullable(),
})
type Context = z.output<typeof contextSchema>

export interface Portal {
  readonly application: ApplicationRecord
  readonly organizationCode: string | null
  readonly returnUrl: string | null
}

/** The application that the browser came from by a link, for as long as the browser is open. */
export async function portalOf(
  exchange: Exchange,
  { findApplication }: Pick<AccountDeps, 'findApplication'>,
): Promise<Portal | undefined> {
  const cookie = exchange.cookies.get(cookieName, { signed: true })
  const parsed = contextSchema.safeParse(cookie === undefined ? undefined : jsonOf(cookie))
  const application = parsed.success ? await findApplication(parsed.data.clientId) : undefined
  if (!parsed.success || application === undefined) return undefined
  const { organizationCode, returnUrl } = parsed.data
  // The application may have given up the origin since.
  const mayReturn = returnUrl !== null && mayReturnTo(returnUrl, application)
  return { application, organizationCode, returnUrl: mayReturn ? returnUrl : null }
}

function jsonOf(cookie: string): unknown {
  try {
    return JSON.parse(Buffer.from(cookie, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
