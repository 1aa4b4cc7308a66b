// A link of an application to its user's account pages (C§9): works once, for a few minutes, and only for the user whose token asked for it.
// It names the user and proves nothing: the pages open for a browser in which that user is signed in, or signs in.
import { z } from 'zod'
import { matchesOne, originOf } from '../oauth/index.ts'
import { isCommitted, type ApplicationRecord, type Store } from '../store/index.ts'
import { originsOf } from './application-origins.ts'
import type { RandomBytes } from './ids.ts'
import { issueOneTimeToken, peekOneTimeToken, takingOneTimeToken } from './one-time-token.ts'

export const portalLinkMinutes = 5

export interface PortalLink {
  readonly userId: string
  readonly clientId: string
  readonly organizationCode: string | null
  /** Where the pages lead back to; checked by mayReturnTo(). */
  readonly returnUrl: string | null
  /** Kinde's name of a page; an unknown one is the profile. */
  readonly page: string
}

interface PortalLinkDeps {
  readonly store: Pick<Store, 'commit' | 'oneTimeTokens'>
  readonly now: () => number
}

/** Resolves to the key. */
export function issuePortalLink(
  { userId, ...details }: PortalLink,
  deps: Pick<PortalLinkDeps, 'now'> & {
    readonly store: Pick<Store, 'commit'>
    readonly random: RandomBytes
  },
): Promise<string> {
  return issueOneTimeToken({ kind: 'portal-link', userId, details, minutes: portalLinkMinutes }, deps)
}

const details = z.object({
  clientId: z.string(),
  organizationCode: z.string().nullable(),
  returnUrl: z.string().nullable(),
  page: z.string(),
})

/** Undefined when it is unknown, used or expired. */
export async function findPortalLink(key: string, deps: PortalLinkDeps): Promise<PortalLink | undefined> {
  const record = await peekOneTimeToken('portal-link', key, deps)
  const parsed = details.safeParse(record?.details)
  return record && parsed.success ? { userId: record.userId, ...parsed.data } : undefined
}

/** Of many who use it at once, one resolves to true. */
export function usePortalLink(key: string, { store, now }: PortalLinkDeps): Promise<boolean> {
  return isCommitted(store.commit([takingOneTimeToken('portal-link', key, now())]))
}

/** An address of the web on an origin of the application: one that may call as it, or one of an address that is registered for it. */
export function mayReturnTo(address: string, application: ApplicationRecord): boolean {
  const url = URL.parse(address)
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.username + url.password !== '')
    return false
  const { redirectUris, logoutUris, homepageUri, loginUri } = application
  const registered = [...redirectUris, ...logoutUris, homepageUri, loginUri].flatMap(
    (uri) => (uri === null ? undefined : originOf(uri)) ?? [],
  )
  return matchesOne(url.origin, [...originsOf(application), ...registered])
}
