// Who asks: a bearer token in the header and nowhere else, no cookie, so that no browser can be made to ask on a user's
// behalf (AD-04). Four questions in this order: is there one, is it good for this API, has it the scope, and which
// organization is its application bound to.
import { apiKeyOfValue, apiKeyStart, isSuspended, managementAudience } from '../directory/index.ts'
import type { AccessTokenFacts, Caller, ManagementDeps } from './management-deps.ts'
import { RequestError } from './request-error.ts'

/** RFC 6750 §2.1 `b68token`; the scheme's name is case-insensitive (RFC 9110 §11.1). */
const bearerPattern = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i

const longestHeader = 16 * 1024

/** Undefined for a header of another scheme, or one that is malformed. */
export function bearerTokenOf(header: string): string | undefined {
  return header.length > longestHeader ? undefined : bearerPattern.exec(header.trim())?.[1]
}

/** Rejects with RequestError. */
export async function authorizedCaller(
  header: string | undefined,
  scope: string,
  deps: Pick<ManagementDeps, 'verifyAccessToken' | 'issuerUrl' | 'store'>,
): Promise<Caller> {
  if (header === undefined) throw new RequestError('INVALID_CREDENTIALS', 'Send a bearer token.')
  const token = bearerTokenOf(header)
  if (token?.startsWith(apiKeyStart) === true) return callerWithKey(token, scope, deps)
  const facts = token === undefined ? undefined : await deps.verifyAccessToken(token)
  const audience = managementAudience(deps.issuerUrl)
  const isMachine = facts !== undefined && facts.subject === undefined
  if (!isMachine || !facts.audiences.includes(audience)) {
    throw new RequestError(
      'TOKEN_INVALID',
      `Send a token that is not expired, from the client_credentials grant with the audience ${audience}.`,
    )
  }
  if (!facts.scopes.includes(scope)) {
    throw new RequestError('INSUFFICIENT_SCOPE', `This operation needs the scope ${scope}.`)
  }
  const organizationCode = await organizationOf(facts, deps)
  if (organizationCode !== null) await refuseSuspended(organizationCode, deps)
  return { clientId: facts.clientId, organizationCode, scopes: facts.scopes }
}

/** An API key for the management API, of the environment or of an organization (docs/decisions/0094). A user's key is refused. */
async function callerWithKey(
  value: string,
  scope: string,
  deps: Pick<ManagementDeps, 'store'>,
): Promise<Caller> {
  const [key, catalog] = await Promise.all([apiKeyOfValue(value, deps), deps.store.directory.catalog()])
  const api = catalog.apis.find(({ id }) => id === key?.apiId)
  if (key?.status !== 'active' || key.type === 'user' || api?.isManagementApi !== true) {
    throw new RequestError(
      'TOKEN_INVALID',
      'Send a valid API key of the environment or of an organization that was made for the management API.',
    )
  }
  const scopes = api.scopes.filter(({ id }) => key.scopeIds.includes(id)).map(({ key: name }) => name)
  if (!scopes.includes(scope))
    throw new RequestError('INSUFFICIENT_SCOPE', `This operation needs the scope ${scope}.`)
  return { clientId: key.id, organizationCode: key.organizationCode, scopes }
}

/**
 * The application says it as it is now, the token as it was when it was issued: an application that was bound since then is bound
 * at once, and a token of an organization never becomes one of the environment or of another organization.
 */
async function organizationOf(
  { clientId, organizationCode: ofToken }: AccessTokenFacts,
  { store }: Pick<ManagementDeps, 'store'>,
): Promise<string | null> {
  const { applications } = await store.directory.catalog()
  const application = applications.find((one) => one.clientId === clientId)
  if (application === undefined)
    throw new RequestError('TOKEN_INVALID', 'The application of this token does not exist any more.')
  const ofApplication = application.organizationCode
  if (ofToken !== null && ofApplication !== null && ofToken !== ofApplication) {
    throw new RequestError(
      'TOKEN_INVALID',
      'The application belongs to another organization than this token: ask for a new token.',
    )
  }
  return ofApplication ?? ofToken
}

/** Its machines could lift the suspension by a token from before. */
async function refuseSuspended(code: string, { store }: Pick<ManagementDeps, 'store'>): Promise<void> {
  const organization = await store.directory.organization(code)
  if (organization !== undefined && isSuspended(organization))
    throw new RequestError('TOKEN_INVALID', 'The organization of this application is suspended.')
}
