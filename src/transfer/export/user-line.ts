// A line of users.ndjson: the fields of Kinde's export, and under `mintage` what those cannot say, so that another Mintage gets the same user.
import type { Catalog, UserInFull } from '../../store/index.ts'
import { ownUserSchema, type OwnUser } from '../own-records.ts'
import { kindePassword } from './kinde-password.ts'

export function userLine(full: UserInFull, { roles, permissions, featureFlags }: Catalog): object {
  const { user, identities, password, memberships, properties } = full
  const first = (type: string) => identities.find((one) => one.type === type)
  const email = identities.find(({ value }) => value === user.preferredEmail) ?? first('email')
  return {
    id: user.id,
    provided_id: user.providedId ?? undefined,
    email: email?.value,
    email_verified: email?.isVerified,
    username: first('username')?.value,
    phone: first('phone')?.value,
    phone_verified: first('phone')?.isVerified,
    first_name: user.firstName ?? undefined,
    last_name: user.lastName ?? undefined,
    picture: user.picture ?? undefined,
    created_on: new Date(user.createdAtMs).toISOString(),
    is_suspended: user.isSuspended,
    identities: identities.map(({ type, value, isVerified }) => ({
      type,
      identity: value,
      is_verified: isVerified,
    })),
    password: password === null ? undefined : kindePassword(password.hash),
    organizations: memberships.map(({ organizationCode, roleIds, permissionIds }) => ({
      code: organizationCode,
      roles: keysOf(roleIds, roles),
      permissions: keysOf(permissionIds, permissions),
    })),
    properties: Object.entries(properties).map(([key, value]) => ({ key, value })),
    feature_flags: flagList(full.featureFlags, featureFlags),
    mintage: ownUser(full),
  }
}

/** A text of a flag with another type is written as JSON, because readers open texts of those. */
export function flagList(
  values: Readonly<Record<string, unknown>>,
  flags: Catalog['featureFlags'],
): { readonly key: string; readonly value: unknown }[] {
  return Object.entries(values).map(([key, value]) => {
    const isText = flags.find((one) => one.key === key)?.type === 'str'
    return { key, value: typeof value === 'string' && !isText ? JSON.stringify(value) : value }
  })
}

/** Without what the fields of Kinde have already. */
function ownUser({ user, identities, password, memberships, apiScopes }: UserInFull): OwnUser {
  return ownUserSchema.parse({
    ...user,
    identities,
    password,
    memberships: memberships.map(({ organizationCode, joinedAtMs, lastSignedInAtMs = null }) => ({
      organizationCode,
      joinedAtMs,
      lastSignedInAtMs,
      apiScopes: apiScopes.filter((one) => one.organizationCode === organizationCode),
    })),
  })
}

function keysOf(
  ids: readonly string[],
  records: readonly { readonly id: string; readonly key: string }[],
): string[] {
  return ids.flatMap((id) => records.find((one) => one.id === id)?.key ?? []).toSorted()
}
