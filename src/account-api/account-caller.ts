// Whose token it is. Only the user's own access token is taken, and what it says of permissions, roles or flags is not looked at: the
// directory says so as it is now.
import { bearerTokenOf, RequestError, type AccessTokenFacts } from '../management/index.ts'
import type { RandomBytes } from '../directory/index.ts'
import type { ApplicationRecord, Catalog, OrganizationRecord, Store, TokenSubject } from '../store/index.ts'

export interface AccountApiDeps {
  readonly store: Pick<Store, 'billing' | 'commit' | 'directory'>
  /** Undefined for a token that is not of this issuer, expired or revoked. */
  readonly verifyAccessToken: (token: string) => Promise<AccessTokenFacts | undefined>
  /** The main address of the issuer and its further ones, without a trailing slash. */
  readonly issuerUrl: string
  readonly customDomains?: readonly string[]
  readonly nowMs: () => number
  readonly random: RandomBytes
  /** Called with our own defect behind a neutral answer; it is logged only here. */
  readonly onDefect?: (error: unknown) => void
}

export interface AccountCaller {
  readonly application: ApplicationRecord
  readonly catalog: Catalog
  readonly subject: TokenSubject
  /** The one that the token is for. */
  readonly organization: OrganizationRecord | null
}

/** The address that was called. The HTTP server has settled the origin of the request by then (http/settled-headers.ts). */
export function calledIssuer(url: string, { issuerUrl, customDomains = [] }: AccountApiDeps): string {
  const { origin } = new URL(url)
  return customDomains.find((domain) => domain === origin) ?? issuerUrl
}

/** The application of a token that this issuer knows. */
export interface KnownToken {
  readonly facts: AccessTokenFacts
  readonly application: ApplicationRecord
  readonly catalog: Catalog
}

/** Rejects with RequestError. */
export async function knownToken(header: string | undefined, deps: AccountApiDeps): Promise<KnownToken> {
  if (header === undefined) throw new RequestError('INVALID_CREDENTIALS', 'Send a bearer token.')
  const token = bearerTokenOf(header)
  const facts = token === undefined ? undefined : await deps.verifyAccessToken(token)
  const catalog = await deps.store.directory.catalog()
  const application = catalog.applications.find(({ clientId }) => clientId === facts?.clientId)
  if (facts === undefined || application === undefined) throw invalidToken()
  return { facts, application, catalog }
}

/** Rejects with RequestError. */
export async function accountCaller(
  { facts, application, catalog }: KnownToken,
  { store }: AccountApiDeps,
): Promise<AccountCaller> {
  const { subject: userId, audiences, organizationCode } = facts
  if (userId === undefined) throw invalidToken()
  refuseBoundToken(audiences, catalog)
  const subject = await store.directory.tokenSubject(userId, organizationCode)
  if (subject === undefined || subject.user.isSuspended) throw invalidToken()
  const organization = subject.organizations.find(({ code }) => code === organizationCode) ?? null
  if (organizationCode !== null && organization === null) throw invalidToken()
  return { application, catalog, subject, organization }
}

/**
 * An application of Kinde's has one access token, which its SDK sends to its own API and here (C§9), so the audience of a token of type
 * `JWT` is not looked at. A token of type `at+jwt` is only for its audience (RFC 9068 §4).
 */
function refuseBoundToken(audiences: readonly string[], { apis }: Catalog): void {
  const bound = apis.find((api) => api.accessTokenType === 'at+jwt' && audiences.includes(api.audience))
  if (bound === undefined) return
  throw new RequestError(
    'TOKEN_INVALID',
    `This token is for ${bound.audience} alone, because the API asks for tokens of type at+jwt.`,
  )
}

function invalidToken(): RequestError {
  return new RequestError(
    'TOKEN_INVALID',
    'Send a user’s access token of this issuer that is not expired or revoked.',
  )
}
