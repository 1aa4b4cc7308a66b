// A user and what a user signs in with. Ids follow Kinde's spelling (C§8): `kp_…`, `identity_…`. All times are milliseconds since
// the epoch. A password's hash is kept apart from the user, so that reading a user never carries it along.

export interface UserRecord {
  readonly id: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly picture: string | null
  /** The id that another system gave to this user (`provided_id`, C§3.2). Unique when set. */
  readonly providedId: string | null
  /** The address shown in tokens; one of the user's email identities, when there is one. */
  readonly preferredEmail: string | null
  readonly isSuspended: boolean
  readonly createdAtMs: number
  /** When the profile changed, for `updated_at`. */
  readonly updatedAtMs: number
  readonly totalSignIns: number
  readonly failedSignIns: number
  readonly lastSignedInAtMs: number | null
}

export const identityTypes = ['email', 'username', 'phone'] as const
export type IdentityType = (typeof identityTypes)[number]

export interface IdentityRecord {
  readonly id: string
  readonly userId: string
  readonly type: IdentityType
  /** As the user wrote it. */
  readonly value: string
  /** What it is found by (directory/identity.ts normalises it): unique together with the type. */
  readonly normalized: string
  readonly isVerified: boolean
  readonly createdAtMs: number
  /** The connection that it signs in by. Null: the password connection of its type (`connectionOf()` in directory/connection.ts). */
  readonly connectionId: string | null
  /** Chosen to stand for its type (`preferred_username`, `phone_number`): it comes before the others. Of addresses `preferredEmail` says it. */
  readonly isPrimary: boolean
  readonly totalSignIns: number
  readonly lastSignedInAtMs: number | null
}

export interface PasswordRecord {
  readonly userId: string
  /** A PHC string (directory/password.ts). */
  readonly hash: string
  /** The user has to choose another one at the next sign-in. */
  readonly isTemporary: boolean
  /** The user chose it, and an administrator asked for another one: `isTemporary`, for another reason. Absent otherwise. */
  readonly isResetRequested?: true
  readonly updatedAtMs: number
}
