// Roles: what they are called, what they give, and who needs what to assign them. Each operation is one commit with its audit record.
import type { Catalog, RoleRecord } from '../store/index.ts'
import { newId } from './ids.ts'
import { audited, beforeAndAfter, differences, type OperationDeps } from './operation.ts'

export type RoleFields = Partial<Omit<RoleRecord, 'id'>>
export type GivenRole = Omit<RoleRecord, 'id' | 'permissionIds' | 'scopeIds' | 'systemPermissions'>

/** One that gives nothing yet. Resolves to its id. Rejects with StoreError `store_conflict` when the key is taken. */
export async function createRole(given: GivenRole, deps: OperationDeps): Promise<string> {
  const id = newId('role', deps.random)
  const role: RoleRecord = { id, ...given, permissionIds: [], scopeIds: [], systemPermissions: [] }
  await deps.store.commit([
    { kind: 'put-role', role },
    audited(deps, null, { role_id: id, ...beforeAndAfter({}, given) }),
  ])
  return id
}

/** `catalog`: the one that `before` was read from. Rejects with StoreError `store_conflict` when the key is taken. */
export async function updateRole(
  before: RoleRecord,
  fields: RoleFields,
  { version }: Pick<Catalog, 'version'>,
  deps: OperationDeps,
): Promise<void> {
  const { set, expected } = differences<RoleRecord, RoleFields>(before, fields)
  if (Object.keys(set).length === 0) return
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-role', role: { ...before, ...set } },
    audited(deps, null, { role_id: before.id, ...beforeAndAfter(expected, set) }),
  ])
}

/** Members lose it in the same commit. */
export async function deleteRole({ id, key }: RoleRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([
    { kind: 'delete-role', roleId: id },
    audited(deps, null, { role_id: id, ...beforeAndAfter({ key }, {}) }),
  ])
}
