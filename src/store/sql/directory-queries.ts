// Every read of the directory but the catalog: point queries by primary key or index, compiled once.
import { sql } from 'kysely'
import type { HeldFilter } from '../directory-store.ts'
import type { Database } from './database.ts'
import type { OwnedValueTable } from './owned-values.ts'
import { organizationColumns } from './organization-rows.ts'
import { roleHoldersQuery } from './role-holders.ts'
import { prepare } from './statement.ts'
import { columnNames } from './upsert.ts'
import { identityColumns, passwordColumns, userColumns } from './user-rows.ts'

/** Pages go by primary key, so a page costs the same wherever it is; the cursor is the last key of the page before. */
interface PageSlots {
  readonly after: string
  readonly limit: number
}

interface MembersSlots extends PageSlots {
  readonly organization_code: string
}

export function directoryQueries(database: Database) {
  const { builder } = database
  const connectionOptions = prepare((slot: { id: string }) =>
    builder.selectFrom('connections').select('sealed_options').where('id', '=', slot.id),
  )
  return {
    connectionOptions,
    ...userQueries(database),
    ...organizationQueries(database),
    ...ownedValueQueries(database),
    roleHolders: roleHoldersQuery(database),
  }
}

function userQueries({ builder, isIn }: Database) {
  const users = builder.selectFrom('users').select(columnNames(userColumns))
  const identities = builder.selectFrom('identities').select(columnNames(identityColumns))
  /** Of each type the primary one comes first. */
  const inOrder = (query: typeof identities) =>
    query.orderBy('is_primary', 'desc').orderBy('created_at_ms').orderBy('id')
  return {
    user: prepare((slot: { id: string }) => users.where('id', '=', slot.id)),
    usersById: prepare((slot: { user_ids: string }) => users.where(isIn('id', slot.user_ids)).orderBy('id')),
    identitiesOf: prepare((slot: { user_ids: string }) =>
      inOrder(identities.where(isIn('user_id', slot.user_ids))),
    ),
    identitiesFoundBy: prepare((slot: { type: string; normalized: string }) =>
      identities.where('type', '=', slot.type).where(isIn('normalized', slot.normalized)),
    ),
    userByProvidedId: prepare((slot: { provided_id: string }) =>
      users.where('provided_id', '=', slot.provided_id),
    ),
    usersByProvidedId: prepare((slot: { provided_ids: string }) =>
      users.where(isIn('provided_id', slot.provided_ids)),
    ),
    users: prepare((slot: PageSlots) => users.where('id', '>', slot.after).orderBy('id').limit(slot.limit)),
    userCount: prepare(() =>
      builder.selectFrom('users').select((eb) => eb.fn.countAll<number>().as('count')),
    ),
    usersByEmail: prepare((slot: PageSlots & { email: string }) =>
      users
        .where('id', '>', slot.after)
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('identities')
            .select('user_id')
            .where('type', '=', 'email')
            .where('normalized', '=', slot.email),
        )
        .orderBy('id')
        .limit(slot.limit),
    ),
    identities: prepare((slot: { user_id: string }) =>
      inOrder(identities.where('user_id', '=', slot.user_id)),
    ),
    identity: prepare((slot: { type: string; normalized: string }) =>
      identities.where('type', '=', slot.type).where('normalized', '=', slot.normalized),
    ),
    identityById: prepare((slot: { id: string }) => identities.where('id', '=', slot.id)),
    password: prepare((slot: { user_id: string }) =>
      builder
        .selectFrom('passwords')
        .select(columnNames(passwordColumns))
        .where('user_id', '=', slot.user_id),
    ),
  }
}

function organizationQueries(database: Database) {
  const { builder, jsonArrayFrom, isIn } = database
  const organizations = builder.selectFrom('organizations').select(columnNames(organizationColumns))
  const memberships = builder.selectFrom('memberships').select((eb) => [
    'organization_code',
    'user_id',
    'joined_at_ms',
    jsonArrayFrom(
      eb
        .selectFrom('membership_roles')
        .select('role_id')
        .whereRef('membership_roles.organization_code', '=', 'memberships.organization_code')
        .whereRef('membership_roles.user_id', '=', 'memberships.user_id')
        .orderBy('role_id'),
    )
      .$castTo<string>()
      .as('roles'),
    jsonArrayFrom(
      eb
        .selectFrom('membership_permissions')
        .select('permission_id')
        .whereRef('membership_permissions.organization_code', '=', 'memberships.organization_code')
        .whereRef('membership_permissions.user_id', '=', 'memberships.user_id')
        .orderBy('permission_id'),
    )
      .$castTo<string>()
      .as('permissions'),
  ])
  const membersOf = (slot: MembersSlots) =>
    memberships
      .where('organization_code', '=', slot.organization_code)
      .where('user_id', '>', slot.after)
      .orderBy('user_id')
      .limit(slot.limit)
  return {
    organization: prepare((slot: { code: string }) => organizations.where('code', '=', slot.code)),
    // In the query's text: no planner takes a partial index for a condition whose value it does not know.
    defaultOrganization: prepare(() =>
      organizations.where('is_default', '=', sql.lit(1)).orderBy('code').limit(1),
    ),
    organizations: prepare((slot: PageSlots) =>
      organizations.where('code', '>', slot.after).orderBy('code').limit(slot.limit),
    ),
    organizationsOf: prepare((slot: { user_id: string }) =>
      builder
        .selectFrom('memberships')
        .innerJoin('organizations', 'organizations.code', 'memberships.organization_code')
        .select(columnNames(organizationColumns).map((name) => `organizations.${name}` as const))
        .where('memberships.user_id', '=', slot.user_id)
        .orderBy('organizations.name')
        .orderBy('organizations.code'),
    ),
    membership: prepare((slot: { organization_code: string; user_id: string }) =>
      memberships.where('organization_code', '=', slot.organization_code).where('user_id', '=', slot.user_id),
    ),
    memberships: prepare((slot: { organization_code: string; user_ids: string }) =>
      memberships
        .where('organization_code', '=', slot.organization_code)
        .where(isIn('user_id', slot.user_ids)),
    ),
    membershipsOf: prepare((slot: { user_ids: string }) =>
      memberships.where(isIn('user_id', slot.user_ids)).orderBy('organization_code'),
    ),
    memberCount: prepare((slot: { organization_code: string }) =>
      builder
        .selectFrom('memberships')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('organization_code', '=', slot.organization_code),
    ),
    membershipKeysOf: prepare((slot: { user_ids: string }) =>
      builder
        .selectFrom('memberships')
        .innerJoin('organizations', 'organizations.code', 'memberships.organization_code')
        .select(['memberships.organization_code', 'memberships.user_id', 'memberships.last_signed_in_at_ms'])
        .where(isIn('memberships.user_id', slot.user_ids))
        .orderBy('organizations.name')
        .orderBy('organizations.code'),
    ),
    members: prepare(membersOf),
    /** Compiled for each number of filters. Walks the members in the order of their ids and looks each up by key, until the page is full. */
    membersHolding: (slot: MembersSlots, filters: readonly HeldFilter[]) => {
      const found = filters.reduce(
        (query, { roleIds, permissionIds }) =>
          query.where((eb) =>
            eb.or([
              eb.exists(
                eb
                  .selectFrom('membership_roles')
                  .select('role_id')
                  .whereRef('membership_roles.organization_code', '=', 'memberships.organization_code')
                  .whereRef('membership_roles.user_id', '=', 'memberships.user_id')
                  .where(isIn('role_id', JSON.stringify(roleIds))),
              ),
              eb.exists(
                eb
                  .selectFrom('membership_permissions')
                  .select('permission_id')
                  .whereRef('membership_permissions.organization_code', '=', 'memberships.organization_code')
                  .whereRef('membership_permissions.user_id', '=', 'memberships.user_id')
                  .where(isIn('permission_id', JSON.stringify(permissionIds))),
              ),
            ]),
          ),
        membersOf(slot),
      )
      return prepare(() => found)({})
    },
    // Walks the members with the role in the order of their ids, by the index that begins with organization and role.
    membersWithRole: prepare((slot: PageSlots & { organization_code: string; role_id: string }) =>
      builder
        .selectFrom('membership_roles')
        .select('user_id')
        .where('organization_code', '=', slot.organization_code)
        .where('role_id', '=', slot.role_id)
        .where('user_id', '>', slot.after)
        .orderBy('user_id')
        .limit(slot.limit),
    ),
    memberApiScopes: prepare((slot: { organization_code: string; user_id: string }) =>
      builder
        .selectFrom('membership_api_scopes')
        .select(['api_id', 'scope_id'])
        .where('organization_code', '=', slot.organization_code)
        .where('user_id', '=', slot.user_id)
        .orderBy('api_id')
        .orderBy('scope_id'),
    ),
    countWithRole: prepare((slot: { organization_code: string; role_id: string }) =>
      builder
        .selectFrom('membership_roles')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('organization_code', '=', slot.organization_code)
        .where('role_id', '=', slot.role_id),
    ),
  }
}

function ownedValueQueries({ builder, isIn }: Database) {
  const valuesIn = (table: OwnedValueTable) =>
    prepare((slot: { owner_id: string }) =>
      builder.selectFrom(table).select(['key', 'value']).where('owner_id', '=', slot.owner_id).orderBy('key'),
    )
  const valuesOfUsers = (table: OwnedValueTable) =>
    prepare((slot: { user_ids: string }) =>
      builder
        .selectFrom(table)
        .select(['owner_id', 'key', 'value'])
        .where(isIn('owner_id', slot.user_ids))
        .orderBy('owner_id')
        .orderBy('key'),
    )
  return {
    userPropertiesOf: valuesOfUsers('user_properties'),
    userFlagsOf: valuesOfUsers('user_flags'),
    properties: { usr: valuesIn('user_properties'), org: valuesIn('organization_properties') },
    flags: { usr: valuesIn('user_flags'), org: valuesIn('organization_flags') },
  }
}
