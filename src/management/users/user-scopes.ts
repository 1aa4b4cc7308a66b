// Scopes of APIs that users have in their organizations: given to the member, or by a role.
import { z } from 'zod'
import type { Catalog, HeldScope, Store, UserSearch } from '../../store/index.ts'

export const userScopeSchema = z.strictObject({ org_code: z.string(), scope: z.string(), api_id: z.string() })
type UserScope = z.input<typeof userScopeSchema>

/** What a search asks for; a scope that no API has is one that no user has. */
export function scopeFilters(
  keys: readonly string[],
  { apis, roles }: Catalog,
): NonNullable<UserSearch['scopes']> {
  return keys.map((key) => {
    const scopeIds = apis.flatMap(({ scopes }) => scopes.filter((one) => one.key === key).map(({ id }) => id))
    const roleIds = roles
      .filter((role) => role.scopeIds.some((id) => scopeIds.includes(id)))
      .map(({ id }) => id)
    return { scopeIds, roleIds }
  })
}

/** Of each of the users, sorted by organization, API and scope; in one organization when one is given. */
export async function userScopes(
  userIds: readonly string[],
  organizationCode: string | null,
  { directory }: Pick<Store, 'directory'>,
): Promise<(userId: string) => UserScope[]> {
  const [held, catalog] = await Promise.all([directory.heldScopesOf(userIds), directory.catalog()])
  const shown = held.filter((one) => organizationCode === null || one.organizationCode === organizationCode)
  const byUser = Map.groupBy(shown, ({ userId }) => userId)
  return (userId) => {
    const all = (byUser.get(userId) ?? []).flatMap((one) => scopesOf(one, catalog))
    const byText = new Map(all.map((one) => [`${one.org_code} ${one.api_id} ${one.scope}`, one]))
    return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
  }
}

function scopesOf(held: HeldScope, { apis, roles }: Catalog): UserScope[] {
  const ids =
    'scopeId' in held ? [held.scopeId] : (roles.find(({ id }) => id === held.roleId)?.scopeIds ?? [])
  return apis.flatMap(({ id: api_id, scopes }) =>
    scopes
      .filter(({ id }) => ids.includes(id))
      .map(({ key: scope }) => ({ org_code: held.organizationCode, scope, api_id })),
  )
}
