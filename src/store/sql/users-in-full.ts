// Pages of users with all that belongs to them, as an export writes them: a few statements for a page, however much each user has.
import type { UserInFull } from '../directory-store.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Database } from './database.ts'
import type { directoryQueries } from './directory-queries.ts'
import { membershipRecord } from './organization-rows.ts'
import { flagValues, propertyValues } from './owned-values.ts'
import { prepare } from './statement.ts'
import { columnNames } from './upsert.ts'
import { identityRecords, passwordColumns, passwordRecord, userRecord } from './user-rows.ts'

type Queries = Pick<
  ReturnType<typeof directoryQueries>,
  'users' | 'identitiesOf' | 'membershipsOf' | 'membershipKeysOf' | 'userPropertiesOf' | 'userFlagsOf'
>

export function usersInFull(database: Database, queries: Queries) {
  const statements = ownStatements(database)

  return async ({ size, cursor }: PageRequest): Promise<Page<UserInFull>> => {
    // One more than asked for tells whether there is another page.
    const rows = await database.all(queries.users({ after: cursor ?? '', limit: size + 1 }))
    const users = rows.slice(0, size).map(userRecord)
    const slots = { user_ids: JSON.stringify(users.map(({ id }) => id)) }
    const [identities, passwords, memberships, keys, properties, flags, scopes] = await Promise.all([
      database.all(queries.identitiesOf(slots)),
      database.all(statements.passwordsOf(slots)),
      database.all(queries.membershipsOf(slots)),
      database.all(queries.membershipKeysOf(slots)),
      database.all(queries.userPropertiesOf(slots)),
      database.all(queries.userFlagsOf(slots)),
      database.all(statements.apiScopesOf(slots)),
    ])
    const lastSignedIn = new Map(
      keys.map((row) => [`${row.organization_code} ${row.user_id}`, row.last_signed_in_at_ms]),
    )
    const of = {
      identities: Map.groupBy(identityRecords(identities), ({ userId }) => userId),
      passwords: new Map(passwords.map((row) => [row.user_id, passwordRecord(row)])),
      memberships: Map.groupBy(memberships.map(membershipRecord), ({ userId }) => userId),
      properties: Map.groupBy(properties, ({ owner_id }) => owner_id),
      flags: Map.groupBy(flags, ({ owner_id }) => owner_id),
      scopes: Map.groupBy(scopes, ({ user_id }) => user_id),
    }
    const items = users.map((user): UserInFull => {
      const { id } = user
      return {
        user,
        identities: of.identities.get(id) ?? [],
        password: of.passwords.get(id) ?? null,
        memberships: (of.memberships.get(id) ?? []).map((one) => ({
          ...one,
          lastSignedInAtMs: lastSignedIn.get(`${one.organizationCode} ${id}`) ?? null,
        })),
        properties: propertyValues(of.properties.get(id) ?? []),
        featureFlags: flagValues('user_flags', id, of.flags.get(id) ?? []),
        apiScopes: (of.scopes.get(id) ?? []).map((row) => ({
          organizationCode: row.organization_code,
          userId: id,
          apiId: row.api_id,
          scopeId: row.scope_id,
        })),
      }
    })
    const last = users.at(-1)
    return rows.length > size && last !== undefined ? { items, nextCursor: last.id } : { items }
  }
}

function ownStatements({ builder, isIn }: Database) {
  return {
    passwordsOf: prepare((slot: { user_ids: string }) =>
      builder
        .selectFrom('passwords')
        .select(columnNames(passwordColumns))
        .where(isIn('user_id', slot.user_ids)),
    ),
    // By the memberships of the users: the table's own key begins with the organization.
    apiScopesOf: prepare((slot: { user_ids: string }) =>
      builder
        .selectFrom('memberships')
        .innerJoin('membership_api_scopes', (join) =>
          join
            .onRef('membership_api_scopes.organization_code', '=', 'memberships.organization_code')
            .onRef('membership_api_scopes.user_id', '=', 'memberships.user_id'),
        )
        .select([
          'membership_api_scopes.organization_code',
          'membership_api_scopes.user_id',
          'membership_api_scopes.api_id',
          'membership_api_scopes.scope_id',
        ])
        .where(isIn('memberships.user_id', slot.user_ids))
        .orderBy('membership_api_scopes.organization_code')
        .orderBy('membership_api_scopes.api_id')
        .orderBy('membership_api_scopes.scope_id'),
    ),
  }
}
