// Roles and permissions of an import, before those who have them. What exists under the same key stays as it is.
import { declaredId } from '../directory/index.ts'
import type { Catalog, Change, PermissionRecord, RoleRecord } from '../store/index.ts'
import type { CatalogEntries } from './entries.ts'

/** What has to be written, and the catalog as it is then. */
export function catalogWith(
  { permissions, roles }: CatalogEntries,
  catalog: Catalog,
): { readonly changes: readonly Change[]; readonly catalog: Catalog } {
  const newPermissions = permissions
    .filter(({ key }) => !catalog.permissions.some((one) => one.key === key))
    .map(({ key, name, description }): PermissionRecord => ({
      id: declaredId('permission', key),
      key,
      name,
      description: description ?? null,
    }))
  const known = [...catalog.permissions, ...newPermissions]
  const newRoles = roles
    .filter(({ key }) => !catalog.roles.some((one) => one.key === key))
    .map(({ key, name, description, permissions: held }): RoleRecord => ({
      id: declaredId('role', key),
      key,
      name,
      description: description ?? null,
      permissionIds: known.filter((one) => held.includes(one.key)).map(({ id }) => id),
      isDefault: false,
      scopeIds: [],
      systemPermissions: [],
      assignmentPermissionId: null,
    }))
  const changes: Change[] = [
    ...newPermissions.map((permission) => ({ kind: 'put-permission', permission }) as const),
    ...newRoles.map((role) => ({ kind: 'put-role', role }) as const),
  ]
  return {
    changes: changes.length === 0 ? [] : [{ kind: 'expect-catalog', version: catalog.version }, ...changes],
    catalog: { ...catalog, permissions: known, roles: [...catalog.roles, ...newRoles] },
  }
}
