// Searching users by how something begins, by values of properties, and by scopes of APIs: each way leads through an index of its own (migrations 0013,
// 0016, 0018, 0029), so a search costs what it finds, however many users there are. A beginning may be that of many users: of each way only so many are
// looked at (docs/decisions/0092).
import { sql, type RawBuilder } from 'kysely'
import type { PageByIdRequest, UserSearch } from '../directory-store.ts'
import type { Database, SqlValue, Statement } from './database.ts'
import { columnNames } from './upsert.ts'
import { userColumns, type UserRow } from './user-rows.ts'

/** Users that one way finds by the beginning of a text, in the order of its index. */
const mostByBeginning = 1_000

export function userSearchQuery(
  { builder }: Pick<Database, 'builder'>,
  search: UserSearch,
  place: PageByIdRequest,
): Statement<UserRow> {
  const columns = sql.join(columnNames(userColumns).map((name) => sql.ref(`users.${name}`)))
  const ways = waysOf(search, place)
  const found = sql.join(
    ways.map((way) => sql`select id from (${way}) as way`),
    sql` union `,
  )
  // The other ways have looked at everything that is asked.
  const left = search.text === undefined ? nothing : search
  const query = sql`select ${columns} from (${found}) as found cross join users
    where users.id = found.id and ${beside('found.id', place)} and ${conditions('found.id', left)}
    order by found.id ${direction(place)} limit ${place.size}`
  const { sql: text, parameters } = query.compile(builder)
  // They are the values above.
  return { sql: text, parameters: parameters as SqlValue[] }
}

const nothing: UserSearch = { properties: [], organizationCode: null }

function waysOf(search: UserSearch, place: PageByIdRequest): readonly RawBuilder<unknown>[] {
  if (search.text !== undefined) return byBeginning(search.text)
  if (search.properties.length > 0) return byProperty(search, place)
  if (search.scopes !== undefined && search.scopes.length > 0) return byScope(search, search.scopes, place)
  return [search.organizationCode === null ? ofAll(place) : ofMembers(search.organizationCode, place)]
}

function ofAll(place: PageByIdRequest): RawBuilder<unknown> {
  return sql`select id from users where ${beside('id', place)} order by id ${direction(place)} limit ${place.size}`
}

function ofMembers(code: string, place: PageByIdRequest): RawBuilder<unknown> {
  return sql`select user_id as id from memberships where organization_code = ${code} and ${beside('user_id', place)}
    order by user_id ${direction(place)} limit ${place.size}`
}

function byBeginning({ identifiers, name }: NonNullable<UserSearch['text']>): RawBuilder<unknown>[] {
  const ofName = [
    sql`lower(coalesce(first_name, '') || ' ' || coalesce(last_name, ''))`,
    sql`lower(last_name)`,
  ]
  return [
    ...identifiers.map(
      ({ type, beginning }) => sql`select user_id as id from identities
        where type = ${type} and ${begins(sql`normalized`, beginning)} order by normalized limit ${sql.lit(mostByBeginning)}`,
    ),
    ...(name === undefined
      ? []
      : ofName.map(
          (column) => sql`select id from users where ${begins(column, name)}
            order by ${column} limit ${sql.lit(mostByBeginning)}`,
        )),
  ]
}

/** U+10FFFF is the last character there is, in the order of bytes, too. */
function begins(column: RawBuilder<unknown>, text: string): RawBuilder<unknown> {
  return sql`${column} >= ${text} and ${column} < ${`${text}\u{10FFFF}`}`
}

/** The first property leads, one way for each of its values: by the index its users come in the order of their ids. */
function byProperty(search: UserSearch, place: PageByIdRequest): RawBuilder<unknown>[] {
  const [first, ...others] = search.properties
  if (first === undefined) return []
  const rest = { ...search, properties: others }
  return first.values.map(
    (value) => sql`select owner_id as id from user_properties
      where ${hasValue(first.key, value)} and ${beside('owner_id', place)} and ${conditions('user_properties.owner_id', rest)}
      order by owner_id ${direction(place)} limit ${place.size}`,
  )
}

/** The first scope leads: those to whom it was given, and those who hold one of its roles. */
function byScope(
  search: UserSearch,
  [first, ...others]: NonNullable<UserSearch['scopes']>,
  place: PageByIdRequest,
): RawBuilder<unknown>[] {
  const rest = { ...search, scopes: others }
  const way = (table: string, column: string, id: string) =>
    sql`select distinct user_id as id from ${sql.table(table)} as holders
      where ${sql.ref(column)} = ${id} and ${beside('user_id', place)} and ${inOrganization('holders', search)}
      and ${conditions('holders.user_id', rest)} order by user_id ${direction(place)} limit ${place.size}`
  const ways = [
    ...(first?.scopeIds ?? []).map((id) => way('membership_api_scopes', 'scope_id', id)),
    ...(first?.roleIds ?? []).map((id) => way('membership_roles', 'role_id', id)),
  ]
  return ways.length === 0 ? [sql`select id from users where 1 = 0`] : ways
}

function inOrganization(table: string, { organizationCode }: UserSearch): RawBuilder<unknown> {
  return organizationCode === null
    ? sql`1 = 1`
    : sql`${sql.ref(`${table}.organization_code`)} = ${organizationCode}`
}

function hasScope(
  id: string,
  { scopeIds, roleIds }: NonNullable<UserSearch['scopes']>[number],
  search: UserSearch,
): RawBuilder<unknown> {
  const held = (table: string, column: string, ids: readonly string[]) =>
    ids.length === 0
      ? []
      : [
          there(sql`select 1 from ${sql.table(table)} as held where held.user_id = ${sql.ref(id)}
            and ${sql.ref(`held.${column}`)} in (${sql.join(ids)}) and ${inOrganization('held', search)}`),
        ]
  const ways = [
    ...held('membership_api_scopes', 'scope_id', scopeIds),
    ...held('membership_roles', 'role_id', roleIds),
  ]
  return ways.length === 0 ? sql`1 = 0` : sql`(${sql.join(ways, sql` or `)})`
}

function hasValue(key: string, value: string): RawBuilder<unknown> {
  return sql`key = ${key} and substr(value, 1, 100) = substr(cast(${value} as text), 1, 100) and value = ${value}`
}

/** What holds of each user that is found, whichever way. */
function conditions(id: string, search: UserSearch): RawBuilder<unknown> {
  const { properties, organizationCode, scopes = [] } = search
  const all = properties.map(({ key, values }) =>
    there(sql`select 1 from user_properties as held
      where held.owner_id = ${sql.ref(id)} and held.key = ${key} and held.value in (${sql.join(values)})`),
  )
  const member = there(sql`select 1 from memberships
    where memberships.organization_code = ${organizationCode} and memberships.user_id = ${sql.ref(id)}`)
  all.push(...scopes.map((scope) => hasScope(id, scope, search)))
  return sql.join([sql`1 = 1`, ...all, ...(organizationCode === null ? [] : [member])], sql` and `)
}

/** A bare `exists` is made a join by SQLite, which may then begin with all users who have the property. */
function there(query: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when exists (${query}) then 1 else 0 end = 1`
}

function beside(id: string, { from, isBackwards }: PageByIdRequest): RawBuilder<unknown> {
  if (from === undefined) return sql`1 = 1`
  return isBackwards ? sql`${sql.ref(id)} < ${from}` : sql`${sql.ref(id)} > ${from}`
}

function direction({ isBackwards }: PageByIdRequest): RawBuilder<unknown> {
  return isBackwards ? sql`desc` : sql`asc`
}
