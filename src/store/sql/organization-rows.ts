// Organizations and memberships: from records to rows and back.
import type { OrganizationFields } from '../change.ts'
import type { MembershipRecord, OrganizationRecord } from '../organization.ts'
import { parseRows } from './json-column.ts'
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
  }
}

/** A field that is not given is left out. */
export function organizationFieldsRow(fields: OrganizationFields): Partial<OrganizationRow> {
  const { name, isDefault, isAutoMembershipEnabled: isAuto } = fields
  return {
    ...(name !== undefined && { name }),
    ...('handle' in fields && { handle: fields.handle }),
    ...('externalId' in fields && { external_id: fields.externalId }),
    ...(isDefault !== undefined && { is_default: flag(isDefault) }),
    ...(isAuto !== undefined && { is_auto_membership_enabled: flag(isAuto) }),
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
  }
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
