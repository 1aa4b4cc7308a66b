// Reads the directory. The catalog comes from memory (catalog-cache.ts), and on SQLite what mints have recently read of users
// (subject-cache.ts); everything else from point queries.
import type { JsonObject } from '../../oauth/index.ts'
import type { Catalog, ApiScopeKey, Owner } from '../catalog.ts'
import type { Change } from '../change.ts'
import type {
  MembershipKey,
  MembershipOfUser,
  MembershipRecord,
  OrganizationRecord,
} from '../organization.ts'
import type {
  DirectoryStore,
  HeldFilter,
  HeldScope,
  ListOrder,
  PageByIdRequest,
  RoleHolder,
  TokenSubject,
  UserFilter,
  UserSearch,
} from '../directory-store.ts'
import type { Page, PageRequest } from '../page.ts'
import type { FoldedLog } from '../folded-log.ts'
import type { SealedBox } from '../sealed-box.ts'
import type { IdentityRecord, IdentityType, PasswordRecord, UserRecord } from '../user.ts'
import { CatalogCache } from './catalog-cache.ts'
import { connectionOptionsPlace } from './catalog-rows.ts'
import type { UnknownMembers } from './catalog-writes.ts'
import type { Database } from './database.ts'
import { directoryQueries } from './directory-queries.ts'
import { filteredUsers } from './filtered-users.ts'
import { fileMembershipsOf, fileMembershipsQuery } from './file-memberships.ts'
import { heldScope, heldScopesStatement } from './held-scopes.ts'
import { parseJsonObject } from './json-column.ts'
import { membershipOfUser, membershipRecord, organizationRecord } from './organization-rows.ts'
import { flagValues, ownedValueTables, propertyValues } from './owned-values.ts'
import { roleHolder } from './role-holders.ts'
import { RowReader, type PageSlots } from './row-reader.ts'
import { sortedMembers, sortedOrganizations } from './sorted-pages.ts'
import type { DirectoryCaches } from './unit-of-work.ts'
import { SubjectCache } from './subject-cache.ts'
import { tokenSubject, tokenSubjectQuery } from './token-subject.ts'
import { userSearchQuery } from './user-search.ts'
import { usersInFull } from './users-in-full.ts'
import { identityRecord, identityRecords, passwordRecord, userRecord } from './user-rows.ts'

export class SqlDirectoryStore implements DirectoryStore, DirectoryCaches {
  readonly #database: Database
  readonly #read: RowReader
  readonly #box: SealedBox
  readonly #catalog: CatalogCache
  readonly #subjects: SubjectCache
  readonly #queries: ReturnType<typeof directoryQueries>
  readonly #filteredUsers: ReturnType<typeof filteredUsers>
  readonly #tokenSubject: ReturnType<typeof tokenSubjectQuery>
  readonly usersInFull: DirectoryStore['usersInFull']
  readonly unknownMembers: UnknownMembers = (table, id) => this.#catalog.unknownMembers(table, id)

  constructor(database: Database, box: SealedBox, log: Pick<FoldedLog, 'tell'>) {
    this.#database = database
    this.#read = new RowReader(database)
    this.#box = box
    this.#catalog = new CatalogCache(database, box, log)
    this.#subjects = new SubjectCache(database)
    this.#queries = directoryQueries(database)
    this.#filteredUsers = filteredUsers(database)
    this.#tokenSubject = tokenSubjectQuery(database)
    this.usersInFull = usersInFull(database, this.#queries)
  }

  catalog(): Promise<Catalog> {
    return this.#catalog.catalog()
  }

  async connectionOptions(connectionId: string): Promise<JsonObject | undefined> {
    const [row] = await this.#database.all(this.#queries.connectionOptions({ id: connectionId }))
    if (typeof row?.sealed_options !== 'string') return undefined
    const place = connectionOptionsPlace(connectionId)
    return parseJsonObject(this.#box.open(row.sealed_options, place), place)
  }

  async tokenSubject(userId: string, organizationCode: string | null): Promise<TokenSubject | undefined> {
    return this.#subjects.find(userId, organizationCode, () => this.#readSubject(userId, organizationCode))
  }

  tokenSubjects(
    asked: readonly { readonly userId: string; readonly organizationCode: string | null }[],
  ): Promise<readonly (TokenSubject | undefined)[]> {
    // Asked for together, they travel together on Postgres; on SQLite there is no way to save.
    return Promise.all(
      asked.map(({ userId, organizationCode }) => this.#readSubject(userId, organizationCode)),
    )
  }

  async userCount(organizationCode?: string): Promise<number> {
    const statement =
      organizationCode === undefined
        ? this.#queries.userCount({})
        : this.#queries.memberCount({ organization_code: organizationCode })
    const [row] = await this.#database.all(statement)
    return Number(row?.count ?? 0)
  }

  async user(userId: string): Promise<UserRecord | undefined> {
    return this.#read.one(this.#queries.user({ id: userId }), userRecord)
  }

  async usersById(userIds: readonly string[]): Promise<readonly UserRecord[]> {
    return this.#read.all(this.#queries.usersById({ user_ids: JSON.stringify(userIds) }), userRecord)
  }

  async usersByProvidedId(providedIds: readonly string[]): Promise<readonly UserRecord[]> {
    const statement = this.#queries.usersByProvidedId({ provided_ids: JSON.stringify(providedIds) })
    return this.#read.all(statement, userRecord)
  }

  async userByProvidedId(providedId: string): Promise<UserRecord | undefined> {
    return this.#read.one(this.#queries.userByProvidedId({ provided_id: providedId }), userRecord)
  }

  async identities(userId: string): Promise<readonly IdentityRecord[]> {
    return identityRecords(await this.#database.all(this.#queries.identities({ user_id: userId })))
  }

  async identitiesOf(userIds: readonly string[]): Promise<readonly IdentityRecord[]> {
    const statement = this.#queries.identitiesOf({ user_ids: JSON.stringify(userIds) })
    return identityRecords(await this.#database.all(statement))
  }

  async identitiesFoundBy(
    type: IdentityType,
    normalized: readonly string[],
  ): Promise<readonly IdentityRecord[]> {
    const statement = this.#queries.identitiesFoundBy({ type, normalized: JSON.stringify(normalized) })
    return identityRecords(await this.#database.all(statement))
  }

  async identityById(identityId: string): Promise<IdentityRecord | undefined> {
    return this.#read.one(this.#queries.identityById({ id: identityId }), identityRecord)
  }

  async identity(type: IdentityType, normalized: string): Promise<IdentityRecord | undefined> {
    return this.#read.one(this.#queries.identity({ type, normalized }), identityRecord)
  }

  async password(userId: string): Promise<PasswordRecord | undefined> {
    return this.#read.one(this.#queries.password({ user_id: userId }), passwordRecord)
  }

  async users(page: PageRequest, filter?: { readonly email?: string }): Promise<Page<UserRecord>> {
    const email = filter?.email
    const query = (slots: PageSlots) =>
      email === undefined ? this.#queries.users(slots) : this.#queries.usersByEmail({ ...slots, email })
    return this.#read.page(page, query, userRecord, ({ id }) => id)
  }

  async filteredUsers(page: PageRequest, filter: UserFilter): Promise<Page<UserRecord>> {
    const { items: ids, ...rest } = await this.#filteredUsers(page, filter)
    const users = new Map((await this.usersById(ids)).map((user) => [user.id, user]))
    return { ...rest, items: ids.flatMap((id) => users.get(id) ?? []) }
  }

  async searchUsers(search: UserSearch, page: PageByIdRequest): Promise<readonly UserRecord[]> {
    const found = await this.#read.all(userSearchQuery(this.#database, search, page), userRecord)
    return page.isBackwards ? found.toReversed() : found
  }

  async organization(code: string): Promise<OrganizationRecord | undefined> {
    return this.#read.one(this.#queries.organization({ code }), organizationRecord)
  }

  async defaultOrganization(): Promise<OrganizationRecord | undefined> {
    return this.#read.one(this.#queries.defaultOrganization({}), organizationRecord)
  }

  async organizations(page: PageRequest, order?: ListOrder): Promise<Page<OrganizationRecord>> {
    if (order !== undefined) return sortedOrganizations(this.#database, order, page)
    return this.#read.page(page, this.#queries.organizations, organizationRecord, ({ code }) => code)
  }

  async membership(organizationCode: string, userId: string): Promise<MembershipRecord | undefined> {
    const key = { organization_code: organizationCode, user_id: userId }
    return this.#read.one(this.#queries.membership(key), membershipRecord)
  }

  async memberships(
    organizationCode: string,
    userIds: readonly string[],
  ): Promise<readonly MembershipRecord[]> {
    const slots = { organization_code: organizationCode, user_ids: JSON.stringify(userIds) }
    return this.#read.all(this.#queries.memberships(slots), membershipRecord)
  }

  async membershipKeysOf(userIds: readonly string[]): Promise<readonly MembershipOfUser[]> {
    const statement = this.#queries.membershipKeysOf({ user_ids: JSON.stringify(userIds) })
    return this.#read.all(statement, membershipOfUser)
  }

  async members(
    organizationCode: string,
    page: PageRequest,
    filters: readonly HeldFilter[] = [],
    order?: ListOrder,
  ): Promise<Page<MembershipRecord>> {
    if (order !== undefined)
      return sortedMembers(this.#database, { organizationCode, order, filters }, page, (ids) =>
        this.memberships(organizationCode, ids),
      )
    const query = (given: PageSlots) => {
      const slots = { ...given, organization_code: organizationCode }
      return filters.length === 0
        ? this.#queries.members(slots)
        : this.#queries.membersHolding(slots, filters)
    }
    return this.#read.page(page, query, membershipRecord, ({ userId }) => userId)
  }

  async membersWithRole(organizationCode: string, roleId: string, page: PageRequest): Promise<Page<string>> {
    const query = (slots: PageSlots) =>
      this.#queries.membersWithRole({ ...slots, organization_code: organizationCode, role_id: roleId })
    return this.#read.page(
      page,
      query,
      ({ user_id }) => user_id,
      (userId) => userId,
    )
  }

  async countWithRole(organizationCode: string, roleId: string): Promise<number> {
    const slots = { organization_code: organizationCode, role_id: roleId }
    const [row] = await this.#database.all(this.#queries.countWithRole(slots))
    return Number(row?.count ?? 0)
  }

  async memberApiScopes({ organizationCode, userId }: MembershipKey): Promise<readonly ApiScopeKey[]> {
    const slots = { organization_code: organizationCode, user_id: userId }
    return this.#read.all(this.#queries.memberApiScopes(slots), ({ api_id, scope_id }) => ({
      apiId: api_id,
      scopeId: scope_id,
    }))
  }

  heldScopesOf(userIds: readonly string[]): Promise<readonly HeldScope[]> {
    return this.#read.all(heldScopesStatement(this.#database, userIds), heldScope)
  }

  async roleHolders(roleId: string, page: PageRequest): Promise<Page<RoleHolder>> {
    const query = (slots: PageSlots) => this.#queries.roleHolders({ ...slots, role_id: roleId })
    return this.#read.page(page, query, roleHolder, ({ userId }) => userId)
  }

  async organizationsOf(userId: string): Promise<readonly OrganizationRecord[]> {
    return this.#read.all(this.#queries.organizationsOf({ user_id: userId }), organizationRecord)
  }

  async fileMemberships(): Promise<readonly MembershipKey[]> {
    return fileMembershipsOf(await this.#database.all(fileMembershipsQuery(this.#database)))
  }

  async propertyValues({ context, id }: Owner): Promise<Readonly<Record<string, string>>> {
    return propertyValues(await this.#database.all(this.#queries.properties[context]({ owner_id: id })))
  }

  async userPropertiesOf(
    userIds: readonly string[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    const statement = this.#queries.userPropertiesOf({ user_ids: JSON.stringify(userIds) })
    const rows = Map.groupBy(await this.#database.all(statement), ({ owner_id }) => owner_id)
    return new Map([...rows].map(([id, values]) => [id, propertyValues(values)]))
  }

  async flagOverrides({ context, id }: Owner): Promise<Readonly<Record<string, unknown>>> {
    const rows = await this.#database.all(this.#queries.flags[context]({ owner_id: id }))
    return flagValues(ownedValueTables.flags[context], id, rows)
  }

  drop(changes: readonly Change[], isCatalogChanged: boolean): void {
    this.#subjects.drop(changes)
    if (isCatalogChanged) this.#catalog.drop()
  }

  async #readSubject(userId: string, organizationCode: string | null): Promise<TokenSubject | undefined> {
    // No organization has the empty code.
    const slots = { user_id: userId, organization_code: organizationCode ?? '' }
    const [row] = await this.#database.all(this.#tokenSubject(slots))
    if (row === undefined) return undefined
    this.#catalog.expect(Number(row.catalog_version))
    return tokenSubject(row, organizationCode)
  }
}
