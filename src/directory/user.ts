// Users as they begin: a record, what it is found by, and the organization that it joins.
import type { Catalog, Change, IdentityRecord, OrganizationRecord, UserRecord } from '../store/index.ts'
import { newId, type RandomBytes } from './ids.ts'
import type { Identifier } from './identity.ts'
import { newMembership } from './organization.ts'

export interface UserProfile {
  readonly firstName: string | null
  readonly lastName: string | null
}

export function newUser(id: string, profile: UserProfile, atMs: number): UserRecord {
  return {
    id,
    ...profile,
    picture: null,
    providedId: null,
    preferredEmail: null,
    isSuspended: false,
    createdAtMs: atMs,
    updatedAtMs: atMs,
    totalSignIns: 0,
    failedSignIns: 0,
    lastSignedInAtMs: null,
  }
}

export function newIdentity(
  { type, value, normalized }: Identifier,
  userId: string,
  { isVerified, atMs, random }: { isVerified: boolean; atMs: number; random: RandomBytes },
): IdentityRecord {
  return { id: newId('identity', random), userId, type, value, normalized, isVerified, createdAtMs: atMs }
}

/** Who signs up joins an organization that lets everybody in: the one asked for, else the default one. */
export function joiningChanges(
  organization: OrganizationRecord | undefined,
  userId: string,
  catalog: Catalog,
  atMs: number,
): Change[] {
  if (!organization?.isAutoMembershipEnabled) return []
  return [{ kind: 'add-membership', membership: newMembership(organization.code, userId, catalog, atMs) }]
}
