// One user's tokens, top to bottom: facts read afresh → default claims → event → decision. The same story for a sign-in, a silent
// return and a refresh; what differs is in the request. No engine and no HTTP in it.
import {
  effectiveFlags,
  effectivePermissions,
  effectiveRoles,
  tokenProperties,
} from '../../directory/index.ts'
import type { JsonObject } from '../../oauth/index.ts'
import type {
  ApplicationRecord,
  Catalog,
  DirectoryStore,
  OrganizationRecord,
  TokenSubject,
} from '../../store/index.ts'
import {
  userTokenClaims,
  type AccessFacts,
  type OrganizationFacts,
  type UserFacts,
  type Mint,
} from '../../tokens/index.ts'
import { userTokensEvent, type FailureText } from '../../triggers/index.ts'
import type { TokenFacts } from '../request/sign-in-facts.ts'

export interface UserTokensMint {
  readonly application: ApplicationRecord
  readonly userId: string
  readonly facts: TokenFacts
  /** The user, when read already for this request. */
  readonly subject?: TokenSubject | undefined
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

export type UserTokensDecision =
  | { readonly kind: 'minted'; readonly accessToken: JsonObject; readonly idToken: JsonObject }
  | { readonly kind: 'denied'; readonly reason: string; readonly invocationId: string }
  | { readonly kind: 'failed'; readonly failure: FailureText; readonly invocationId: string }
  /** The user was deleted or suspended, or left the organization. */
  | { readonly kind: 'gone'; readonly what: 'user' | 'membership' }

export interface MintUserDeps {
  readonly issuer: string
  readonly directory: DirectoryStore
  readonly mint: Mint
  readonly newJti: () => string
  readonly nowMs: () => number
}

export async function mintUserTokens(
  request: UserTokensMint,
  deps: MintUserDeps,
): Promise<UserTokensDecision> {
  const { application, facts, userId } = request
  const [catalog, subject] = await Promise.all([
    deps.directory.catalog(),
    request.subject ?? deps.directory.tokenSubject(userId, facts.organizationCode),
  ])
  if (!subject || subject.user.isSuspended) return { kind: 'gone', what: 'user' }
  const organization = organizationOf(subject, facts.organizationCode)
  if (facts.organizationCode !== null && !organization) return { kind: 'gone', what: 'membership' }

  const before = userTokenClaims({
    issuer: deps.issuer,
    clientId: application.clientId,
    nowSeconds: Math.floor(deps.nowMs() / 1_000),
    lifetimes: application.lifetimes,
    jti: { accessToken: deps.newJti(), idToken: deps.newJti() },
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
  const event = userTokensEvent({
    ...request,
    ...facts,
    issuer: deps.issuer,
    clientId: application.clientId,
  })
  const decision = await deps.mint.decide({ event, before })
  switch (decision.kind) {
    case 'issue':
      return { kind: 'minted', ...before, ...decision.claims }
    case 'deny':
      return { kind: 'denied', reason: decision.reason, invocationId: decision.invocationId }
    case 'refuse':
      return { kind: 'failed', failure: decision.failure, invocationId: decision.invocationId }
  }
}

function organizationOf(subject: TokenSubject, code: string | null): OrganizationRecord | undefined {
  if (code === null || !subject.membership) return undefined
  return subject.organizations.find((organization) => organization.code === code)
}

function organizationFacts({ code, name, externalId }: OrganizationRecord): OrganizationFacts {
  return { code, name, externalId }
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
