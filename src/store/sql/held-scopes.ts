// Scopes of APIs that users have, in which organization: those that were given to the member, and those of the member's roles, which the
// catalog resolves. Their memberships lead, by the index of users.
import { sql } from 'kysely'
import type { HeldScope } from '../directory-store.ts'
import type { Database, SqlValue, Statement } from './database.ts'

interface Row {
  readonly user_id: string
  readonly organization_code: string
  readonly scope_id: string | null
  readonly role_id: string | null
}

export function heldScopesStatement(
  { builder, isIn }: Pick<Database, 'builder' | 'isIn'>,
  userIds: readonly string[],
): Statement<Row> {
  const from = (
    table: string,
    columns: string,
  ) => sql`select memberships.user_id, memberships.organization_code, ${sql.raw(columns)}
    from memberships join ${sql.table(table)} as held
    on held.organization_code = memberships.organization_code and held.user_id = memberships.user_id
    where ${isIn('memberships.user_id', JSON.stringify(userIds))}`
  const query = sql<Row>`${from('membership_api_scopes', 'held.scope_id, null as role_id')}
    union all ${from('membership_roles', 'null as scope_id, held.role_id')}`
  const { sql: text, parameters } = query.compile(builder)
  // They are the values above.
  return { sql: text, parameters: parameters as SqlValue[] }
}

export function heldScope(row: Row): HeldScope {
  const { user_id: userId, organization_code: organizationCode, scope_id: scopeId, role_id: roleId } = row
  return { userId, organizationCode, ...(scopeId === null ? { roleId: roleId ?? '' } : { scopeId }) }
}
