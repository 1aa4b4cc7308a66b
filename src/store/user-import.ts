// Users as they come from another system: each with all that belongs to it.
import type { MembershipRecord } from './organization.ts'
import type { IdentityRecord, PasswordRecord, UserRecord } from './user.ts'

export interface ImportedMembership extends MembershipRecord {
  /** When the user last signed in there; null or missing for never. */
  readonly lastSignedInAtMs?: number | null
}

export interface UserImport {
  readonly user: UserRecord
  readonly identities: readonly IdentityRecord[]
  readonly password: PasswordRecord | null
  readonly memberships: readonly ImportedMembership[]
  /** Values by the key of the property. */
  readonly properties: Readonly<Record<string, string>>
  /** Overrides by the key of the flag. */
  readonly featureFlags: Readonly<Record<string, unknown>>
}
