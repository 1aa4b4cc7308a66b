// Organizations and members in an order of the caller's, each page by the index of that order. A page begins after the sorted value and the key
// of the last entry, so that one that is added or removed meanwhile shifts nothing. Compiled for each call, because the orders are many.
import { sql, type RawBuilder } from 'kysely'
import { z } from 'zod'
import type { HeldFilter, ListOrder } from '../directory-store.ts'
import type { Page, PageRequest } from '../page.ts'
import type { MembershipRecord, OrganizationRecord } from '../organization.ts'
import type { Database, SqlValue, Statement } from './database.ts'
import { organizationColumns, organizationRecord, type OrganizationRow } from './organization-rows.ts'
import { columnNames } from './upsert.ts'

interface SortedRow {
  readonly sorted_value: string
}

/** Where a page ended: its order, the value, and the key of those that have the same. */
const cursorSchema = z.tuple([z.string(), z.string(), z.string()])

export async function sortedOrganizations(
  database: Database,
  order: ListOrder,
  page: PageRequest,
): Promise<Page<OrganizationRecord>> {
  const rows = await database.all(sortedOrganizationsStatement(database, order, page))
  const { items, ...rest } = pageOf(rows, order, page.size, ({ code }) => code)
  return { ...rest, items: items.map(organizationRecord) }
}

/** Which members, in which order. */
interface SortedMembers {
  readonly organizationCode: string
  readonly order: ListOrder
  readonly filters: readonly HeldFilter[]
}

export async function sortedMembers(
  database: Database,
  asked: SortedMembers,
  page: PageRequest,
  membershipsOf: (userIds: readonly string[]) => Promise<readonly MembershipRecord[]>,
): Promise<Page<MembershipRecord>> {
  const rows = await database.all(sortedMembersStatement(database, asked, page))
  const { items, ...rest } = pageOf(rows, asked.order, page.size, ({ user_id }) => user_id)
  const ids = items.map(({ user_id }) => user_id)
  const members = new Map((await membershipsOf(ids)).map((member) => [member.userId, member]))
  // A membership that ended while the page was read is left out.
  return { ...rest, items: ids.flatMap((id) => members.get(id) ?? []) }
}

export function sortedOrganizationsStatement(
  database: Pick<Database, 'builder'>,
  order: ListOrder,
  page: PageRequest,
): Statement<OrganizationRow & SortedRow> {
  const columns = sql.join(columnNames(organizationColumns).map((name) => sql.ref(name)))
  const value = order.startsWith('name') ? sql`lower(name)` : sql`code`
  return compiled(
    database,
    sql`select ${columns}, ${value} as sorted_value from organizations
      where ${beyond(order, page, value, sql`code`)}
      order by ${value} ${direction(order)}, code ${direction(order)} limit ${page.size + 1}`,
  )
}

export function sortedMembersStatement(
  database: Pick<Database, 'builder'>,
  { organizationCode, order, filters }: SortedMembers,
  page: PageRequest,
): Statement<SortedRow & { readonly user_id: string }> {
  const value = order.startsWith('name') ? sql`name` : sql`email`
  const conditions = [
    sql`organization_code = ${organizationCode}`,
    beyond(order, page, value, sql`user_id`),
    ...filters.map(holds),
  ]
  return compiled(
    database,
    sql`select user_id, ${value} as sorted_value from member_order where ${sql.join(conditions, sql` and `)}
      order by ${value} ${direction(order)}, user_id ${direction(order)} limit ${page.size + 1}`,
  )
}

/** Looked up by key for each member in turn; a bare `exists` may be made a join. */
function holds({ roleIds, permissionIds }: HeldFilter): RawBuilder<unknown> {
  const held = (table: string, column: string, ids: readonly string[]) =>
    sql`exists (select 1 from ${sql.table(table)} as held where held.organization_code = member_order.organization_code
      and held.user_id = member_order.user_id and ${sql.ref(`held.${column}`)} in (${sql.join(ids)}))`
  const ways = [
    ...(roleIds.length > 0 ? [held('membership_roles', 'role_id', roleIds)] : []),
    ...(permissionIds.length > 0 ? [held('membership_permissions', 'permission_id', permissionIds)] : []),
  ]
  return ways.length === 0 ? sql`1 = 0` : sql`case when ${sql.join(ways, sql` or `)} then 1 else 0 end = 1`
}

/** The first comparison leads the planner to the index, also where the value is an expression. */
function beyond(
  order: ListOrder,
  { cursor }: PageRequest,
  value: RawBuilder<unknown>,
  key: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (cursor === undefined) return sql`1 = 1`
  const [of, lastValue, lastKey] = parsedCursor(cursor)
  if (of !== order) throw new RangeError('the cursor is of another order')
  const isDescending = order.endsWith('_desc')
  return sql`${value} ${isDescending ? sql`<=` : sql`>=`} ${lastValue}
    and (${value}, ${key}) ${isDescending ? sql`<` : sql`>`} (${lastValue}, ${lastKey})`
}

function direction(order: ListOrder): RawBuilder<unknown> {
  return order.endsWith('_desc') ? sql`desc` : sql`asc`
}

function compiled<Row>({ builder }: Pick<Database, 'builder'>, query: RawBuilder<unknown>): Statement<Row> {
  const { sql: text, parameters } = query.compile(builder)
  // They are the values above.
  return { sql: text, parameters: parameters as SqlValue[] }
}

/** One more row than asked for tells whether there is another page. */
function pageOf<Row extends SortedRow>(
  rows: readonly Row[],
  order: ListOrder,
  size: number,
  keyOf: (row: Row) => string,
): Page<Row> {
  const items = rows.slice(0, size)
  const last = items.at(-1)
  if (rows.length <= size || last === undefined) return { items }
  const place = JSON.stringify([order, last.sorted_value, keyOf(last)])
  return { items, nextCursor: Buffer.from(place).toString('base64url') }
}

function parsedCursor(cursor: string): z.output<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (cause) {
    throw new RangeError('the cursor is not of this list', { cause })
  }
}
