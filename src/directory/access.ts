// What a user may do and has in an organization: roles, permissions, feature flags and properties, as the default claims carry
// them (C§3.1). Pure functions over what the store read; the order is the catalog's, so equal rights make equal tokens.
import type {
  ApplicationRecord,
  Catalog,
  FeatureFlagRecord,
  MembershipRecord,
  PermissionRecord,
  PropertyContext,
  RoleRecord,
  TokenSubject,
} from '../store/index.ts'
import { tokenFlag, type TokenFlag } from './flag-value.ts'

/** The roles of a member; none outside of an organization. */
export function effectiveRoles(catalog: Catalog, membership: MembershipRecord | null): RoleRecord[] {
  const held = new Set(membership?.roleIds)
  return catalog.roles.filter(({ id }) => held.has(id))
}

/** Whether the user may sign in to the application at all: one of its access roles suffices. Without a role left to have, no user may. */
export function mayUseApplication(
  { isAccessControlEnabled = false, accessRoleIds = [] }: ApplicationRecord,
  membership: MembershipRecord | null,
): boolean {
  return !isAccessControlEnabled || accessRoleIds.some((id) => membership?.roleIds.includes(id) === true)
}

/** What the member's roles permit and what was granted directly; none outside of an organization. */
export function effectivePermissions(
  catalog: Catalog,
  membership: MembershipRecord | null,
): PermissionRecord[] {
  const granted = new Set(membership?.permissionIds)
  for (const { permissionIds } of effectiveRoles(catalog, membership)) {
    for (const id of permissionIds) granted.add(id)
  }
  return catalog.permissions.filter(({ id }) => granted.has(id))
}

/** The overrides that count besides the environment's value. A machine has none. */
export type FlagOverrides = Pick<TokenSubject, 'organizationFlags' | 'userFlags'>

const noOverrides: FlagOverrides = { organizationFlags: {}, userFlags: {} }

/**
 * Each flag by its key, with the value nearest to the user: user, organization, environment, the flag's default. A level below
 * `allowOverrideLevel` is not asked, even if it has a value from before the level was set.
 */
export function effectiveFlags(
  catalog: Catalog,
  overrides: FlagOverrides = noOverrides,
): Record<string, TokenFlag> {
  const flags: Record<string, TokenFlag> = {}
  for (const flag of catalog.featureFlags) {
    const found = valuesByNearness(flag, overrides)
      .map((value) => tokenFlag(flag.type, value))
      .find((value) => value !== undefined)
    if (found !== undefined) flags[flag.key] = found
  }
  return flags
}

function valuesByNearness(flag: FeatureFlagRecord, overrides: FlagOverrides): unknown[] {
  const level = flag.allowOverrideLevel
  return [
    ...(level === 'usr' ? [own(overrides.userFlags, flag.key)] : []),
    ...(level === 'env' ? [] : [own(overrides.organizationFlags, flag.key)]),
    flag.environmentValue,
    flag.defaultValue,
  ]
}

export interface TokenProperty {
  readonly v?: string
}

/**
 * The properties of one context that an application opted into, as `{ key: { v } }`; `{}` for one without a value (C§3.1). A
 * private property never leaves, even if an application opted into it.
 */
export function tokenProperties(
  catalog: Catalog,
  context: PropertyContext,
  values: Readonly<Record<string, string>>,
  optedIn: readonly string[],
): Record<string, TokenProperty> {
  const wanted = new Set(optedIn)
  return Object.fromEntries(
    catalog.properties
      .filter((property) => property.context === context && !property.isPrivate && wanted.has(property.key))
      .map(({ key }) => {
        const value = own(values, key)
        return [key, value === undefined ? {} : { v: value }]
      }),
  )
}

/** A key may be `constructor`; what every object inherits is not a value of it. */
function own<Value>(values: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined
}
