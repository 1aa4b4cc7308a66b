// Changes of organizations and memberships. The roles and permissions held in a membership are rows of their own, so that they go
// with the role, the permission, the user or the organization.
import { artifactRemovals } from './artifact-removals.ts'
import type { Database } from './database.ts'
import type { WritesOf } from './directory-writes.ts'
import { organizationColumns, organizationRow, type OrganizationRow } from './organization-rows.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { upsert } from './upsert.ts'

interface Key {
  readonly organization_code: string
  readonly user_id: string
}

export function organizationWrites(
  database: Database,
): WritesOf<'put-organization' | 'delete-organization' | 'put-membership' | 'delete-membership'> {
  const { builder } = database
  const removals = artifactRemovals(database)
  const putOrganization = upsert<OrganizationRow>(database, 'organizations', organizationColumns)
  const putMembership = upsert<Tables['memberships']>(database, 'memberships', {
    organization_code: 'key',
    user_id: 'key',
    joined_at_ms: 'replace',
  })
  const putRole = upsert<Tables['membership_roles']>(database, 'membership_roles', {
    organization_code: 'key',
    user_id: 'key',
    role_id: 'key',
  })
  const putPermission = upsert<Tables['membership_permissions']>(database, 'membership_permissions', {
    organization_code: 'key',
    user_id: 'key',
    permission_id: 'key',
  })
  const deleteOrganization = prepare((slot: { code: string }) =>
    builder.deleteFrom('organizations').where('code', '=', slot.code),
  )
  const deleteOf = (table: 'memberships' | 'membership_roles' | 'membership_permissions') =>
    prepare((slot: Key) =>
      builder
        .deleteFrom(table)
        .where('organization_code', '=', slot.organization_code)
        .where('user_id', '=', slot.user_id),
    )
  const deleteMembership = deleteOf('memberships')
  const deleteRoles = deleteOf('membership_roles')
  const deletePermissions = deleteOf('membership_permissions')

  return {
    'put-organization': ({ organization }) => [putOrganization(organizationRow(organization))],
    'delete-organization': ({ code }) => [...removals.ofOrganization(code), deleteOrganization({ code })],
    'put-membership': ({ membership: { organizationCode, userId, joinedAtMs, roleIds, permissionIds } }) => {
      const key: Key = { organization_code: organizationCode, user_id: userId }
      return [
        putMembership({ ...key, joined_at_ms: joinedAtMs }),
        deleteRoles(key),
        deletePermissions(key),
        ...roleIds.map((role_id) => putRole({ ...key, role_id })),
        ...permissionIds.map((permission_id) => putPermission({ ...key, permission_id })),
      ]
    },
    'delete-membership': ({ organizationCode, userId }) => [
      ...removals.ofMember(organizationCode, userId),
      deleteMembership({ organization_code: organizationCode, user_id: userId }),
    ],
  }
}
