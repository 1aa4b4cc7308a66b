// The complete default claims of a user's tokens (C§3.1, C§3.2), from facts that were read afresh: nothing of an earlier token
// goes in. Pure, so that the table of claims can be tested row by row. `at_hash` is added at signing: it is a hash of the other
// token's text (OIDC Core §3.1.3.6).
//
// Beyond Kinde's list there is one claim: `client_id` in the access token, which RFC 9068 §2.2 requires.
import type { JsonObject, JsonValue } from '../oauth/index.ts'
import type { ClaimsByToken } from './claims.ts'

export interface UserFacts {
  readonly id: string
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly firstName: string | null
  readonly lastName: string | null
  readonly picture: string | null
  readonly username: string | null
  readonly phone: string | null
  readonly isPhoneVerified: boolean
  readonly providedId: string | null
  readonly updatedAtSeconds: number
}

export interface OrganizationFacts {
  readonly code: string
  readonly name: string
  readonly externalId: string | null
  /** Whether it wants sessions to outlive the browser; undefined when it does not say. */
  readonly isSessionPersistent?: boolean | undefined
}

/** What the user may do in the organization signed in to, or outside of any. */
export interface AccessFacts {
  readonly permissions: readonly string[]
  readonly roles: readonly { readonly id: string; readonly key: string; readonly name: string }[]
  /** `{ key: { t, v } }` (C§3.1). */
  readonly featureFlags: JsonObject
  /** `{ key: { v } }`; only those that the application switched on. */
  readonly properties: {
    readonly user: JsonObject
    readonly organization: JsonObject
    readonly application: JsonObject
  }
}

export interface UserTokenFacts {
  readonly issuer: string
  readonly clientId: string
  readonly nowSeconds: number
  readonly lifetimes: { readonly accessToken: number; readonly idToken: number }
  readonly jti: { readonly accessToken: string; readonly idToken: string }
  readonly scopes: readonly string[]
  /** Claims about the person that were asked for by name. */
  readonly requestedClaims: readonly string[]
  readonly audiences: readonly string[]
  readonly nonce: string | undefined
  /** Session id, for applications that are notified of a logout (OIDC Back-Channel Logout §2.1). */
  readonly sid: string | undefined
  readonly authTimeSeconds: number
  /** When the authorization was asked for: `rat`. */
  readonly requestedAtSeconds: number
  readonly user: UserFacts
  readonly organization: OrganizationFacts | undefined
  readonly organizations: readonly OrganizationFacts[]
  readonly access: AccessFacts
  /** The claims that the application switched on (C§3: opt-in). */
  readonly optIns: { readonly accessToken: readonly string[]; readonly idToken: readonly string[] }
}

export function userTokenClaims(
  facts: UserTokenFacts,
): ClaimsByToken & Required<Pick<ClaimsByToken, 'accessToken' | 'idToken'>> {
  return { accessToken: accessTokenClaims(facts), idToken: idTokenClaims(facts) }
}

function accessTokenClaims(facts: UserTokenFacts): JsonObject {
  const { organization, organizations, access, user, optIns } = facts
  const optIn = (name: string, value: JsonValue | null | undefined): JsonObject =>
    optIns.accessToken.includes(name) && value !== null && value !== undefined ? { [name]: value } : {}
  const hasFlags = Object.keys(access.featureFlags).length > 0
  return {
    aud: [...facts.audiences],
    azp: facts.clientId,
    client_id: facts.clientId,
    exp: facts.nowSeconds + facts.lifetimes.accessToken,
    iat: facts.nowSeconds,
    iss: facts.issuer,
    jti: facts.jti.accessToken,
    scp: [...facts.scopes],
    sub: user.id,
    ...(organization && { org_code: organization.code }),
    ...(organization?.isSessionPersistent !== undefined && {
      ksp: { persistent: organization.isSessionPersistent },
    }),
    ...(organization && access.permissions.length > 0 && { permissions: [...access.permissions] }),
    ...(hasFlags && { feature_flags: access.featureFlags }),
    ...optIn('email', user.email),
    ...optIn('org_name', organization?.name),
    ...optIn('external_organization_id', organization?.externalId),
    ...optIn('roles', organization && access.roles.map(({ id, key, name }) => ({ id, key, name }))),
    ...optIn(
      'org_codes',
      organizations.map(({ code }) => code),
    ),
    ...optIn('user_properties', access.properties.user),
    ...optIn('organization_properties', organization && access.properties.organization),
    ...optIn('application_properties', access.properties.application),
  }
}

function idTokenClaims(facts: UserTokenFacts): JsonObject {
  const { organization, organizations, access, optIns } = facts
  const optIn = (name: string, value: JsonValue | undefined): JsonObject =>
    optIns.idToken.includes(name) && value !== undefined ? { [name]: value } : {}
  return {
    aud: [facts.clientId],
    auth_time: facts.authTimeSeconds,
    azp: facts.clientId,
    exp: facts.nowSeconds + facts.lifetimes.idToken,
    iat: facts.nowSeconds,
    iss: facts.issuer,
    jti: facts.jti.idToken,
    ...(facts.nonce !== undefined && { nonce: facts.nonce }),
    rat: facts.requestedAtSeconds,
    ...(facts.sid !== undefined && { sid: facts.sid }),
    sub: facts.user.id,
    updated_at: facts.user.updatedAtSeconds,
    ...profileClaims(facts.user, facts),
    org_codes: organizations.map(({ code }) => code),
    ...optIn(
      'organizations',
      organizations.map(({ code, name }) => ({ id: code, name })),
    ),
    ...optIn('user_properties', access.properties.user),
    ...optIn('organization_properties', organization && access.properties.organization),
  }
}

/** The scope that gives each claim about the person (OIDC Core §5.4); a request may also ask for one by its name (§5.5). */
const scopeOfClaim = {
  email: 'email',
  email_verified: 'email',
  family_name: 'profile',
  given_name: 'profile',
  name: 'profile',
  picture: 'profile',
  preferred_username: 'profile',
  phone_number: 'phone',
  phone_number_verified: 'phone',
} as const

/** Absent claims are left out, never null. */
function profileClaims(
  user: UserFacts,
  { scopes, requestedClaims }: Pick<UserTokenFacts, 'scopes' | 'requestedClaims'>,
): JsonObject {
  const known: Readonly<Record<keyof typeof scopeOfClaim, JsonValue>> = {
    email: user.email,
    email_verified: user.email === null ? null : user.isEmailVerified,
    family_name: user.lastName,
    given_name: user.firstName,
    name: [user.firstName, user.lastName].filter(Boolean).join(' ') || user.username,
    picture: user.picture,
    preferred_username: user.username,
    phone_number: user.phone,
    phone_number_verified: user.phone === null ? null : user.isPhoneVerified,
  }
  const shown = Object.entries(scopeOfClaim).filter(
    ([claim, scope]) => scopes.includes(scope) || requestedClaims.includes(claim),
  )
  const claims = shown.map(([claim]): [string, JsonValue] => [claim, Reflect.get(known, claim)])
  const all: [string, JsonValue][] = [...claims, ['provided_id', user.providedId]]
  return Object.fromEntries(all.filter(([, value]) => value !== null))
}
