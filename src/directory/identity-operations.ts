// What a user signs in with, as an operator changes it: adds one, makes one stand for its type, removes one. Each is one commit with its audit
// record. The preferred address of a user is one of the user's addresses, or null.
import type { Change, IdentityRecord, UserRecord } from '../store/index.ts'
import { passwordConnection } from './connection.ts'
import { identifierOf, type Identifier } from './identity.ts'
import { audited, beforeAndAfter, type OperationDeps } from './operation.ts'
import { newIdentity } from './user.ts'

/** Whether it is the one that tokens and answers show for its type. `identities`: those of its user, in the store's order. */
export function isPrimaryIdentity(
  { id, type, normalized }: IdentityRecord,
  { preferredEmail }: UserRecord,
  identities: readonly IdentityRecord[],
): boolean {
  if (type !== 'email') return identities.find((one) => one.type === type)?.id === id
  return preferredEmail !== null && identifierOf('email', preferredEmail)?.normalized === normalized
}

/**
 * It is not verified: only its owner can show that. The first address becomes the preferred one. Rejects with StoreError
 * `store_conflict` when a user has it already.
 */
export async function addIdentity(
  user: UserRecord,
  identifier: Identifier,
  deps: OperationDeps,
): Promise<IdentityRecord> {
  const { store, now, random } = deps
  const atMs = now()
  const connection = passwordConnection(await store.directory.catalog(), identifier.type)
  const identity = newIdentity(identifier, user.id, { connection, isVerified: false, atMs, random })
  const isFirst = identifier.type === 'email' && user.preferredEmail === null
  await store.commit([
    { kind: 'add-identity', identity },
    ...(isFirst ? [preferring(user, identity.value, atMs)] : []),
    audited(deps, user.id, beforeAndAfter({}, { identity: named(identity) })),
  ])
  return identity
}

/** `identities`: those of its user. */
export async function makePrimary(
  identity: IdentityRecord,
  user: UserRecord,
  identities: readonly IdentityRecord[],
  deps: OperationDeps,
): Promise<void> {
  const { type, id } = identity
  const before = identities.find((one) => isPrimaryIdentity(one, user, identities) && one.type === type)
  const others = identities.filter((one) => one.type === type && one.id !== id && one.isPrimary)
  const changes: Change[] =
    type === 'email'
      ? [preferring(user, identity.value, deps.now())]
      : [...others.map((one) => setPrimary(one, false)), setPrimary(identity, true)]
  await deps.store.commit([
    ...changes,
    audited(
      deps,
      user.id,
      beforeAndAfter({ primary: before && named(before) }, { primary: named(identity) }),
    ),
  ])
}

/** With the links that were mailed to its user. Another address becomes the preferred one when it was this. Sessions stay. */
export async function removeIdentity(
  identity: IdentityRecord,
  user: UserRecord,
  identities: readonly IdentityRecord[],
  deps: OperationDeps,
): Promise<void> {
  const next = identities.find(({ type, id }) => type === 'email' && id !== identity.id)?.value ?? null
  const isPreferred = identity.type === 'email' && isPrimaryIdentity(identity, user, identities)
  await deps.store.commit([
    { kind: 'delete-identity', identityId: identity.id },
    ...(isPreferred ? [preferring(user, next, deps.now())] : []),
    audited(deps, user.id, beforeAndAfter({ identity: named(identity) }, {})),
  ])
}

function preferring({ id: userId, preferredEmail }: UserRecord, email: string | null, atMs: number): Change {
  const set = { preferredEmail: email, updatedAtMs: atMs }
  return { kind: 'update-user', userId, set, expected: { preferredEmail } }
}

function setPrimary({ id: identityId }: IdentityRecord, isPrimary: boolean): Change {
  return { kind: 'update-identity', identityId, set: { isPrimary } }
}

function named({ type, value }: IdentityRecord): string {
  return `${type} ${value}`
}
