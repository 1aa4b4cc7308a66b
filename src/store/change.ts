// Every kind of change that a commit can make, whichever aggregate it belongs to. A request hands all of its changes to store.commit() as
// one list: all of them happen, or none. Changes are narrow, so that two requests for different fields never undo each other's work.
//
// Compare-and-set: a change that carries `expected` holds only while the record still has those values. When it does not (or when a
// record that has to exist is gone), the whole list is undone and commit() rejects with ChangedMeanwhileError.
// A new kind is one more row here, and its statements in sql/change-writes.ts, which does not compile without it.
import type { JsonObject } from '../oauth/index.ts'
import type { ActivityChange } from './activity-store.ts'
import type { ApiKeyChange } from './api-key-store.ts'
import type { ApplicationRecord } from './application.ts'
import type { Artifact, ArtifactModel } from './artifact-store.ts'
import type { WrittenAuditRecord } from './audit-store.ts'
import type { BillingChange, BillingPlanRecord } from './billing-store.ts'
import type { BrandingChange } from './branding-store.ts'
import type {
  ApiRecord,
  ApiScopeKey,
  ConnectionRecord,
  DeploymentRole,
  DeploymentRoleRecord,
  EnvironmentChange,
  EnvironmentVariableRecord,
  FeatureFlagRecord,
  Owner,
  PermissionRecord,
  PropertyContext,
  PropertyRecord,
  RoleRecord,
} from './catalog.ts'
import type { ActivationRecord, DeploymentRecord } from './deployment-store.ts'
import type { DeploymentPreviewRecord } from './deployment-preview.ts'
import type { ImportChange } from './import-store.ts'
import type { InvitationChange } from './invitation-store.ts'
import type { NewJob } from './job-store.ts'
import type { OneTimeTokenRecord } from './one-time-token-store.ts'
import type { MembershipKey, MembershipRecord, OrganizationRecord } from './organization.ts'
import type { RehearsalChange } from './rehearsal-store.ts'
import type { SigningKeyChange } from './signing-key-store.ts'
import type { SubscriberChange } from './subscriber-store.ts'
import type { IdentityRecord, PasswordRecord, UserRecord } from './user.ts'
import type { DeliveryChange, WebhookChange } from './webhook-store.ts'

export type Change =
  | UserChange
  | OrganizationChange
  | InvitationChange
  | OwnedValueChange
  | CatalogChange
  | BrandingChange
  | ActivityChange
  | ArtifactChange
  | OneTimeTokenChange
  | ThrottleChange
  | SigningKeyChange
  | ApiKeyChange
  | BillingChange
  | SubscriberChange
  | DeploymentChange
  | RehearsalChange
  | ImportChange
  | DeliveryChange
  | { readonly kind: 'append-audit'; readonly record: WrittenAuditRecord }
  | { readonly kind: 'enqueue-job'; readonly job: NewJob }

/** What may change of a user. Sign-ins are counted by `count-sign-in`. */
export type UserFields = Partial<
  Pick<
    UserRecord,
    'firstName' | 'lastName' | 'picture' | 'providedId' | 'preferredEmail' | 'isSuspended' | 'updatedAtMs'
  >
>
export type IdentityFields = Partial<Pick<IdentityRecord, 'isVerified' | 'isPrimary'>>
export type PasswordFields = Partial<Pick<PasswordRecord, 'hash' | 'updatedAtMs'>> & {
  /** Whether another one is due, and why: an operator set it, or asks for another. */
  readonly due?: 'none' | 'temporary' | 'reset-requested'
}

/** Deleting a record that does not exist is not an error. A record that a new one refers to has to exist, or to come earlier in the list. */
export type UserChange =
  | { readonly kind: 'add-user'; readonly user: UserRecord }
  | {
      readonly kind: 'update-user'
      readonly userId: string
      readonly set: UserFields
      readonly expected?: UserFields
    }
  /** With identities, password, memberships and values, and with the sessions, grants, codes, tokens and mailed links. */
  | { readonly kind: 'delete-user'; readonly userId: string }
  /** Ends sessions (but for the given one), grants, codes and tokens (RT-05). */
  | { readonly kind: 'sign-out-user'; readonly userId: string; readonly exceptSessionUid?: string }
  /** Counters are raised in the database, so two sign-ins at the same time are both counted. */
  | {
      readonly kind: 'count-sign-in'
      readonly userId: string
      readonly succeeded: boolean
      readonly atMs: number
      /** Of a sign-in that succeeded: counted with it as well. */
      readonly identityId?: string
    }
  | { readonly kind: 'add-identity'; readonly identity: IdentityRecord }
  | {
      readonly kind: 'update-identity'
      readonly identityId: string
      readonly set: IdentityFields
    }
  /** With the links that were mailed to its user. */
  | { readonly kind: 'delete-identity'; readonly identityId: string }
  | { readonly kind: 'add-password'; readonly password: PasswordRecord }
  /** Of the same password: another hash of it, or whether another one is due. */
  | {
      readonly kind: 'update-password'
      readonly userId: string
      readonly set: PasswordFields
      readonly expectedHash?: string
    }
  /**
   * Another password, or the first one. What the old one reached ends in the same commit: sessions (but for the given one), grants,
   * codes, tokens and mailed links (RT-05).
   */
  | {
      readonly kind: 'replace-password'
      readonly password: PasswordRecord
      readonly exceptSessionUid?: string
      readonly expectedHash?: string
    }

export type OrganizationFields = Partial<Omit<OrganizationRecord, 'code' | 'createdAtMs'>>

/** Ids to give and to take, or the ids that the member has from now on. */
export type HeldIds =
  | { readonly add?: readonly string[]; readonly remove?: readonly string[] }
  | { readonly only: readonly string[] }

export type OrganizationChange =
  | { readonly kind: 'add-organization'; readonly organization: OrganizationRecord }
  | {
      readonly kind: 'update-organization'
      readonly code: string
      readonly set: OrganizationFields
      readonly expected?: OrganizationFields
    }
  /** With memberships and values, and with the tokens for it. */
  | { readonly kind: 'delete-organization'; readonly code: string }
  /** Ends the tokens that its members have for it. */
  | { readonly kind: 'sign-out-organization'; readonly code: string }
  /** Compare-and-set: loses when the user is a member. */
  | { readonly kind: 'add-membership'; readonly membership: MembershipRecord }
  /** Removing a role or permission that the member does not have is a lost compare-and-set. */
  | ({
      readonly kind: 'update-membership'
      readonly roles?: HeldIds
      readonly permissions?: HeldIds
    } & MembershipKey)
  /** With the tokens that the user has for the organization. */
  | ({ readonly kind: 'delete-membership' } & MembershipKey)
  /** Giving a scope that the member has changes nothing. */
  | ({ readonly kind: 'add-member-api-scope' } & MembershipKey & ApiScopeKey)
  /** Compare-and-set: loses when the member does not have it. */
  | ({ readonly kind: 'delete-member-api-scope' } & MembershipKey & ApiScopeKey)
  /** Which memberships mintage.yaml made, so that it can take them back. `expected`: what was read of them. */
  | {
      readonly kind: 'put-file-memberships'
      readonly memberships: readonly MembershipKey[]
      readonly expected: readonly MembershipKey[]
    }

/** `expected`: the value that was read, null when it had none. */
export type OwnedValueChange =
  | {
      readonly kind: 'set-property'
      readonly owner: Owner
      readonly key: string
      readonly value: string | null
      readonly expected?: string | null
    }
  /** An override; an undefined value takes it away. */
  | { readonly kind: 'set-flag'; readonly owner: Owner; readonly key: string; readonly value?: unknown }

/**
 * A record of the catalog is one document and is written whole. So a list that puts records which were made from others that were read
 * (all but the very first) begins with `expect-catalog`: it is undone when anything of the catalog changed since.
 */
export type CatalogChange =
  | { readonly kind: 'expect-catalog'; readonly version: number }
  | { readonly kind: 'put-role'; readonly role: RoleRecord }
  | { readonly kind: 'delete-role'; readonly roleId: string }
  | { readonly kind: 'put-permission'; readonly permission: PermissionRecord }
  | { readonly kind: 'delete-permission'; readonly permissionId: string }
  | { readonly kind: 'put-feature-flag'; readonly flag: FeatureFlagRecord }
  | { readonly kind: 'delete-feature-flag'; readonly key: string }
  | { readonly kind: 'put-property'; readonly property: PropertyRecord }
  | { readonly kind: 'delete-property'; readonly key: string; readonly context: PropertyContext }
  | EnvironmentChange
  | { readonly kind: 'put-application'; readonly application: ApplicationRecord }
  /** With the grants and tokens that it was given. */
  | { readonly kind: 'delete-application'; readonly clientId: string }
  | { readonly kind: 'put-api'; readonly api: ApiRecord }
  /** With the tokens for it. */
  | { readonly kind: 'delete-api'; readonly apiId: string }
  /** Those of one application, or of all; without `isMachinesOnly` also what users granted. The API itself stays. */
  | {
      readonly kind: 'end-api-tokens'
      readonly apiId: string
      readonly clientId?: string
      readonly isMachinesOnly: boolean
    }
  /** `options` are sealed. Those that are stored stay when none are given. */
  | {
      readonly kind: 'put-connection'
      readonly connection: ConnectionRecord
      readonly options?: JsonObject
    }
  | { readonly kind: 'delete-connection'; readonly connectionId: string }
  | { readonly kind: 'put-environment-variable'; readonly variable: EnvironmentVariableRecord }
  | { readonly kind: 'delete-environment-variable'; readonly variableId: string }
  | { readonly kind: 'put-deployment-role'; readonly role: DeploymentRoleRecord }
  | { readonly kind: 'delete-deployment-role'; readonly role: DeploymentRole }
  | { readonly kind: 'put-deployment-preview'; readonly preview: DeploymentPreviewRecord }
  | { readonly kind: 'delete-deployment-preview'; readonly deploymentId: string }
  | WebhookChange
  | { readonly kind: 'put-billing-plan'; readonly plan: BillingPlanRecord }
  | { readonly kind: 'delete-billing-plan'; readonly planId: string }

/** What a check found, and who wants it. */
export type DeploymentFields = Partial<
  Pick<DeploymentRecord, 'state' | 'checkedAtMs' | 'isDraft' | 'summary' | 'buildLog'>
>

/** Which deployment serves is a change of the catalog: `put-deployment-role`. */
export type DeploymentChange =
  | {
      readonly kind: 'add-deployment'
      readonly deployment: DeploymentRecord
      readonly content: string
    }
  | {
      readonly kind: 'update-deployment'
      readonly deploymentId: string
      readonly set: DeploymentFields
      readonly expected?: Pick<DeploymentRecord, 'state'>
    }
  | { readonly kind: 'delete-deployment'; readonly deploymentId: string }
  | { readonly kind: 'add-activation'; readonly activation: ActivationRecord }

export type ArtifactChange =
  | { readonly kind: 'put-artifact'; readonly artifact: Artifact }
  /** Compare-and-set: loses when an artifact of that model and id exists, expired or not. */
  | { readonly kind: 'add-artifact'; readonly artifact: Artifact }
  /** Compare-and-set: loses when the artifact is gone or was consumed before, so of many commits one succeeds (INV-1, INV-2). */
  | {
      readonly kind: 'consume-artifact'
      readonly model: ArtifactModel
      readonly idHash: string
      readonly atMs: number
      readonly successorIdHash?: string
    }
  | { readonly kind: 'delete-artifact'; readonly model: ArtifactModel; readonly idHash: string }
  /** Every artifact of a grant and the grant itself: a revoked family. */
  | { readonly kind: 'delete-grant'; readonly grantId: string; readonly models?: readonly ArtifactModel[] }

export type OneTimeTokenChange =
  | { readonly kind: 'add-one-time-token'; readonly token: OneTimeTokenRecord }
  /** Compare-and-set: loses when the token is unknown, used or expired, so of many commits one succeeds. */
  | {
      readonly kind: 'take-one-time-token'
      readonly tokenKind: OneTimeTokenRecord['kind']
      readonly idHash: string
      readonly nowMs: number
    }

/** Counting a try is not among them: it is judged and counted at once, and stays counted whatever becomes of the request. */
export type ThrottleChange =
  /** Takes one counted try back: it was right, or it was never judged. */
  | { readonly kind: 'refund-try'; readonly key: string }
  | { readonly kind: 'clear-tries'; readonly key: string }
