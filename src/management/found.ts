// Looks up what an operation names, or refuses with the code that says what is missing.
import type {
  ApiScopeKey,
  ApplicationRecord,
  Catalog,
  FeatureFlagRecord,
  MembershipRecord,
  OrganizationRecord,
  PermissionRecord,
  RoleRecord,
  Store,
  UserRecord,
} from '../store/index.ts'
import type { Caller } from './management-deps.ts'
import { RequestError } from './request-error.ts'

type WithDirectory = { readonly store: Pick<Store, 'directory'> }

/** To a caller of one organization, users that do not belong to it do not exist. */
export async function foundUser(
  { store }: WithDirectory,
  userId: string,
  { organizationCode }: Caller,
): Promise<UserRecord> {
  const [user] = await visibleUsers([userId], organizationCode, store.directory)
  if (user === undefined) throw new RequestError('USER_NOT_FOUND', 'There is no user with this id.')
  return user
}

/** Those that exist for the caller, in the order in which they are asked for. */
export async function visibleUsers(
  userIds: readonly string[],
  organizationCode: string | null,
  directory: Store['directory'],
): Promise<readonly UserRecord[]> {
  const [users, members] = await Promise.all([
    directory.usersById(userIds),
    organizationCode === null ? undefined : directory.memberships(organizationCode, userIds),
  ])
  const byId = new Map(users.map((user) => [user.id, user]))
  const visible = members === undefined ? userIds : members.map(({ userId }) => userId)
  return userIds.filter((id) => visible.includes(id)).flatMap((id) => byId.get(id) ?? [])
}

export async function foundOrganization({ store }: WithDirectory, code: string): Promise<OrganizationRecord> {
  const organization = await store.directory.organization(code)
  if (organization === undefined)
    throw new RequestError('ORGANIZATION_NOT_FOUND', 'There is no organization with this code.')
  return organization
}

/** The membership; says which of the three is missing: the organization, the user or the membership. */
export async function foundMembership(
  deps: WithDirectory,
  { org_code: code, user_id: userId }: { readonly org_code: string; readonly user_id: string },
  caller: Caller,
): Promise<MembershipRecord> {
  await foundOrganization(deps, code)
  await foundUser(deps, userId, caller)
  const membership = await deps.store.directory.membership(code, userId)
  if (membership === undefined)
    throw new RequestError('MEMBERSHIP_NOT_FOUND', 'The user does not belong to the organization.')
  return membership
}

export async function foundApplication({ store }: WithDirectory, id: string): Promise<ApplicationRecord> {
  const { applications } = await store.directory.catalog()
  const application = applications.find(({ clientId }) => clientId === id)
  if (application === undefined)
    throw new RequestError('APPLICATION_NOT_FOUND', 'There is no application with this id.')
  return application
}

export async function foundFeatureFlag({ store }: WithDirectory, key: string): Promise<FeatureFlagRecord> {
  const { featureFlags } = await store.directory.catalog()
  const flag = featureFlags.find((one) => one.key === key)
  if (flag === undefined)
    throw new RequestError('FEATURE_FLAG_NOT_FOUND', 'There is no feature flag with this key.')
  return flag
}

export async function foundRole({ store }: WithDirectory, id: string): Promise<RoleRecord> {
  const { roles } = await store.directory.catalog()
  const role = roles.find((one) => one.id === id)
  if (role === undefined) throw new RequestError('ROLE_NOT_FOUND', 'There is no role with this id.')
  return role
}

export async function foundApiScope(
  { store }: WithDirectory,
  { api_id: apiId, scope_id: scopeId }: { readonly api_id: string; readonly scope_id: string },
): Promise<ApiScopeKey> {
  const { apis } = await store.directory.catalog()
  const api = apis.find(({ id }) => id === apiId)
  if (api === undefined) throw new RequestError('API_NOT_FOUND', 'There is no API with this id.')
  if (!api.scopes.some(({ id }) => id === scopeId))
    throw new RequestError('API_SCOPE_NOT_FOUND', 'The API has no scope with this id.')
  return { apiId, scopeId }
}

/** With the catalog that it was read from, which a change of it expects. */
export async function roleToChange(
  { store }: WithDirectory,
  id: string,
): Promise<{ readonly role: RoleRecord; readonly catalog: Catalog }> {
  const catalog = await store.directory.catalog()
  const role = catalog.roles.find((one) => one.id === id)
  if (role === undefined) throw new RequestError('ROLE_NOT_FOUND', 'There is no role with this id.')
  return { role, catalog }
}

/** With the catalog that it was read from. */
export async function permissionToChange(
  { store }: WithDirectory,
  id: string,
): Promise<{ readonly permission: PermissionRecord; readonly catalog: Catalog }> {
  const catalog = await store.directory.catalog()
  const permission = catalog.permissions.find((one) => one.id === id)
  if (permission === undefined)
    throw new RequestError('PERMISSION_NOT_FOUND', 'There is no permission with this id.')
  return { permission, catalog }
}
