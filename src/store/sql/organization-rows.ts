// Organizations and memberships: from records to rows and back.
import type { OrganizationFields } from '../change.ts'
import type {
  MembershipOfUser,
  MembershipRecord,
  OrganizationRecord,
  OrganizationSettings,
} from '../organization.ts'
import { parseJsonObject, parseRows } from './json-column.ts'
import type { Tables } from './tables.ts'
import { flag } from './upsert.ts'

export type OrganizationRow = Tables['organizations']

/** A membership with what is held in it, each list as the JSON text of rows. */
export interface MembershipRow {
  readonly organization_code: string
  readonly user_id: string
  readonly joined_at_ms: number
  readonly roles: string
  readonly permissions: string
}

export const organizationColumns = {
  code: 'key',
  name: 'replace',
  handle: 'replace',
  external_id: 'replace',
  is_default: 'replace',
  is_auto_membership_enabled: 'replace',
  created_at_ms: 'replace',
  settings: 'replace',
} as const satisfies Record<keyof OrganizationRow, string>

export function organizationRow(organization: OrganizationRecord): OrganizationRow {
  return {
    code: organization.code,
    name: organization.name,
    handle: organization.handle,
    external_id: organization.externalId,
    is_default: flag(organization.isDefault),
    is_auto_membership_enabled: flag(organization.isAutoMembershipEnabled),
    created_at_ms: organization.createdAtMs,
    settings: settingsText(organization.settings),
  }
}

/** A field that is not given is left out. */
export function organizationFieldsRow(fields: OrganizationFields): Partial<OrganizationRow> {
  const { name, isDefault, isAutoMembershipEnabled: isAuto, settings } = fields
  return {
    ...(name !== undefined && { name }),
    ...('handle' in fields && { handle: fields.handle }),
    ...('externalId' in fields && { external_id: fields.externalId }),
    ...(isDefault !== undefined && { is_default: flag(isDefault) }),
    ...(isAuto !== undefined && { is_auto_membership_enabled: flag(isAuto) }),
    ...(settings !== undefined && { settings: settingsText(settings) }),
  }
}

export function organizationRecord(row: OrganizationRow): OrganizationRecord {
  return {
    code: row.code,
    name: row.name,
    handle: row.handle,
    externalId: row.external_id,
    isDefault: row.is_default === 1,
    isAutoMembershipEnabled: row.is_auto_membership_enabled === 1,
    createdAtMs: row.created_at_ms,
    settings: settingsOf(row),
  }
}

/** Null when nothing is set, as in rows of older versions. */
function settingsText(settings: OrganizationSettings): string | null {
  return Object.keys(settings).length === 0 ? null : JSON.stringify(settings)
}

/** Written by this program or one of another version, which only adds members. */
function settingsOf({ code, settings }: OrganizationRow): OrganizationSettings {
  if (settings === null) return {}
  return parseJsonObject(settings, { table: 'organizations', row: code, column: 'settings' })
}

export function membershipOfUser(
  row: Pick<Tables['memberships'], 'organization_code' | 'user_id' | 'last_signed_in_at_ms'>,
): MembershipOfUser {
  const { organization_code: organizationCode, user_id: userId, last_signed_in_at_ms: lastSignedInAtMs } = row
  return { organizationCode, userId, lastSignedInAtMs }
}

export function membershipRecord(row: MembershipRow): MembershipRecord {
  return {
    organizationCode: row.organization_code,
    userId: row.user_id,
    roleIds: parseRows<{ role_id: string }>(row.roles).map(({ role_id }) => role_id),
    permissionIds: parseRows<{ permission_id: string }>(row.permissions).map(
      ({ permission_id }) => permission_id,
    ),
    joinedAtMs: row.joined_at_ms,
  }
}
