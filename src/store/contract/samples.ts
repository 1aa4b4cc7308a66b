// One valid record of each kind; a test overrides what it is about.
import { createHash } from 'node:crypto'
import type { ApplicationRecord } from '../application.ts'
import { defaultTokenLifetimes } from '../application.ts'
import type { Artifact } from '../artifact-store.ts'
import type { AgreementRecord, BillingPlanRecord, CustomerKey } from '../billing-store.ts'
import type { ApiRecord, ConnectionRecord, PermissionRecord, RoleRecord } from '../catalog.ts'
import type { InvitationRecord } from '../invitation-store.ts'
import type { InvocationRecord } from '../invocation-store.ts'
import type { MembershipRecord, OrganizationRecord } from '../organization.ts'
import type { RehearsalRecord } from '../rehearsal-store.ts'
import type { WebhookRecord } from '../webhook-store.ts'
import type { IdentityRecord, PasswordRecord, UserRecord } from '../user.ts'

export function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex')
}

export function anArtifact(id: string, overrides: Partial<Artifact> = {}): Artifact {
  return {
    model: 'RefreshToken',
    idHash: hashOf(id),
    payload: { kind: 'RefreshToken', iat: 1 },
    facts: null,
    grantId: null,
    uid: null,
    userCode: null,
    accountId: null,
    expiresAtMs: null,
    ...overrides,
  }
}

export function aPassword(userId: string): PasswordRecord {
  return { userId, hash: '$argon2id$…', isTemporary: false, updatedAtMs: 1 }
}

export function aUser(id: string, overrides: Partial<UserRecord> = {}): UserRecord {
  return {
    id,
    firstName: 'Ada',
    lastName: 'Lovelace',
    picture: null,
    providedId: null,
    preferredEmail: null,
    isSuspended: false,
    createdAtMs: 1_000,
    updatedAtMs: 2_000,
    totalSignIns: 0,
    failedSignIns: 0,
    lastSignedInAtMs: null,
    ...overrides,
  }
}

export function aConnection(id: string, overrides: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    id,
    name: 'email',
    displayName: 'Email',
    kind: 'password',
    strategy: 'email:password',
    isEnabled: true,
    ...overrides,
  }
}

export function anIdentity(
  userId: string,
  value: string,
  overrides: Partial<IdentityRecord> = {},
): IdentityRecord {
  return {
    id: `identity_${hashOf(value).slice(0, 8)}`,
    userId,
    type: 'email',
    value,
    normalized: value.toLowerCase(),
    isVerified: true,
    createdAtMs: 1_000,
    connectionId: null,
    isPrimary: false,
    totalSignIns: 0,
    lastSignedInAtMs: null,
    ...overrides,
  }
}

export function anOrganization(
  code: string,
  overrides: Partial<OrganizationRecord> = {},
): OrganizationRecord {
  return {
    code,
    name: `Organization ${code}`,
    handle: null,
    externalId: null,
    isDefault: false,
    isAutoMembershipEnabled: false,
    createdAtMs: 1_000,
    settings: {},
    ...overrides,
  }
}

export function aMembership(
  organizationCode: string,
  userId: string,
  overrides: Partial<MembershipRecord> = {},
): MembershipRecord {
  return { organizationCode, userId, roleIds: [], permissionIds: [], joinedAtMs: 3_000, ...overrides }
}

export function anApi(id: string): ApiRecord {
  return {
    id,
    name: id,
    audience: `https://${id}.example`,
    isManagementApi: false,
    accessTokenType: 'JWT',
    scopes: [],
  }
}

export function aPermission(id: string, overrides: Partial<PermissionRecord> = {}): PermissionRecord {
  return { id, key: `key:${id}`, name: id, description: null, ...overrides }
}

export function aRole(id: string, overrides: Partial<RoleRecord> = {}): RoleRecord {
  return {
    id,
    key: `key:${id}`,
    name: id,
    description: null,
    permissionIds: [],
    isDefault: false,
    scopeIds: [],
    systemPermissions: [],
    assignmentPermissionId: null,
    ...overrides,
  }
}

export function anApplication(
  clientId: string,
  overrides: Partial<ApplicationRecord> = {},
): ApplicationRecord {
  return {
    clientId,
    name: `Application ${clientId}`,
    type: 'reg',
    clientSecret: 'application secret',
    authMethod: 'client_secret_post',
    jwks: null,
    redirectUris: ['https://app.example/callback'],
    logoutUris: [],
    backchannelLogoutUri: null,
    corsOrigins: [],
    homepageUri: null,
    loginUri: null,
    lifetimes: defaultTokenLifetimes,
    customization: { accessToken: ['roles'], idToken: [], properties: [] },
    signingAlgorithm: 'RS256',
    isPkceRequired: true,
    isDpopRequired: false,
    isParRequired: false,
    isCookieRefresh: false,
    apis: [],
    organizationCode: null,
    properties: {},
    createdAtMs: 1_000,
    ...overrides,
  }
}

export function anInvocation(id: string, overrides: Partial<InvocationRecord> = {}): InvocationRecord {
  return {
    id,
    startedAtMs: 1_000,
    trigger: 'user:tokens_generation',
    origin: 'refresh_token_request',
    workflowId: 'claims',
    deploymentId: 'dep_1',
    clientId: 'app',
    userId: 'kp_1',
    organizationCode: null,
    outcome: 'completed',
    decision: 'issue',
    durationMs: 0.25,
    accessTokenJti: null,
    idTokenJti: null,
    document: { event: { request: {} } },
    ...overrides,
  }
}

export function aRehearsal(id: string, changes: Partial<RehearsalRecord> = {}): RehearsalRecord {
  return {
    id,
    createdAtMs: 1_000,
    author: 'machine',
    deploymentId: 'dep_1',
    request: { users: { kind: 'all' } },
    state: 'waiting',
    users: 0,
    ofUsers: 0,
    error: null,
    ...changes,
  }
}

export function aWebhook(id: string, overrides: Partial<WebhookRecord> = {}): WebhookRecord {
  const endpoint = 'https://hooks.example/mintage?key=1'
  const about = { name: 'Hook', description: null, eventTypes: ['user.created'], createdAtMs: 1 }
  return { id, endpoint, ...about, ...overrides }
}

/** With seats, of which there are at most twenty, and calls without a limit. */
export function aPlan(id: string): BillingPlanRecord {
  const seats = { code: 'seats', name: 'Seats', priceName: 'Seats', unitAmount: 500, fixedCharge: null }
  const calls = { code: 'calls', name: 'Calls', priceName: 'Calls', unitAmount: 1, fixedCharge: null }
  const features = [
    { ...seats, min: 1, max: 20 },
    { ...calls, min: null, max: null },
  ]
  return { id, code: id, name: 'Pro', customer: 'organization', period: 'month', features }
}

/** On that plan. */
export function anAgreement(id: string, customer: CustomerKey): AgreementRecord {
  const { code: planCode, name: planName, period, features } = aPlan('pro')
  const entitlements = features.map((feature) => ({ id: `${id} ${feature.code}`, ...feature }))
  return { id, customer, planCode, planName, period, entitlements, startedAtMs: 1, endedAtMs: null }
}

export function anInvitation(id: string, changes: Partial<InvitationRecord> = {}): InvitationRecord {
  return {
    id,
    code: `code of ${id}`,
    organizationCode: 'org_a',
    email: 'Grace@example.com',
    normalized: 'grace@example.com',
    firstName: 'Grace',
    lastName: 'Hopper',
    roleIds: ['role_1'],
    isSent: false,
    createdAtMs: 1,
    expiresAtMs: 10_000,
    revokedAtMs: null,
    acceptedAtMs: null,
    acceptedBy: null,
    ...changes,
  }
}
