// What an operator does to users: creates, changes, suspends, signs out and deletes them, and sets their passwords. Each is one commit with
// its revocations and its audit record.
import type { Change, IdentityRecord, OrganizationRecord, UserFields, UserRecord } from '../store/index.ts'
import { passwordConnection } from './connection.ts'
import { newId } from './ids.ts'
import type { Identifier } from './identity.ts'
import { audited, beforeAndAfter, differences, type OperationDeps } from './operation.ts'
import { newMembership } from './organization.ts'
import { newIdentity, newUser } from './user.ts'

export interface NewUser {
  readonly firstName: string | null
  readonly lastName: string | null
  readonly picture: string | null
  readonly providedId: string | null
  readonly identities: readonly { readonly identifier: Identifier; readonly isVerified: boolean }[]
  /** The user joins it, with the default roles. */
  readonly organization?: OrganizationRecord
}

/** Rejects with StoreError `store_conflict` when another user has one of the identities, or the provided id. */
export async function createUser(
  { identities: given, organization, ...profile }: NewUser,
  deps: OperationDeps,
): Promise<{ readonly user: UserRecord; readonly identities: readonly IdentityRecord[] }> {
  const { store, now, random } = deps
  const atMs = now()
  const userId = newId('user', random)
  const catalog = await store.directory.catalog()
  const identities = given.map(({ identifier, isVerified }) => {
    const connection = passwordConnection(catalog, identifier.type)
    return newIdentity(identifier, userId, { connection, isVerified, atMs, random })
  })
  const preferredEmail = identities.find(({ type }) => type === 'email')?.value ?? null
  const user = { ...newUser(userId, profile, atMs), ...profile, preferredEmail }
  await store.commit([
    { kind: 'add-user', user },
    ...identities.map((identity) => ({ kind: 'add-identity', identity }) as const),
    ...(organization === undefined
      ? []
      : [
          {
            kind: 'add-membership',
            membership: newMembership(organization.code, userId, catalog, atMs),
          } as const,
        ]),
    audited(deps, userId, {
      ...beforeAndAfter({}, { ...profile, preferredEmail }),
      identities: identities.map(({ type, value }) => `${type} ${value}`),
      ...(organization !== undefined && { org_code: organization.code }),
    }),
  ])
  return { user, identities }
}

export interface UserUpdate extends Omit<UserFields, 'updatedAtMs'> {
  /** The user must choose another password at the next sign-in. Ignored for a user without a password. */
  readonly isPasswordResetRequested?: boolean
}

/** Suspending a user ends sessions, grants, codes and tokens. Resolves to the user as it is then. */
export async function updateUser(
  before: UserRecord,
  { isPasswordResetRequested: wanted, ...fields }: UserUpdate,
  deps: OperationDeps,
): Promise<{ readonly user: UserRecord; readonly isPasswordResetRequested: boolean }> {
  const { store, now } = deps
  const userId = before.id
  const { set, expected } = differences<UserRecord, UserFields>(before, fields)
  const password = await store.directory.password(userId)
  const isDue = password?.isTemporary ?? false
  const changes: Change[] = [{ kind: 'update-user', userId, set: { ...set, updatedAtMs: now() }, expected }]
  if (password !== undefined && wanted !== undefined)
    changes.push({ kind: 'update-password', userId, set: { due: wanted ? 'reset-requested' : 'none' } })
  if (set.isSuspended === true) changes.push({ kind: 'sign-out-user', userId })
  const isChanged = password !== undefined && wanted !== undefined && wanted !== isDue
  await store.commit([
    ...changes,
    audited(
      deps,
      userId,
      beforeAndAfter(
        { ...expected, ...(isChanged && { isPasswordResetRequested: isDue }) },
        { ...set, ...(isChanged && { isPasswordResetRequested: wanted }) },
      ),
    ),
  ])
  return { user: { ...before, ...set }, isPasswordResetRequested: isChanged ? wanted : isDue }
}

/** With all that belongs to the user: identities, password, memberships, values, sessions, grants and tokens. */
export async function deleteUser({ id: userId }: UserRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([{ kind: 'delete-user', userId }, audited(deps, userId, {})])
}

/** Ends sessions, grants, codes and tokens of the user. */
export async function signOutUser({ id: userId }: UserRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([{ kind: 'sign-out-user', userId }, audited(deps, userId, {})])
}

/**
 * Removes the second factors of the user. Mintage has none yet, so what happens is the audit record: who asked for it, and for whom.
 * `details` says where, when it is not everywhere.
 */
export async function resetFactors(
  userId: string,
  details: { readonly org_code?: string },
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([audited(deps, userId, { ...details, factors: 0 })])
}

/** By its hash. Ends what the old password reached: sessions, grants, codes, tokens and mailed links. */
export async function setPasswordHash(
  { id: userId }: UserRecord,
  { hash, isTemporary }: { readonly hash: string; readonly isTemporary: boolean },
  deps: OperationDeps,
): Promise<void> {
  const password = { userId, hash, isTemporary, updatedAtMs: deps.now() }
  await deps.store.commit([
    { kind: 'replace-password', password },
    audited(deps, userId, { fields: ['password'], isTemporary }),
  ])
}

/** Drops what this process keeps of the user for mints; other processes keep nothing that is older than the database. */
export async function refreshUserClaims({ id: userId }: UserRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([{ kind: 'update-user', userId, set: {} }, audited(deps, userId, {})])
}
