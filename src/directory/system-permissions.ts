// System permissions: what a member may do on the pages of an account, in an organization. Roles carry them, and they never go into a
// token. A fixed table, because each one is a rule of a page.
import {
  systemPermissionKeys,
  type Catalog,
  type MembershipRecord,
  type PermissionRecord,
  type RoleRecord,
  type SystemPermissionKey,
} from '../store/index.ts'
import { effectivePermissions, effectiveRoles } from './access.ts'
import { declaredId } from './ids.ts'

const texts: Readonly<Record<SystemPermissionKey, readonly [name: string, description: string]>> = {
  'org:read:billing': ['View billing', 'See the plan and the agreements of the organization.'],
  'org:write:billing': ['Change billing', 'Choose another plan for the organization, or cancel it.'],
  'org:write:members': ['Change members', 'Add and remove members, invite people, and choose their roles.'],
  'read:org:authentication': ['View authentication', 'See the API keys of the organization.'],
  'write:org:authentication': [
    'Change authentication',
    'Create, rotate and revoke API keys of the organization.',
  ],
}

/** All that there are. The same ids in every environment, because they come from the keys. */
export const systemPermissions: readonly PermissionRecord[] = systemPermissionKeys.map((key) => {
  const [name, description] = texts[key]
  return { id: declaredId('permission', `system ${key}`), key, name, description }
})

/** Whether a role of the member gives it; false outside of an organization. */
export function hasSystemPermission(
  catalog: Catalog,
  membership: MembershipRecord | null,
  key: SystemPermissionKey,
): boolean {
  return effectiveRoles(catalog, membership).some((role) => role.systemPermissions.includes(key))
}

/** Whether the member may give this role to another member: some roles ask for a permission. */
export function mayAssignRole(
  catalog: Catalog,
  membership: MembershipRecord,
  { assignmentPermissionId }: RoleRecord,
): boolean {
  return (
    assignmentPermissionId === null ||
    effectivePermissions(catalog, membership).some(({ id }) => id === assignmentPermissionId)
  )
}
