// The default claims of each token as JSON Schema, and which of them are always there. It says of default-claims.ts and m2m-claims.ts what
// their values are; a test mints real tokens and holds the two together.
import type { JsonObject, TokenKind } from '../../oauth/index.ts'

export interface ClaimSchema {
  readonly schema: JsonObject
  /** Whether every token has it: every token of an application that switched it on, when it is opt-in. */
  readonly isAlways: boolean
}

interface DefaultClaim extends ClaimSchema {
  /** Only in tokens of applications that switched it on. */
  readonly isOptIn?: boolean
}

const described = (description: string, schema: JsonObject): JsonObject => ({ description, ...schema })
const text = (description: string) => described(description, { type: 'string' })
const texts = (description: string) => described(description, { type: 'array', items: { type: 'string' } })
const seconds = (description: string) => described(description, { type: 'integer' })
const flag = (description: string) => described(description, { type: 'boolean' })

const always = (schema: JsonObject): DefaultClaim => ({ schema, isAlways: true })
const sometimes = (schema: JsonObject): DefaultClaim => ({ schema, isAlways: false })
const optIn = (claim: DefaultClaim): DefaultClaim => ({ ...claim, isOptIn: true })

function object(properties: Record<string, JsonObject>): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties) }
}

const featureFlags = described('Feature flags by key: the type and the value of each.', {
  type: 'object',
  additionalProperties: object({ t: { enum: ['b', 'i', 'j', 's'] }, v: {} }),
})

const properties = (description: string) =>
  described(description, {
    type: 'object',
    additionalProperties: { type: 'object', properties: { v: { type: 'string' } } },
  })

const userProperties = properties('Properties of the user, by key.')
const organizationProperties = properties('Properties of the organization that was signed in to, by key.')
const applicationProperties = properties('Properties of the application, by key.')
const organizationCodes = texts('Codes of all organizations of the user.')
const audience = texts('Audiences that the token is for.')
const authorizedParty = text('The client_id of the application that got the token.')
const expiry = seconds('When the token expires, in seconds since the epoch.')
const issuedAt = seconds('When the token was issued, in seconds since the epoch.')
const issuer = text('The issuer.')
const tokenId = text('The id of the token.')
const organizationCode = text('The organization that was signed in to.')
const confirmation = described('The key that the token is bound to (RFC 9449).', {
  type: 'object',
  properties: { jkt: { type: 'string' } },
})

export const defaultClaimSchemas: Readonly<Record<TokenKind, Readonly<Record<string, DefaultClaim>>>> = {
  accessToken: {
    aud: always(audience),
    azp: always(authorizedParty),
    client_id: always(authorizedParty),
    cnf: sometimes(confirmation),
    exp: always(expiry),
    feature_flags: sometimes(featureFlags),
    iat: always(issuedAt),
    iss: always(issuer),
    jti: always(tokenId),
    org_code: sometimes(organizationCode),
    permissions: sometimes(texts('Keys of the permissions that the user has in the organization.')),
    scp: always(texts('Granted scopes.')),
    sub: always(text('The id of the user.')),
    application_properties: optIn(always(applicationProperties)),
    email: optIn(sometimes(text('The email address of the user.'))),
    external_organization_id: optIn(sometimes(text('The id of the organization in another system.'))),
    org_codes: optIn(always(organizationCodes)),
    org_name: optIn(sometimes(text('The name of the organization that was signed in to.'))),
    organization_properties: optIn(sometimes(organizationProperties)),
    roles: optIn(
      sometimes(
        described('Roles of the user in the organization.', {
          type: 'array',
          items: object({ id: { type: 'string' }, key: { type: 'string' }, name: { type: 'string' } }),
        }),
      ),
    ),
    user_properties: optIn(always(userProperties)),
  },
  idToken: {
    at_hash: always(text('Binds the access token that was issued with it (OpenID Connect Core §3.1.3.6).')),
    aud: always(texts('The client_id of the application.')),
    auth_time: always(seconds('When the user signed in, in seconds since the epoch.')),
    azp: always(authorizedParty),
    email: sometimes(text('The email address of the user; scope email.')),
    email_verified: sometimes(flag('Whether the user has proved the address; scope email.')),
    exp: always(expiry),
    family_name: sometimes(text('The last name; scope profile.')),
    given_name: sometimes(text('The first name; scope profile.')),
    iat: always(issuedAt),
    iss: always(issuer),
    jti: always(tokenId),
    name: sometimes(text('The whole name; scope profile.')),
    nonce: sometimes(text('The nonce of the authorization request.')),
    org_codes: always(organizationCodes),
    phone_number: sometimes(text('The phone number; scope phone.')),
    phone_number_verified: sometimes(flag('Whether the user has proved the number; scope phone.')),
    picture: sometimes(text('Address of a picture; scope profile.')),
    preferred_username: sometimes(text('The username; scope profile.')),
    provided_id: sometimes(text('The id of the user in another system.')),
    rat: always(seconds('When the tokens were asked for, in seconds since the epoch.')),
    sid: sometimes(text('The session, for applications that are notified when it ends.')),
    sub: always(text('The id of the user.')),
    updated_at: always(seconds('When the profile was changed, in seconds since the epoch.')),
    organization_properties: optIn(sometimes(organizationProperties)),
    organizations: optIn(
      always(
        described('All organizations of the user.', {
          type: 'array',
          items: object({ id: { type: 'string' }, name: { type: 'string' } }),
        }),
      ),
    ),
    user_properties: optIn(always(userProperties)),
  },
  m2mToken: {
    aud: always(audience),
    azp: always(authorizedParty),
    client_id: sometimes(text('The client_id; in tokens of type at+jwt.')),
    cnf: sometimes(confirmation),
    exp: always(expiry),
    gty: always(texts('The grant: client_credentials.')),
    iat: always(issuedAt),
    iss: always(issuer),
    jti: always(tokenId),
    org_code: sometimes(text('The organization that the application works for.')),
    scope: always(text('Granted scopes, separated by spaces.')),
    scp: always(texts('Granted scopes.')),
    sub: sometimes(text('The client_id; in tokens of type at+jwt.')),
    v: always(text('The version of the token: 2.')),
    application_properties: optIn(always(applicationProperties)),
    feature_flags: optIn(always(featureFlags)),
  },
}
