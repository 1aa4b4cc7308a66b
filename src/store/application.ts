// An application: the OAuth client, by its name in the product. Its id is the `client_id`.

import type { JsonObject } from '../oauth/index.ts'

export const applicationTypes = ['reg', 'spa', 'm2m', 'device'] as const
/** Kinde's types (C§8): regular web (confidential), single page (public, PKCE), machine to machine, device. */
export type ApplicationType = (typeof applicationTypes)[number]

export const signingAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/** The claims that an application switches on beyond Kinde's default ones (C§3.1, C§3.2). */
export interface TokenCustomization {
  readonly accessToken: readonly AccessTokenOptIn[]
  readonly idToken: readonly IdTokenOptIn[]
  /** Keys of properties that go into user_properties, organization_properties and application_properties. */
  readonly properties: readonly string[]
}

export const accessTokenOptIns = [
  'roles',
  'org_name',
  'email',
  'external_organization_id',
  'user_properties',
  'organization_properties',
  'application_properties',
  'org_codes',
  /** Of machines; users' tokens have them in any case. */
  'feature_flags',
] as const
export type AccessTokenOptIn = (typeof accessTokenOptIns)[number]

export const idTokenOptIns = [
  'organizations',
  'org_codes',
  'user_properties',
  'organization_properties',
] as const
export type IdTokenOptIn = (typeof idTokenOptIns)[number]

/** JSON Schemas that issued claims have to fit, and what is done when they do not. */
export interface ClaimsRules {
  readonly accessToken?: JsonObject | undefined
  readonly idToken?: JsonObject | undefined
  readonly m2mToken?: JsonObject | undefined
  readonly action: (typeof claimsActions)[number]
}

export const claimsActions = ['warn', 'refuse'] as const

/** How large the claims of each token may be, and what is done beyond. */
export interface TokenBudget {
  /** Of JSON. */
  readonly bytes: number
  readonly action: (typeof claimsActions)[number]
}

/** In seconds (C§3). */
export interface TokenLifetimes {
  readonly accessToken: number
  readonly idToken: number
  readonly refreshToken: number
  /** Single sign-on session, since it was last used. */
  readonly session: number
}

export const defaultTokenLifetimes: TokenLifetimes = Object.freeze({
  accessToken: 86_400,
  idToken: 3_600,
  refreshToken: 1_296_000,
  session: 86_400,
})

export const clientAuthMethods = [
  'client_secret_post',
  'client_secret_basic',
  'private_key_jwt',
  'none',
] as const
export type ClientAuthMethod = (typeof clientAuthMethods)[number]

export interface ApplicationRecord {
  readonly clientId: string
  readonly name: string
  readonly type: ApplicationType
  /** In the clear; the store keeps it encrypted. Null for public clients and for those with keys of their own. */
  readonly clientSecret: string | null
  /** The one before, accepted until then; kept as the other is. */
  readonly previousClientSecret?: string | null | undefined
  readonly previousSecretUntilMs?: number | null | undefined
  /** How the client authenticates. With a secret, both `client_secret_post` and `client_secret_basic` are accepted. */
  readonly authMethod: ClientAuthMethod
  /** Public keys of a `private_key_jwt` client: a JWK Set. */
  readonly jwks: { readonly keys: readonly object[] } | null
  readonly redirectUris: readonly string[]
  readonly logoutUris: readonly string[]
  readonly backchannelLogoutUri: string | null
  /** Origins that may call the token endpoint from a browser; those of the redirect URIs are in any case. */
  readonly corsOrigins: readonly string[]
  readonly homepageUri: string | null
  readonly loginUri: string | null
  readonly lifetimes: TokenLifetimes
  readonly customization: TokenCustomization
  /** In place of those of the environment. */
  readonly claims?: ClaimsRules | null | undefined
  readonly tokenBudget?: TokenBudget | null | undefined
  readonly signingAlgorithm: SigningAlgorithm
  /** Public clients always need PKCE (AS-04); confidential ones when they switch it on. */
  readonly isPkceRequired: boolean
  readonly isDpopRequired: boolean
  /** Authorization requests have to be pushed first (RFC 9126 §6). */
  readonly isParRequired: boolean
  /** A browser application keeps its refresh token in a cookie that scripts cannot read. */
  readonly isCookieRefresh: boolean
  /** APIs whose audience this application may ask for, and for machine clients the scopes granted on each. */
  readonly apis: readonly { readonly apiId: string; readonly scopeIds: readonly string[] }[]
  /** An M2M application of one organization has its code. */
  readonly organizationCode: string | null
  /** Only users with one of the access roles sign in. Off when missing. */
  readonly isAccessControlEnabled?: boolean | undefined
  /** Ids of roles. */
  readonly accessRoleIds?: readonly string[] | undefined
  /** Claims are repeated under the names that Hasura's users read (C§3.1). Off when missing. */
  readonly isHasuraMappingEnabled?: boolean | undefined
  /** Values of the application's own properties, by key. */
  readonly properties: Readonly<Record<string, string>>
  readonly createdAtMs: number
}
