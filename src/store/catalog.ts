// The catalog: the part of the directory that is small, changes seldom and is needed by every mint. It is read as a whole
// and kept in memory; catalog-cache.ts in the SQL store says how fresh it is. Users, organizations and memberships are many
// and not in it.

import type { ApplicationRecord } from './application.ts'
import type { BillingPlanRecord } from './billing-store.ts'
import type { DeploymentPreviewRecord } from './deployment-preview.ts'
import type { WebhookRecord } from './webhook-store.ts'

export interface PermissionRecord {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly description: string | null
}

/** What a member may do on the pages of an account; Kinde's keys (C§8). */
export const systemPermissionKeys = [
  'org:read:billing',
  'org:write:billing',
  'org:write:members',
  'read:org:authentication',
  'write:org:authentication',
] as const
export type SystemPermissionKey = (typeof systemPermissionKeys)[number]

export interface RoleRecord {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly description: string | null
  readonly permissionIds: readonly string[]
  /** Given to each user who joins an organization. */
  readonly isDefault: boolean
  /** Ids of scopes of APIs. */
  readonly scopeIds: readonly string[]
  /** Known ones are in `systemPermissionKeys`; a newer version may know more. */
  readonly systemPermissions: readonly string[]
  /** The permission that a member needs to give this role to another member; null when none is needed. */
  readonly assignmentPermissionId: string | null
}

/** `str`, `int`, `bool` as in the management API; `json` besides (C§3.1). */
export const flagTypes = ['str', 'int', 'bool', 'json'] as const
export type FlagType = (typeof flagTypes)[number]

export interface FeatureFlagRecord {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly description: string | null
  readonly type: FlagType
  /** A JSON value of the flag's type. */
  readonly defaultValue: unknown
  /** The environment's own value; undefined when it has none. */
  readonly environmentValue?: unknown
  /** The lowest level that may override: environment, organization or user. */
  readonly allowOverrideLevel: 'env' | 'org' | 'usr'
}

export const propertyContexts = ['usr', 'org', 'app'] as const
export type PropertyContext = (typeof propertyContexts)[number]

export interface PropertyRecord {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly description: string | null
  readonly type: 'single_line_text' | 'multi_line_text'
  readonly context: PropertyContext
  /** Private properties never go into a token. */
  readonly isPrivate: boolean
  readonly categoryId: string | null
}

/** Properties are listed by category. Never deleted: Kinde has no such operation. */
export interface PropertyCategoryRecord {
  readonly id: string
  readonly name: string
  readonly context: PropertyContext
}

/** Whose value of a property or a feature flag it is: the id of a user, or the code of an organization. */
export interface Owner {
  readonly context: 'usr' | 'org'
  readonly id: string
}

export const mfaPolicies = ['off', 'optional'] as const

/** What the environment says of itself beyond its branding; one document. */
export interface EnvironmentSettingsRecord {
  readonly id: 'environment'
  readonly email: string | null
  readonly phone: string | null
  readonly industryKey: string | null
  readonly timezoneKey: string | null
  /** Kept for the day when Mintage has second factors. */
  readonly mfa: {
    readonly policy: (typeof mfaPolicies)[number]
    readonly enabledFactors: readonly string[]
    readonly isRecoveryCodesEnabled: boolean
  }
}

export type EnvironmentChange =
  | { readonly kind: 'put-property-category'; readonly category: PropertyCategoryRecord }
  | { readonly kind: 'put-environment-settings'; readonly settings: EnvironmentSettingsRecord }

/** `JWT`, as Kinde's, or `at+jwt` by RFC 9068 §2.1. */
export const accessTokenTypes = ['JWT', 'at+jwt'] as const
export type AccessTokenType = (typeof accessTokenTypes)[number]

export interface ApiRecord {
  readonly id: string
  readonly name: string
  /** The value of `aud`. */
  readonly audience: string
  readonly isManagementApi: boolean
  /** The header `typ` of access tokens for this API. */
  readonly accessTokenType: AccessTokenType
  readonly scopes: readonly {
    readonly id: string
    readonly key: string
    readonly description: string | null
  }[]
}

/** A scope of an API. */
export interface ApiScopeKey {
  readonly apiId: string
  readonly scopeId: string
}

/**
 * How a connection finds out who the user is. Only `password` signs users in today; the others are stored with their options, for the
 * operators' tools and for the day when they do (docs/decisions/0097).
 */
export const connectionKinds = ['password', 'oauth2', 'saml', 'wsfed'] as const
export type ConnectionKind = (typeof connectionKinds)[number]

/** Kinde's names of what signs in with a password, by email, username or phone. */
export const passwordStrategies = ['email:password', 'username:password', 'phone:password'] as const

/** Kinde's names of providers (C§18). */
export const providerStrategies = [
  'oauth2:apple',
  'oauth2:azure_ad',
  'oauth2:bitbucket',
  'oauth2:discord',
  'oauth2:facebook',
  'oauth2:github',
  'oauth2:gitlab',
  'oauth2:google',
  'oauth2:linkedin',
  'oauth2:microsoft',
  'oauth2:patreon',
  'oauth2:slack',
  'oauth2:stripe',
  'oauth2:twitch',
  'oauth2:twitter',
  'oauth2:xero',
  'saml:custom',
  'saml:cloudflare',
  'saml:okta',
  'saml:microsoft',
  'saml:google',
  'wsfed:azure_ad',
] as const
export type ProviderStrategy = (typeof providerStrategies)[number]

/** Its options are sealed and not part of the catalog: `connectionOptions()` of the directory store reads them. */
export interface ConnectionRecord {
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly kind: ConnectionKind
  readonly strategy: (typeof passwordStrategies)[number] | ProviderStrategy
  readonly isEnabled: boolean
  /** Of a provider: client_ids of the applications that it is for. Passwords are for all. */
  readonly applicationIds?: readonly string[] | undefined
  /** Of a provider: domains of email addresses that belong to it, in lower case. */
  readonly homeRealmDomains?: readonly string[] | undefined
}

export interface EnvironmentVariableRecord {
  readonly id: string
  readonly key: string
  /** In the clear; the store keeps secret ones encrypted. */
  readonly value: string
  readonly isSecret: boolean
  readonly createdAtMs: number
}

/** What a deployment is there for: `live` serves, the others take part beside it. */
export const deploymentRoles = ['live', 'canary', 'shadow'] as const
export type DeploymentRole = (typeof deploymentRoles)[number]

/** Which deployment has a role. At most one record for each role. */
export interface DeploymentRoleRecord {
  readonly id: DeploymentRole
  readonly deploymentId: string
  /** Of `live`: the activation that gave it the role. */
  readonly activationId: string | null
  readonly sinceMs: number
  /** Of `canary` and `shadow`: for how many percent of the users it runs. */
  readonly percent?: number
}

export interface Catalog {
  /** Raised by every commit that changes the catalog; for `expect-catalog` of change.ts. */
  readonly version: number
  readonly applications: readonly ApplicationRecord[]
  readonly apis: readonly ApiRecord[]
  readonly roles: readonly RoleRecord[]
  readonly permissions: readonly PermissionRecord[]
  readonly featureFlags: readonly FeatureFlagRecord[]
  readonly properties: readonly PropertyRecord[]
  readonly propertyCategories: readonly PropertyCategoryRecord[]
  /** At most one. */
  readonly environmentSettings: readonly EnvironmentSettingsRecord[]
  readonly connections: readonly ConnectionRecord[]
  readonly environmentVariables: readonly EnvironmentVariableRecord[]
  readonly deploymentRoles: readonly DeploymentRoleRecord[]
  readonly deploymentPreviews: readonly DeploymentPreviewRecord[]
  readonly webhooks: readonly WebhookRecord[]
  readonly billingPlans: readonly BillingPlanRecord[]
}
