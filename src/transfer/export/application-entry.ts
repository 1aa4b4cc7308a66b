// An application as mintage.yaml says it: the way back of directory/apply/applications.ts. What is as it would be without the line is left out.
import { isDeepStrictEqual } from 'node:util'
import { newApplication } from '../../directory/index.ts'
import type { ApiRecord, ApplicationRecord, Catalog, TokenLifetimes } from '../../store/index.ts'
import { withPlaceholder, type NamedValues } from './references.ts'

export interface EntryContext {
  readonly catalog: Catalog
  readonly issuer: string
  readonly values: NamedValues
  /** Of the settings. */
  readonly lifetimes: TokenLifetimes
  /** By code. */
  readonly organizationKeys: ReadonlyMap<string, string>
}

/** `given`: the application in the project's file. */
export function applicationEntry(
  key: string,
  application: ApplicationRecord,
  given: Readonly<Record<string, unknown>> | undefined,
  context: EntryContext,
): object {
  const { issuer, organizationKeys } = context
  const { name, type, clientId, clientSecret, jwks, organizationCode, properties } = application
  const defaults = newApplication({ clientId, name, type }, plain)
  const unless = <Value>(value: Value, usual: Value) => (isDeepStrictEqual(value, usual) ? undefined : value)
  const uri = (text: string | null) => (text === null ? undefined : withPlaceholder(text, issuer))
  const uris = (texts: readonly string[]) =>
    texts.length === 0 ? undefined : texts.map((text) => withPlaceholder(text, issuer))
  return {
    name,
    type,
    clientId,
    clientSecret:
      clientSecret === null
        ? undefined
        : context.values.reference({
            what: `the client secret of ${name}`,
            name: `MINTAGE_CLIENT_SECRET_${key}`,
            value: clientSecret,
            given: given?.['clientSecret'],
          }),
    authMethod: unless(application.authMethod, defaults.authMethod),
    jwks: jwks ?? undefined,
    redirectUris: uris(application.redirectUris),
    logoutUris: uris(application.logoutUris),
    backchannelLogoutUri: uri(application.backchannelLogoutUri),
    corsOrigins: uris(application.corsOrigins),
    homepageUri: uri(application.homepageUri),
    loginUri: uri(application.loginUri),
    tokenLifetimes: lifetimesEntry(application.lifetimes, context.lifetimes),
    tokens: tokensEntry(application),
    claims: application.claims ?? undefined,
    tokenBudget: application.tokenBudget ?? undefined,
    signingAlgorithm: unless(application.signingAlgorithm, defaults.signingAlgorithm),
    requirePkce: unless(application.isPkceRequired, defaults.isPkceRequired),
    requirePar: unless(application.isParRequired, defaults.isParRequired),
    requireDpop: unless(application.isDpopRequired, defaults.isDpopRequired),
    cookieRefresh: unless(application.isCookieRefresh, defaults.isCookieRefresh),
    apis: apisEntry(application, given, context),
    organization: organizationCode === null ? undefined : organizationKeys.get(organizationCode),
    accessRoles: accessRolesEntry(application, context.catalog),
    properties: Object.keys(properties).length === 0 ? undefined : properties,
  }
}

/** Nothing of it is kept: only what an application begins with is compared. */
const plain = { random: (count: number) => new Uint8Array(count), now: () => 0 }

function lifetimesEntry(own: TokenLifetimes, ofSettings: TokenLifetimes): object | undefined {
  const differing = (['accessToken', 'idToken', 'refreshToken', 'session'] as const).filter(
    (kind) => own[kind] !== ofSettings[kind],
  )
  return differing.length === 0 ? undefined : Object.fromEntries(differing.map((kind) => [kind, own[kind]]))
}

function tokensEntry({ customization, isHasuraMappingEnabled: hasura }: ApplicationRecord) {
  const lists = Object.entries(customization).filter(([, names]) => names.length > 0)
  if (lists.length === 0 && hasura === undefined) return undefined
  return { ...Object.fromEntries(lists), hasura }
}

function apisEntry(
  { apis, type }: ApplicationRecord,
  given: Readonly<Record<string, unknown>> | undefined,
  { catalog, issuer }: EntryContext,
) {
  const entries = apis.flatMap(({ apiId, scopeIds }) => {
    const api = catalog.apis.find(({ id }) => id === apiId)
    if (api === undefined) return []
    const audience = audienceOf(api, issuer)
    const keys = scopeIds.flatMap((id) => api.scopes.find((scope) => scope.id === id)?.key ?? [])
    const all = type === 'm2m' ? api.scopes.map(({ key }) => key) : []
    // Scopes that an API gets later belong to "all" only where the author of the file said so.
    const isAll = isDeepStrictEqual(keys, all) && (type !== 'm2m' || namesAll(given, audience))
    return [{ audience, scopes: isAll ? undefined : keys }]
  })
  return entries.length === 0 ? undefined : entries
}

export function audienceOf({ audience, isManagementApi }: ApiRecord, issuer: string) {
  return isManagementApi ? withPlaceholder(`${issuer}/api`, issuer) : withPlaceholder(audience, issuer)
}

function namesAll(
  given: Readonly<Record<string, unknown>> | undefined,
  audience: ReturnType<typeof audienceOf>,
): boolean {
  const text = typeof audience === 'string' ? audience : audience.text
  const list: readonly unknown[] = Array.isArray(given?.['apis']) ? given['apis'] : []
  return list.some((one) => Object(one).audience === text && Object(one).scopes === undefined)
}

/** The file can say "only these roles" and "everyone"; a list that is kept while it is switched off stays out of it. */
function accessRolesEntry(
  { isAccessControlEnabled, accessRoleIds }: ApplicationRecord,
  { roles }: Catalog,
): string[] | undefined {
  const keys = (accessRoleIds ?? []).flatMap((id) => roles.find((role) => role.id === id)?.key ?? [])
  if (isAccessControlEnabled === undefined || isAccessControlEnabled !== keys.length > 0) return undefined
  return keys
}
