// The directory as the database has it. Reads are narrow; every write is a list of changes that is made in one transaction or not
// at all. Rules (who may, what an id looks like, how an address is normalised) are directory/'s.
import type {
  ApiRecord,
  Catalog,
  ConnectionRecord,
  EnvironmentVariableRecord,
  FeatureFlagRecord,
  PermissionRecord,
  PropertyContext,
  PropertyRecord,
  RoleRecord,
} from './catalog.ts'
import type { ApplicationRecord } from './application.ts'
import type { AuditRecord } from './audit-store.ts'
import type { NewJob } from './job-store.ts'
import type { MembershipRecord, OrganizationRecord } from './organization.ts'
import type { IdentityRecord, IdentityType, PasswordRecord, UserRecord } from './user.ts'

/** Whose value it is: a user's id, an organization's code. */
export interface Owner {
  readonly context: 'usr' | 'org'
  readonly id: string
}

/** All that a mint needs of a user in an organization, read at one moment. */
export interface TokenSubject {
  readonly user: UserRecord
  readonly identities: readonly IdentityRecord[]
  /** Every organization that the user belongs to, by name. */
  readonly organizations: readonly OrganizationRecord[]
  /** Set when an organization was asked for and the user belongs to it. */
  readonly membership: MembershipRecord | null
  /** Values by the key of the property. */
  readonly userProperties: Readonly<Record<string, string>>
  readonly organizationProperties: Readonly<Record<string, string>>
  /** Overrides by the key of the flag. */
  readonly userFlags: Readonly<Record<string, unknown>>
  readonly organizationFlags: Readonly<Record<string, unknown>>
}

/**
 * One change. `put` writes the whole record, new or not (of a user that exists, all but the counters); a delete of what is not
 * there is no error. What a record refers to has to exist, or to come earlier in the list. What the engine keeps goes along: sessions,
 * grants and tokens of a deleted user or application; tokens for a deleted organization or API, or for an organization that the user
 * does not belong to any more.
 */
export type DirectoryChange =
  | { readonly kind: 'put-user'; readonly user: UserRecord }
  | { readonly kind: 'delete-user'; readonly userId: string }
  /** Sessions, grants, codes and tokens: after a suspension, or when an operator asks for it (RT-05). */
  | { readonly kind: 'sign-out-user'; readonly userId: string }
  | { readonly kind: 'put-identity'; readonly identity: IdentityRecord }
  | { readonly kind: 'delete-identity'; readonly identityId: string }
  | { readonly kind: 'put-password'; readonly password: PasswordRecord }
  /**
   * Another password than before. Everything that was reached by the old one ends in the same commit: sessions (but for the given one),
   * grants, codes, tokens and mailed links (RT-05).
   */
  | {
      readonly kind: 'replace-password'
      readonly password: PasswordRecord
      readonly exceptSessionUid?: string
    }
  | { readonly kind: 'put-organization'; readonly organization: OrganizationRecord }
  | { readonly kind: 'delete-organization'; readonly code: string }
  | { readonly kind: 'put-membership'; readonly membership: MembershipRecord }
  | { readonly kind: 'delete-membership'; readonly organizationCode: string; readonly userId: string }
  | { readonly kind: 'put-role'; readonly role: RoleRecord }
  | { readonly kind: 'delete-role'; readonly roleId: string }
  | { readonly kind: 'put-permission'; readonly permission: PermissionRecord }
  | { readonly kind: 'delete-permission'; readonly permissionId: string }
  | { readonly kind: 'put-feature-flag'; readonly flag: FeatureFlagRecord }
  | { readonly kind: 'delete-feature-flag'; readonly key: string }
  /** An override; an undefined value takes it away. */
  | { readonly kind: 'set-flag'; readonly owner: Owner; readonly key: string; readonly value?: unknown }
  | { readonly kind: 'put-property'; readonly property: PropertyRecord }
  | { readonly kind: 'delete-property'; readonly key: string; readonly context: PropertyContext }
  | {
      readonly kind: 'set-property'
      readonly owner: Owner
      readonly key: string
      readonly value: string | null
    }
  | { readonly kind: 'put-application'; readonly application: ApplicationRecord }
  | { readonly kind: 'delete-application'; readonly clientId: string }
  | { readonly kind: 'put-api'; readonly api: ApiRecord }
  | { readonly kind: 'delete-api'; readonly apiId: string }
  | { readonly kind: 'put-connection'; readonly connection: ConnectionRecord }
  | { readonly kind: 'delete-connection'; readonly connectionId: string }
  | { readonly kind: 'put-environment-variable'; readonly variable: EnvironmentVariableRecord }
  | { readonly kind: 'delete-environment-variable'; readonly variableId: string }
  /** Which memberships mintage.yaml made, so that it can take them back. */
  | { readonly kind: 'put-file-memberships'; readonly memberships: readonly MembershipKey[] }
  /** A record of the audit log, in the same commit as what it is about. */
  | { readonly kind: 'append-audit'; readonly record: AuditRecord }
  /** Background work that the change wants: queued with it or not at all. */
  | { readonly kind: 'enqueue-job'; readonly job: NewJob }
  /** Counters of sign-ins; apart from put-user, so that two at once lose nothing. */
  | {
      readonly kind: 'count-sign-in'
      readonly userId: string
      readonly succeeded: boolean
      readonly atMs: number
    }

/** A membership by whom it joins. */
export interface MembershipKey {
  readonly organizationCode: string
  readonly userId: string
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Opaque; absent on the last page. */
  readonly nextCursor?: string
}

export interface PageRequest {
  readonly size: number
  readonly cursor?: string
}

export interface DirectoryStore {
  /** The catalog, at most a second older than the database; in the process that wrote it, never older. */
  catalog(): Promise<Catalog>
  tokenSubject(userId: string, organizationCode: string | null): Promise<TokenSubject | undefined>
  user(userId: string): Promise<UserRecord | undefined>
  /** By id; those that do not exist are left out. One statement for all, as every read here that takes a list. */
  usersById(userIds: readonly string[]): Promise<readonly UserRecord[]>
  userByProvidedId(providedId: string): Promise<UserRecord | undefined>
  identities(userId: string): Promise<readonly IdentityRecord[]>
  /** Of several users, of each in the order of identities(). */
  identitiesOf(userIds: readonly string[]): Promise<readonly IdentityRecord[]>
  /** Those of this type that are found by one of these. */
  identitiesFoundBy(type: IdentityType, normalized: readonly string[]): Promise<readonly IdentityRecord[]>
  identity(type: IdentityType, normalized: string): Promise<IdentityRecord | undefined>
  password(userId: string): Promise<PasswordRecord | undefined>
  /** By id. The filter's `email` is normalised as identities are. */
  users(page: PageRequest, filter?: { readonly email?: string }): Promise<Page<UserRecord>>
  organization(code: string): Promise<OrganizationRecord | undefined>
  /** The one with `isDefault`. */
  defaultOrganization(): Promise<OrganizationRecord | undefined>
  organizations(page: PageRequest): Promise<Page<OrganizationRecord>>
  membership(organizationCode: string, userId: string): Promise<MembershipRecord | undefined>
  /** Of those of the users that belong to it. */
  memberships(organizationCode: string, userIds: readonly string[]): Promise<readonly MembershipRecord[]>
  /** Which organizations each of the users belongs to, by the organizations' names. */
  membershipKeysOf(userIds: readonly string[]): Promise<readonly MembershipKey[]>
  members(organizationCode: string, page: PageRequest): Promise<Page<MembershipRecord>>
  organizationsOf(userId: string): Promise<readonly OrganizationRecord[]>
  /** As the last `put-file-memberships` left them. */
  fileMemberships(): Promise<readonly MembershipKey[]>
  propertyValues(owner: Owner): Promise<Readonly<Record<string, string>>>
  flagOverrides(owner: Owner): Promise<Readonly<Record<string, unknown>>>
  /** All or nothing, durable when it resolves. Rejects with StoreError `store_conflict` when something unique is taken. */
  apply(changes: readonly DirectoryChange[]): Promise<void>
}
