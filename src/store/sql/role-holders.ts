// Who holds a role, in any organization: users by id, each with the organizations. By the index membership_roles_by_role_and_user.
import type { RoleHolder } from '../directory-store.ts'
import type { Database } from './database.ts'
import { parseRows } from './json-column.ts'
import { prepare } from './statement.ts'

export function roleHoldersQuery({ builder, jsonArrayFrom }: Database) {
  return prepare((slot: { readonly role_id: string; readonly after: string; readonly limit: number }) =>
    builder
      .selectFrom((eb) =>
        eb
          .selectFrom('membership_roles')
          .select('user_id')
          .distinct()
          .where('role_id', '=', slot.role_id)
          .where('user_id', '>', slot.after)
          .orderBy('user_id')
          .limit(slot.limit)
          .as('holders'),
      )
      .select((eb) => [
        'holders.user_id',
        jsonArrayFrom(
          eb
            .selectFrom('membership_roles')
            .select('organization_code')
            .where('membership_roles.role_id', '=', slot.role_id)
            .whereRef('membership_roles.user_id', '=', 'holders.user_id')
            .orderBy('organization_code'),
        )
          .$castTo<string>()
          .as('organizations'),
      ])
      .orderBy('holders.user_id'),
  )
}

export function roleHolder(row: { readonly user_id: string; readonly organizations: string }): RoleHolder {
  const rows = parseRows<{ organization_code: string }>(row.organizations)
  return { userId: row.user_id, organizationCodes: rows.map((one) => one.organization_code) }
}
