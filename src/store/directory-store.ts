// What is read of the directory. Reads are narrow; changes are in change.ts, and are made by store.commit(). Rules (who may, what an id
// looks like, how an address is normalised) belong to directory/.
import type { JsonObject } from '../oauth/index.ts'
import type { ApiScopeKey, Catalog, Owner } from './catalog.ts'
import type { MembershipKey, MembershipOfUser, MembershipRecord, OrganizationRecord } from './organization.ts'
import type { Page, PageRequest } from './page.ts'
import type { UserImport } from './user-import.ts'
import type { IdentityRecord, IdentityType, PasswordRecord, UserRecord } from './user.ts'

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

/** A user who holds a role, and where. */
export interface RoleHolder {
  readonly userId: string
  readonly organizationCodes: readonly string[]
}

/**
 * By name or by address, those that have the same by their key; capitals do not count. A member's address is the preferred one of the user.
 * Organizations have none, so by address they come by code.
 */
export const listOrders = ['name_asc', 'name_desc', 'email_asc', 'email_desc'] as const
export type ListOrder = (typeof listOrders)[number]

/** A member matches who has one of these. */
export interface HeldFilter {
  readonly roleIds: readonly string[]
  readonly permissionIds: readonly string[]
}

/** What users have to have; all of it. */
export interface UserSearch {
  /** Users of whom one of these begins so; undefined for all users. */
  readonly text?: {
    readonly identifiers: readonly { readonly type: IdentityType; readonly beginning: string }[]
    /** With ASCII letters in lower case: of the first name and the last, or of the last. */
    readonly name?: string
  }
  /** Each has one of the values. */
  readonly properties: readonly { readonly key: string; readonly values: readonly string[] }[]
  /** Members of it only; what they hold, they hold there. */
  readonly organizationCode: string | null
  /** Each is a scope that the user has in some organization: given directly, or by a role. */
  readonly scopes?: readonly { readonly scopeIds: readonly string[]; readonly roleIds: readonly string[] }[]
}

/** A scope that a user has in an organization, or a role there, which brings its scopes. */
export type HeldScope = MembershipKey & ({ readonly scopeId: string } | { readonly roleId: string })

/** A page by id: `from` is the id beside which it begins, and is not on it. */
export interface PageByIdRequest {
  readonly size: number
  readonly from: string | undefined
  readonly isBackwards: boolean
}

/** Of all users. */
export interface UserFilter {
  /** Users who signed in then or later. */
  readonly activeSinceMs?: number | undefined
  /** Whether the user belongs to an organization. */
  readonly hasOrganization?: boolean | undefined
}

/** A user with all that belongs to it, as `import-users` takes it, and the scopes of APIs that were given to the member directly. */
export interface UserInFull extends UserImport {
  readonly apiScopes: readonly (MembershipKey & ApiScopeKey)[]
}

export interface DirectoryStore {
  /** The catalog, at most a second older than the database; in the process that wrote it, never older. */
  catalog(): Promise<Catalog>
  /** Opened from their seal; undefined when the connection has none. Rejects with StoreError `store_corrupt` when they do not open. */
  connectionOptions(connectionId: string): Promise<JsonObject | undefined>
  tokenSubject(userId: string, organizationCode: string | null): Promise<TokenSubject | undefined>
  /**
   * Of many users at once, in the order asked for; undefined for a user who does not exist. For work in the background: it fills no cache, so
   * that it does not push out the users whose tokens are refreshed.
   */
  tokenSubjects(
    asked: readonly { readonly userId: string; readonly organizationCode: string | null }[],
  ): Promise<readonly (TokenSubject | undefined)[]>
  /** How many users there are, or how many belong to the organization. */
  userCount(organizationCode?: string): Promise<number>
  user(userId: string): Promise<UserRecord | undefined>
  /** By id; those that do not exist are left out. One statement for all, as every read here that takes a list. */
  usersById(userIds: readonly string[]): Promise<readonly UserRecord[]>
  userByProvidedId(providedId: string): Promise<UserRecord | undefined>
  /** Those whom another system gave one of these ids. */
  usersByProvidedId(providedIds: readonly string[]): Promise<readonly UserRecord[]>
  /** Of each type the primary one comes first, then the oldest. */
  identities(userId: string): Promise<readonly IdentityRecord[]>
  /** Of several users, of each in the order of identities(). */
  identitiesOf(userIds: readonly string[]): Promise<readonly IdentityRecord[]>
  /** Those of this type that are found by one of these. */
  identitiesFoundBy(type: IdentityType, normalized: readonly string[]): Promise<readonly IdentityRecord[]>
  identityById(identityId: string): Promise<IdentityRecord | undefined>
  identity(type: IdentityType, normalized: string): Promise<IdentityRecord | undefined>
  password(userId: string): Promise<PasswordRecord | undefined>
  /** By id. The filter's `email` is normalised as identities are. */
  users(page: PageRequest, filter?: { readonly email?: string }): Promise<Page<UserRecord>>
  /** By id, each with all that belongs to it. For an export: it fills no cache. */
  usersInFull(page: PageRequest): Promise<Page<UserInFull>>
  /**
   * By when they signed in last, or by id when that is not asked for. Only so many users are looked at for a page: a page may be short, or
   * empty, and not be the last.
   */
  filteredUsers(page: PageRequest, filter: UserFilter): Promise<Page<UserRecord>>
  /** By id, always in rising order. Of users who match by a beginning only the first thousand of each kind are found. */
  searchUsers(search: UserSearch, page: PageByIdRequest): Promise<readonly UserRecord[]>
  organization(code: string): Promise<OrganizationRecord | undefined>
  /** The one with `isDefault`. */
  defaultOrganization(): Promise<OrganizationRecord | undefined>
  /** By code unless an order is given; then it rejects with RangeError for a cursor of another list. */
  organizations(page: PageRequest, order?: ListOrder): Promise<Page<OrganizationRecord>>
  membership(organizationCode: string, userId: string): Promise<MembershipRecord | undefined>
  /** Of those of the users that belong to it. */
  memberships(organizationCode: string, userIds: readonly string[]): Promise<readonly MembershipRecord[]>
  /** Which organizations each of the users belongs to, by the organizations' names. */
  membershipKeysOf(userIds: readonly string[]): Promise<readonly MembershipOfUser[]>
  /** By user id unless an order is given, as organizations(). With filters, those members that match all of them. */
  members(
    organizationCode: string,
    page: PageRequest,
    filters?: readonly HeldFilter[],
    order?: ListOrder,
  ): Promise<Page<MembershipRecord>>
  /** Ids of the members who have the role. */
  membersWithRole(organizationCode: string, roleId: string, page: PageRequest): Promise<Page<string>>
  countWithRole(organizationCode: string, roleId: string): Promise<number>
  /** Scopes of APIs that were given to the member directly. */
  memberApiScopes(key: MembershipKey): Promise<readonly ApiScopeKey[]>
  /** Of several users, in no order. */
  heldScopesOf(userIds: readonly string[]): Promise<readonly HeldScope[]>
  /** Those who hold the role in any organization, by their ids. */
  roleHolders(roleId: string, page: PageRequest): Promise<Page<RoleHolder>>
  organizationsOf(userId: string): Promise<readonly OrganizationRecord[]>
  /** As the last `put-file-memberships` left them. */
  fileMemberships(): Promise<readonly MembershipKey[]>
  /** Of several users, by their ids; users without values are left out. */
  userPropertiesOf(userIds: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>
  propertyValues(owner: Owner): Promise<Readonly<Record<string, string>>>
  flagOverrides(owner: Owner): Promise<Readonly<Record<string, unknown>>>
}
