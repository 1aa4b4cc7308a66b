// The account that a sign-up makes: what it is made of, as it waits behind a mailed link, and the one commit that creates it.
import { z } from 'zod'
import { StoreError } from '../errors/index.ts'
import type { Catalog, Change, ConnectionRecord, IdentityRecord, Store, UserRecord } from '../store/index.ts'
import { accepting, isOpen } from './accept-invitation.ts'
import type { RandomBytes } from './ids.ts'
import { joiningChanges, newIdentity, newUser } from './user.ts'

export const pendingSignUp = z.object({
  userId: z.string(),
  identifier: z.object({
    type: z.enum(['email', 'username', 'phone']),
    value: z.string(),
    normalized: z.string(),
  }),
  passwordHash: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  organizationCode: z.string().nullable(),
  clientId: z.string().nullable(),
  ip: z.string(),
  requestedAtMs: z.number(),
  /** The browser that typed the password. Null in a record that an older version wrote: every browser is another one then. */
  browser: z.string().nullable().default(null),
  /** The invitation that it accepts. */
  invitationId: z.string().nullable().default(null),
})
export type PendingSignUp = z.infer<typeof pendingSignUp>

export interface SignedUp {
  readonly user: UserRecord
  readonly identity: IdentityRecord
  readonly connection: ConnectionRecord
}

interface NewAccountDeps {
  readonly store: Pick<Store, 'commit' | 'directory' | 'invitations'>
  readonly random: RandomBytes
  readonly now: () => number
  /** Whether people may make accounts for themselves, without an invitation. */
  readonly isSignUpAllowed: boolean
}

/**
 * `taken`: of two sign-ups with one address at the same time, the database keeps the first. `taking`: the link that proves the address is
 * used up in the same commit, and so is the invitation. Rejects with ChangedMeanwhileError when either was used up before.
 * `not-offered`: sign-up is off, and no invitation allows it.
 */
export async function createAccount(
  pending: PendingSignUp,
  connection: ConnectionRecord,
  isVerified: boolean,
  { store, now, random, isSignUpAllowed }: NewAccountDeps,
  taking: readonly Change[] = [],
): Promise<({ readonly kind: 'signed-up' } & SignedUp) | { readonly kind: 'taken' | 'not-offered' }> {
  const { userId, identifier, passwordHash, organizationCode, firstName, lastName } = pending
  const atMs = now()
  const preferredEmail = identifier.type === 'email' ? identifier.value : null
  const user: UserRecord = { ...newUser(userId, { firstName, lastName }, atMs), preferredEmail }
  const identity = newIdentity(identifier, userId, { connection, isVerified, atMs, random })
  const catalog = await store.directory.catalog()
  const invited = await invitedChanges(pending, { store, catalog, atMs })
  if (invited === undefined && !isSignUpAllowed) return { kind: 'not-offered' }
  const organization =
    organizationCode === null
      ? await store.directory.defaultOrganization()
      : await store.directory.organization(organizationCode)
  try {
    const { clientId, ip } = pending
    const record = { atMs, event: 'user.signed_up' as const, userId, clientId, ip, details: {} }
    await store.commit([
      ...taking,
      { kind: 'add-user', user },
      { kind: 'add-identity', identity },
      {
        kind: 'add-password',
        password: { userId, hash: passwordHash, isTemporary: false, updatedAtMs: atMs },
      },
      // An invitation says which organization is joined.
      ...(invited ?? joiningChanges(organization, identity, catalog, atMs)),
      { kind: 'count-sign-in', userId, succeeded: true, atMs, identityId: identity.id },
      { kind: 'append-audit', record },
    ])
  } catch (error) {
    if (error instanceof StoreError && error.code === 'store_conflict') return { kind: 'taken' }
    throw error
  }
  return { kind: 'signed-up', user, identity, connection }
}

/** Undefined without an invitation that can still be accepted with this address. */
async function invitedChanges(
  { invitationId, identifier, userId }: PendingSignUp,
  {
    store,
    catalog,
    atMs,
  }: { readonly store: Pick<Store, 'invitations'>; readonly catalog: Catalog; readonly atMs: number },
): Promise<readonly Change[] | undefined> {
  const invitation = invitationId === null ? undefined : await store.invitations.find(invitationId)
  if (invitation === undefined || !isOpen(invitation, atMs)) return undefined
  if (identifier.type !== 'email' || identifier.normalized !== invitation.normalized) return undefined
  return accepting(invitation, userId, undefined, { catalog, atMs })
}
