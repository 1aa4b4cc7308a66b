// What Auth0's management API answers about roles and organizations, as roles, organizations and memberships here.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { CatalogEntries, MembershipEntry, OrganizationEntry } from './entries.ts'
import { textOf } from './kinde-user.ts'

export const auth0Role = z.looseObject({
  id: textOf,
  name: z.string(),
  description: textOf,
  permissions: z.array(z.looseObject({ permission_name: z.string(), description: textOf })).default([]),
  /** Who has it everywhere. */
  users: z.array(z.looseObject({ user_id: z.string() })).default([]),
})
export const auth0Organization = z.looseObject({
  id: z.string(),
  name: z.string(),
  display_name: textOf,
  members: z
    .array(
      z.looseObject({ user_id: z.string(), roles: z.array(z.looseObject({ name: z.string() })).default([]) }),
    )
    .default([]),
})

export type Auth0Role = z.output<typeof auth0Role>
export type Auth0Organization = z.output<typeof auth0Organization>

/** Roles of Auth0 that are given everywhere have a home here: an organization, because a role is held in one. */
const everywhere = 'auth0-everywhere'

export function* organizationEntries(
  organizations: readonly Auth0Organization[],
  roles: readonly Auth0Role[],
): Generator<OrganizationEntry> {
  const none = { properties: {}, featureFlags: {} }
  for (const { id, name, display_name } of organizations)
    yield { externalId: id, name: display_name ?? name, ...none }
  if (roles.some(({ users }) => users.length > 0))
    yield { externalId: everywhere, name: 'Everywhere', ...none }
}

/** By the id of the user. */
export type Memberships = ReadonlyMap<string, readonly MembershipEntry[]>

export function membershipsOf(
  organizations: readonly Auth0Organization[],
  roles: readonly Auth0Role[],
  keys: RoleKeys,
): Memberships {
  const byUser = new Map<string, MembershipEntry[]>()
  const add = (userId: string, one: MembershipEntry) => {
    const known = byUser.get(userId)
    if (known === undefined) byUser.set(userId, [one])
    else known.push(one)
  }
  for (const { id, members } of organizations)
    for (const { user_id, roles: held } of members)
      add(user_id, { organization: id, roles: held.map(({ name }) => keys(name)) })
  const heldEverywhere = new Map<string, string[]>()
  for (const { name, users } of roles)
    for (const { user_id } of users) {
      const held = heldEverywhere.get(user_id)
      if (held === undefined) heldEverywhere.set(user_id, [keys(name)])
      else held.push(keys(name))
    }
  for (const [userId, held] of heldEverywhere) add(userId, { organization: everywhere, roles: held })
  return byUser
}

type RoleKeys = (name: string) => string

/** Roles of Auth0 have names in any script. Each gets a key of its own: two that shared one would give each other's permissions. */
export function roleKeys(organizations: readonly Auth0Organization[], roles: readonly Auth0Role[]): RoleKeys {
  const names = [
    ...roles.map(({ name }) => name),
    ...organizations.flatMap(({ members }) => members.flatMap((one) => one.roles.map(({ name }) => name))),
  ]
  const byKey = new Map<string, Set<string>>()
  for (const name of names) {
    const key = plainKey(name)
    byKey.set(key, (byKey.get(key) ?? new Set()).add(name))
  }
  return (name) => {
    const key = plainKey(name)
    const isFaithful = /^[a-z0-9][a-z0-9_.: -]{0,99}$/i.test(name.trim()) && byKey.get(key)?.size === 1
    return isFaithful ? key : `${key}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
  }
}

function plainKey(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.:-]+/g, ' ')
    .trim()
    .replaceAll(' ', '-')
    .replace(/^[^a-z0-9]+/, '')
  return plain.slice(0, 100) || 'role'
}

export function catalogOf(roles: readonly Auth0Role[], keys: RoleKeys): CatalogEntries {
  const permissions = new Map(
    roles.flatMap((one) =>
      one.permissions.map(
        ({ permission_name: key, description }) => [key, { key, name: key, description }] as const,
      ),
    ),
  )
  return {
    permissions: [...permissions.values()],
    roles: roles.map(({ name, description, permissions: held }) => ({
      key: keys(name),
      name,
      description,
      permissions: held.map(({ permission_name }) => permission_name),
    })),
  }
}
