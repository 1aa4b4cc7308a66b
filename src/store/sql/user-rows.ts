// Users, identities and passwords: from records to rows and back.
import type { IdentityFields, PasswordFields, UserFields } from '../change.ts'
import type { IdentityRecord, PasswordRecord, UserRecord } from '../user.ts'
import { identityTypes } from '../user.ts'
import type { Tables } from './tables.ts'
import { flag } from './upsert.ts'

export type UserRow = Tables['users']
export type IdentityRow = Tables['identities']
export type PasswordRow = Tables['passwords']

export const userColumns = {
  id: 'key',
  first_name: 'replace',
  last_name: 'replace',
  picture: 'replace',
  provided_id: 'replace',
  preferred_email: 'replace',
  is_suspended: 'replace',
  created_at_ms: 'replace',
  updated_at_ms: 'replace',
  total_sign_ins: 'replace',
  failed_sign_ins: 'replace',
  last_signed_in_at_ms: 'replace',
} as const satisfies Record<keyof UserRow, string>

export const identityColumns = {
  id: 'key',
  user_id: 'replace',
  type: 'replace',
  value: 'replace',
  normalized: 'replace',
  is_verified: 'replace',
  created_at_ms: 'replace',
  connection_id: 'replace',
  is_primary: 'replace',
  total_sign_ins: 'replace',
  last_signed_in_at_ms: 'replace',
} as const satisfies Record<keyof IdentityRow, string>

export const passwordColumns = {
  user_id: 'key',
  hash: 'replace',
  is_temporary: 'replace',
  updated_at_ms: 'replace',
} as const satisfies Record<keyof PasswordRow, string>

export function userRow(user: UserRecord): UserRow {
  return {
    id: user.id,
    first_name: user.firstName,
    last_name: user.lastName,
    picture: user.picture,
    provided_id: user.providedId,
    preferred_email: user.preferredEmail,
    is_suspended: flag(user.isSuspended),
    created_at_ms: user.createdAtMs,
    updated_at_ms: user.updatedAtMs,
    total_sign_ins: user.totalSignIns,
    failed_sign_ins: user.failedSignIns,
    last_signed_in_at_ms: user.lastSignedInAtMs,
  }
}

/** A field that is not given is left out. */
export function userFieldsRow(fields: UserFields): Partial<UserRow> {
  return {
    ...('firstName' in fields && { first_name: fields.firstName }),
    ...('lastName' in fields && { last_name: fields.lastName }),
    ...('picture' in fields && { picture: fields.picture }),
    ...('providedId' in fields && { provided_id: fields.providedId }),
    ...('preferredEmail' in fields && { preferred_email: fields.preferredEmail }),
    ...(fields.isSuspended !== undefined && { is_suspended: flag(fields.isSuspended) }),
    ...(fields.updatedAtMs !== undefined && { updated_at_ms: fields.updatedAtMs }),
  }
}

export function userRecord(row: UserRow): UserRecord {
  return {
    id: row.id,
    firstName: row.first_name,
    lastName: row.last_name,
    picture: row.picture,
    providedId: row.provided_id,
    preferredEmail: row.preferred_email,
    isSuspended: row.is_suspended === 1,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    totalSignIns: row.total_sign_ins,
    failedSignIns: row.failed_sign_ins,
    lastSignedInAtMs: row.last_signed_in_at_ms,
  }
}

export function identityRow(identity: IdentityRecord): IdentityRow {
  return {
    id: identity.id,
    user_id: identity.userId,
    type: identity.type,
    value: identity.value,
    normalized: identity.normalized,
    is_verified: flag(identity.isVerified),
    created_at_ms: identity.createdAtMs,
    connection_id: identity.connectionId,
    is_primary: flag(identity.isPrimary),
    total_sign_ins: identity.totalSignIns,
    last_signed_in_at_ms: identity.lastSignedInAtMs,
  }
}

export function identityFieldsRow({ isVerified, isPrimary }: IdentityFields): Partial<IdentityRow> {
  return {
    ...(isVerified !== undefined && { is_verified: flag(isVerified) }),
    ...(isPrimary !== undefined && { is_primary: flag(isPrimary) }),
  }
}

/** One of a type that only a newer version knows is left out. */
export function identityRecords(rows: readonly IdentityRow[]): readonly IdentityRecord[] {
  return rows.flatMap((row) => identityRecord(row) ?? [])
}

export function identityRecord(row: IdentityRow): IdentityRecord | undefined {
  const type = identityTypes.find((one) => one === row.type)
  if (type === undefined) return undefined
  return {
    id: row.id,
    userId: row.user_id,
    type,
    value: row.value,
    normalized: row.normalized,
    isVerified: row.is_verified === 1,
    createdAtMs: row.created_at_ms,
    connectionId: row.connection_id,
    isPrimary: row.is_primary === 1,
    totalSignIns: row.total_sign_ins,
    lastSignedInAtMs: row.last_signed_in_at_ms,
  }
}

const resetRequested = 2

const dueValues = { none: 0, temporary: 1, 'reset-requested': resetRequested } as const

export function passwordFieldsRow({ hash, due, updatedAtMs }: PasswordFields): Partial<PasswordRow> {
  return {
    ...(hash !== undefined && { hash }),
    ...(due !== undefined && { is_temporary: dueValues[due] }),
    ...(updatedAtMs !== undefined && { updated_at_ms: updatedAtMs }),
  }
}

export function passwordRow(password: PasswordRecord): PasswordRow {
  return {
    user_id: password.userId,
    hash: password.hash,
    is_temporary: password.isResetRequested ? resetRequested : flag(password.isTemporary),
    updated_at_ms: password.updatedAtMs,
  }
}

export function passwordRecord(row: PasswordRow): PasswordRecord {
  return {
    userId: row.user_id,
    hash: row.hash,
    isTemporary: row.is_temporary !== 0,
    ...(row.is_temporary === resetRequested && { isResetRequested: true as const }),
    updatedAtMs: row.updated_at_ms,
  }
}
