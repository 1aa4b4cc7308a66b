// All that a mint needs of a user, by one statement: one moment, and one round trip. Each part is found by a primary key or an
// index that begins with the user or the organization, so the cost does not depend on how many there are.
import { sql } from 'kysely'
import type { TokenSubject } from '../directory-store.ts'
import type { Database } from './database.ts'
import { parseRows } from './json-column.ts'
import {
  membershipRecord,
  organizationColumns,
  organizationRecord,
  type OrganizationRow,
} from './organization-rows.ts'
import { flagValues, propertyValues, type OwnedValueRow, type OwnedValueTable } from './owned-values.ts'
import { prepare } from './statement.ts'
import { columnNames } from './upsert.ts'
import {
  identityColumns,
  identityRecords,
  userColumns,
  userRecord,
  type IdentityRow,
  type UserRow,
} from './user-rows.ts'

/** Each list is the JSON text of rows. */
interface SubjectRow extends UserRow {
  readonly identities: string
  readonly organizations: string
  /** Null when the user does not belong to the organization, or none was asked for. */
  readonly joined_at_ms: number | null
  readonly roles: string
  readonly permissions: string
  readonly user_properties: string
  readonly organization_properties: string
  readonly user_flags: string
  readonly organization_flags: string
  /** Of the catalog at this moment: a mint must not use an older one with this user (docs/decisions/0090). */
  readonly catalog_version: string
}

interface Slots {
  readonly user_id: string
  readonly organization_code: string
}

export function tokenSubjectQuery({ builder, jsonArrayFrom }: Database) {
  const owned = (table: OwnedValueTable, ownerId: string) =>
    jsonArrayFrom(builder.selectFrom(table).select(['key', 'value']).where('owner_id', '=', ownerId))
      .$castTo<string>()
      .as(table)
  return prepare((slot: Slots) => {
    const identities = builder
      .selectFrom('identities')
      .select(columnNames(identityColumns))
      .where('user_id', '=', slot.user_id)
      .orderBy('is_primary', 'desc')
      .orderBy('created_at_ms')
      .orderBy('id')
    const organizations = builder
      .selectFrom('memberships')
      .innerJoin('organizations', 'organizations.code', 'memberships.organization_code')
      .select(columnNames(organizationColumns))
      .where('memberships.user_id', '=', slot.user_id)
      .orderBy('name')
      .orderBy('code')
    const roles = builder
      .selectFrom('membership_roles')
      .select('role_id')
      .where('organization_code', '=', slot.organization_code)
      .where('user_id', '=', slot.user_id)
      .orderBy('role_id')
    const permissions = builder
      .selectFrom('membership_permissions')
      .select('permission_id')
      .where('organization_code', '=', slot.organization_code)
      .where('user_id', '=', slot.user_id)
      .orderBy('permission_id')
    return builder
      .selectFrom('users')
      .leftJoin('memberships', (join) =>
        join
          .onRef('memberships.user_id', '=', 'users.id')
          .on('memberships.organization_code', '=', slot.organization_code),
      )
      .select([
        ...columnNames(userColumns).map((name) => `users.${name}` as const),
        'memberships.joined_at_ms',
        jsonArrayFrom(identities).$castTo<string>().as('identities'),
        jsonArrayFrom(organizations).$castTo<string>().as('organizations'),
        jsonArrayFrom(roles).$castTo<string>().as('roles'),
        jsonArrayFrom(permissions).$castTo<string>().as('permissions'),
        owned('user_properties', slot.user_id),
        owned('user_flags', slot.user_id),
        owned('organization_properties', slot.organization_code),
        owned('organization_flags', slot.organization_code),
        builder
          .selectFrom('counters')
          .select(sql<string>`cast(value as text)`.as('version'))
          .where('name', '=', sql.lit('catalog'))
          .$asScalar()
          .as('catalog_version'),
      ])
      .where('users.id', '=', slot.user_id)
  })
}

/** `organizationCode` is the one that was asked for; the answer says nothing of one that the user does not belong to. */
export function tokenSubject(row: SubjectRow, organizationCode: string | null): TokenSubject {
  const { roles, permissions, joined_at_ms } = row
  const isMember = organizationCode !== null && joined_at_ms !== null
  const membership = isMember
    ? membershipRecord({
        organization_code: organizationCode,
        user_id: row.id,
        joined_at_ms,
        roles,
        permissions,
      })
    : null
  const organizationRows = parseRows<OrganizationRow>(row.organizations)
  const owned = (text: string) => parseRows<OwnedValueRow>(text)
  return {
    user: userRecord(row),
    identities: identityRecords(parseRows<IdentityRow>(row.identities)),
    organizations: organizationRows.map(organizationRecord),
    membership,
    userProperties: propertyValues(owned(row.user_properties)),
    organizationProperties: isMember ? propertyValues(owned(row.organization_properties)) : {},
    userFlags: flagValues('user_flags', row.id, owned(row.user_flags)),
    organizationFlags: isMember
      ? flagValues('organization_flags', organizationCode, owned(row.organization_flags))
      : {},
  }
}
