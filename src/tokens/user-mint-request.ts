// A user's tokens before any workflow: what was read of the directory, and what the request asks for, become default claims and the
// event. The same for a sign-in, a silent return and a refresh, and for a rehearsal of one. Reads nothing and knows no protocol.
import {
  effectiveFlags,
  effectivePermissions,
  effectiveRoles,
  mayUseApplication,
  isSuspended,
  tokenProperties,
} from '../directory/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import type { ApplicationRecord, Catalog, OrganizationRecord, TokenSubject } from '../store/index.ts'
import { userTokensEvent } from '../triggers/index.ts'
import {
  userTokenClaims,
  type AccessFacts,
  type OrganizationFacts,
  type UserFacts,
} from './default-claims.ts'
import type { MintRequest } from './mint.ts'

/** How the user came in: what the grant keeps of it. */
export interface SignInFacts {
  readonly connectionId: string | null
  readonly identityId: string | null
  readonly organizationCode: string | null
  readonly audiences: readonly string[]
  readonly authUrlParams: Readonly<Record<string, string>>
  readonly requestedAtSeconds: number
  /** Claims about the person that were asked for by name. */
  readonly requestedClaims: readonly string[]
}

export interface UserTokensRequest {
  readonly application: ApplicationRecord
  readonly userId: string
  readonly facts: SignInFacts
  readonly origin: 'authorization_request' | 'refresh_token_request'
  readonly grantType: string
  readonly isExistingSession: boolean
  readonly scopes: readonly string[]
  readonly nonce: string | undefined
  readonly sid: string | undefined
  readonly authTimeSeconds: number
  readonly ip: string
  readonly userAgent: string | null
}

/** As the directory was read for this request. */
export interface DirectoryFacts {
  readonly catalog: Catalog
  readonly subject: TokenSubject | undefined
}

export interface TokenIdentity {
  readonly issuer: string
  readonly newJti: () => string
  readonly nowMs: () => number
}

export type UserMintRequest =
  | { readonly kind: 'ready'; readonly request: MintRequest & { readonly before: UserTokens } }
  /** The user was deleted or suspended, left the organization, or the organization is suspended. */
  | { readonly kind: 'gone'; readonly what: 'user' | 'membership' | 'organization' }
  /** The user has none of the roles that the application asks for. */
  | { readonly kind: 'barred' }

export interface UserTokens {
  readonly accessToken: JsonObject
  readonly idToken: JsonObject
}

export function userMintRequest(
  request: UserTokensRequest,
  { catalog, subject }: DirectoryFacts,
  { issuer, newJti, nowMs }: TokenIdentity,
): UserMintRequest {
  const { application, facts } = request
  if (!subject || subject.user.isSuspended) return { kind: 'gone', what: 'user' }
  const organization = organizationOf(subject, facts.organizationCode)
  if (facts.organizationCode !== null && !organization) return { kind: 'gone', what: 'membership' }
  if (organization && isSuspended(organization)) return { kind: 'gone', what: 'organization' }
  if (!mayUseApplication(application, subject.membership)) return { kind: 'barred' }

  const before = userTokenClaims({
    issuer,
    clientId: application.clientId,
    nowSeconds: Math.floor(nowMs() / 1_000),
    lifetimes: application.lifetimes,
    jti: { accessToken: newJti(), idToken: newJti() },
    scopes: request.scopes,
    requestedClaims: facts.requestedClaims,
    audiences: facts.audiences,
    nonce: request.nonce,
    sid: request.sid,
    authTimeSeconds: request.authTimeSeconds,
    requestedAtSeconds: facts.requestedAtSeconds,
    user: userFacts(subject),
    organization: organization && organizationFacts(organization),
    organizations: subject.organizations.map(organizationFacts),
    access: accessFacts(catalog, subject, application),
    optIns: application.customization,
  })
  const event = userTokensEvent({ ...request, ...facts, issuer, clientId: application.clientId })
  const { claims, tokenBudget } = application
  return {
    kind: 'ready',
    request: { event, before, claimsRules: claims ?? undefined, tokenBudget: tokenBudget ?? undefined },
  }
}

function organizationOf(subject: TokenSubject, code: string | null): OrganizationRecord | undefined {
  if (code === null || !subject.membership) return undefined
  return subject.organizations.find((organization) => organization.code === code)
}

function organizationFacts({ code, name, externalId, settings }: OrganizationRecord): OrganizationFacts {
  const { isPersistenceOwn, persistence } = settings.sessions ?? {}
  return {
    code,
    name,
    externalId,
    isSessionPersistent: isPersistenceOwn === true ? persistence !== 'non_persistent' : undefined,
  }
}

function userFacts({ user, identities }: TokenSubject): UserFacts {
  const valueOf = (type: string) => identities.find((identity) => identity.type === type)?.value ?? null
  const email = user.preferredEmail ?? valueOf('email')
  const isVerified = (type: string, value: string | null) =>
    identities.some((identity) => identity.type === type && identity.value === value && identity.isVerified)
  const phone = valueOf('phone')
  return {
    id: user.id,
    email,
    isEmailVerified: isVerified('email', email),
    firstName: user.firstName,
    lastName: user.lastName,
    picture: user.picture,
    username: valueOf('username'),
    phone,
    isPhoneVerified: isVerified('phone', phone),
    providedId: user.providedId,
    updatedAtSeconds: Math.floor(user.updatedAtMs / 1_000),
  }
}

function accessFacts(catalog: Catalog, subject: TokenSubject, application: ApplicationRecord): AccessFacts {
  const optedIn = application.customization.properties
  const propertiesOf = (context: 'usr' | 'org' | 'app', values: Readonly<Record<string, string>>) =>
    json(tokenProperties(catalog, context, values, optedIn))
  return {
    permissions: effectivePermissions(catalog, subject.membership).map(({ key }) => key),
    roles: effectiveRoles(catalog, subject.membership),
    featureFlags: json(effectiveFlags(catalog, subject)),
    properties: {
      user: propertiesOf('usr', subject.userProperties),
      organization: propertiesOf('org', subject.organizationProperties),
      application: propertiesOf('app', application.properties),
    },
  }
}

function json(entries: Readonly<Record<string, JsonObject | object>>): JsonObject {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { ...value }]))
}
