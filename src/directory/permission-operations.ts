// Permissions. Each operation is one commit with its audit record.
import type { Catalog, Change, PermissionRecord } from '../store/index.ts'
import { newId } from './ids.ts'
import { audited, beforeAndAfter, differences, type OperationDeps } from './operation.ts'

type PermissionFields = Partial<Omit<PermissionRecord, 'id'>>

/** Resolves to its id. Rejects with StoreError `store_conflict` when the key is taken. */
export async function createPermission(
  given: Omit<PermissionRecord, 'id'>,
  deps: OperationDeps,
): Promise<string> {
  const id = newId('permission', deps.random)
  await deps.store.commit([
    { kind: 'put-permission', permission: { id, ...given } },
    audited(deps, null, { permission_id: id, ...beforeAndAfter({}, given) }),
  ])
  return id
}

/** `catalog`: the one that `before` was read from. Rejects with StoreError `store_conflict` when the key is taken. */
export async function updatePermission(
  before: PermissionRecord,
  fields: PermissionFields,
  { version }: Pick<Catalog, 'version'>,
  deps: OperationDeps,
): Promise<void> {
  const { set, expected } = differences<PermissionRecord, PermissionFields>(before, fields)
  if (Object.keys(set).length === 0) return
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-permission', permission: { ...before, ...set } },
    audited(deps, null, { permission_id: before.id, ...beforeAndAfter(expected, set) }),
  ])
}

/** Members and roles lose it in the same commit, so that one of the same key that comes later is not theirs. */
export async function deletePermission(
  { id, key }: PermissionRecord,
  { roles, version }: Pick<Catalog, 'roles' | 'version'>,
  deps: OperationDeps,
): Promise<void> {
  const withIt = roles.filter(({ permissionIds }) => permissionIds.includes(id))
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    ...withIt.map((role): Change => {
      const permissionIds = role.permissionIds.filter((one) => one !== id)
      return { kind: 'put-role', role: { ...role, permissionIds } }
    }),
    { kind: 'delete-permission', permissionId: id },
    audited(deps, null, { permission_id: id, ...beforeAndAfter({ key }, {}) }),
  ])
}
