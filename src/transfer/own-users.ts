// What a user of an export of Mintage has beyond Kinde's fields: ids, counts, times, and how the password stands.
import { isReadableHash } from '../directory/index.ts'
import type {
  ApiScopeKey,
  IdentityRecord,
  ImportedMembership,
  MembershipKey,
  MembershipRecord,
  PasswordRecord,
  UserRecord,
} from '../store/index.ts'
import type { UserEntry } from './entries.ts'
import type { ImportContext } from './import-context.ts'

export function ownUserFields({ own }: UserEntry): Partial<UserRecord> {
  if (own === undefined) return {}
  const { updatedAtMs, preferredEmail, totalSignIns, failedSignIns, lastSignedInAtMs } = own
  return { updatedAtMs, preferredEmail, totalSignIns, failedSignIns, lastSignedInAtMs }
}

/** As they were made for the user, each with what the export says of it. */
export function ownIdentities(
  made: readonly IdentityRecord[],
  { own }: UserEntry,
  { ids, catalog }: Pick<ImportContext, 'ids' | 'catalog'>,
): readonly IdentityRecord[] {
  if (own === undefined || ids === undefined) return made
  const connectionOf = (written: string | null) => {
    const id = written === null ? null : ids(written)
    return catalog.connections.some((one) => one.id === id) ? id : null
  }
  return made.map((identity) => {
    const found = own.identities.find(({ type, value }) => type === identity.type && value === identity.value)
    return found === undefined
      ? identity
      : { ...identity, ...found, connectionId: connectionOf(found.connectionId) }
  })
}

/** Undefined for a hash that cannot be checked here: then the reader of Kinde's fields says why. */
export function ownPassword(userId: string, { own }: UserEntry): PasswordRecord | undefined {
  const password = own?.password ?? undefined
  return password !== undefined && isReadableHash(password.hash) ? { userId, ...password } : undefined
}

export function ownMembership(code: string, { own }: UserEntry): Partial<ImportedMembership> {
  const found = own?.memberships.find(({ organizationCode }) => organizationCode === code)
  if (found === undefined) return {}
  const { joinedAtMs, lastSignedInAtMs } = found
  return { joinedAtMs, lastSignedInAtMs }
}

/** Of these memberships. A scope that does not exist here is left out. */
export function apiScopesOf(
  memberships: readonly MembershipRecord[],
  { own }: UserEntry,
  { ids, catalog }: Pick<ImportContext, 'ids' | 'catalog'>,
): (MembershipKey & ApiScopeKey)[] {
  if (own === undefined || ids === undefined) return []
  return memberships.flatMap(({ organizationCode, userId }) => {
    const found = own.memberships.find((one) => one.organizationCode === organizationCode)
    const given = found?.apiScopes.map(({ apiId, scopeId }) => ({ apiId: ids(apiId), scopeId: ids(scopeId) }))
    return (given ?? [])
      .filter(({ apiId, scopeId }) =>
        catalog.apis.some(({ id, scopes }) => id === apiId && scopes.some((scope) => scope.id === scopeId)),
      )
      .map((scope) => ({ organizationCode, userId, ...scope }))
  })
}
