// Users as they begin: a record, what it is found by, and the organization that it joins.
import type {
  Catalog,
  Change,
  ConnectionRecord,
  IdentityRecord,
  OrganizationRecord,
  UserRecord,
} from '../store/index.ts'
import { newId, type RandomBytes } from './ids.ts'
import type { Identifier } from './identity.ts'
import { letsIn } from './organization-settings.ts'
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

interface NewIdentity {
  /** Undefined when the password connection of its type does not exist: the identity belongs to it once it does. */
  readonly connection: ConnectionRecord | undefined
  readonly isVerified: boolean
  readonly atMs: number
  readonly random: RandomBytes
}

export function newIdentity(
  { type, value, normalized }: Identifier,
  userId: string,
  { connection, isVerified, atMs, random }: NewIdentity,
): IdentityRecord {
  return {
    id: newId('identity', random),
    userId,
    type,
    value,
    normalized,
    isVerified,
    createdAtMs: atMs,
    connectionId: connection?.id ?? null,
    isPrimary: false,
    totalSignIns: 0,
    lastSignedInAtMs: null,
  }
}

/** Who signs up joins an organization that lets them in: the one asked for, else the default one. */
export function joiningChanges(
  organization: OrganizationRecord | undefined,
  identity: IdentityRecord,
  catalog: Catalog,
  atMs: number,
): Change[] {
  if (organization === undefined || !letsIn(organization, identity)) return []
  const membership = newMembership(organization.code, identity.userId, catalog, atMs)
  return [{ kind: 'add-membership', membership }]
}
