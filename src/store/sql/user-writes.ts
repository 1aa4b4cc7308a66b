// Changes of users and of what they sign in with. Whatever belongs to a user goes with the user (`on delete cascade`).
import { artifactRemovals } from './artifact-removals.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database } from './database.ts'
import { narrowUpdate } from './narrow-update.ts'
import { prepare } from './statement.ts'
import { insert, upsert } from './upsert.ts'
import {
  identityColumns,
  identityFieldsRow,
  identityRow,
  passwordColumns,
  passwordFieldsRow,
  passwordRow,
  userColumns,
  userFieldsRow,
  userRow,
  type IdentityRow,
  type PasswordRow,
  type UserRow,
} from './user-rows.ts'

export function userWrites(
  database: Database,
): WritesOf<
  | 'add-user'
  | 'update-user'
  | 'delete-user'
  | 'sign-out-user'
  | 'count-sign-in'
  | 'add-identity'
  | 'update-identity'
  | 'delete-identity'
  | 'add-password'
  | 'update-password'
  | 'replace-password'
> {
  const { builder } = database
  const removals = artifactRemovals(database)
  const addUser = insert<UserRow>(database, 'users', userColumns)
  const updateUser = narrowUpdate(database, 'users')
  const deleteActivity = prepare((slot: { user_id: string }) =>
    builder.deleteFrom('user_activity').where('user_id', '=', slot.user_id),
  )
  const addIdentity = insert<IdentityRow>(database, 'identities', identityColumns)
  const updateIdentity = narrowUpdate(database, 'identities')
  const addPassword = insert<PasswordRow>(database, 'passwords', passwordColumns)
  const putPassword = upsert<PasswordRow>(database, 'passwords', passwordColumns)
  const updatePassword = narrowUpdate(database, 'passwords')
  const deleteUser = prepare((slot: { id: string }) => builder.deleteFrom('users').where('id', '=', slot.id))
  const deleteTokens = prepare((slot: { user_id: string }) =>
    builder.deleteFrom('one_time_tokens').where('user_id', '=', slot.user_id),
  )
  // A link that was mailed to the address no longer signs anyone in.
  const deleteTokensOfIdentity = prepare((slot: { id: string }) =>
    builder
      .deleteFrom('one_time_tokens')
      .where('user_id', 'in', (eb) =>
        eb.selectFrom('identities').select('identities.user_id').where('identities.id', '=', slot.id),
      ),
  )
  const deleteIdentity = prepare((slot: { id: string }) =>
    builder.deleteFrom('identities').where('id', '=', slot.id),
  )
  const countSuccess = prepare((slot: { id: string; at_ms: number }) =>
    builder
      .updateTable('users')
      .set(({ eb }) => ({
        total_sign_ins: eb('total_sign_ins', '+', 1),
        last_signed_in_at_ms: slot.at_ms,
      }))
      .where('id', '=', slot.id),
  )
  const countOfIdentity = prepare((slot: { id: string; at_ms: number }) =>
    builder
      .updateTable('identities')
      .set(({ eb }) => ({
        total_sign_ins: eb('total_sign_ins', '+', 1),
        last_signed_in_at_ms: slot.at_ms,
      }))
      .where('id', '=', slot.id),
  )
  const countFailure = prepare((slot: { id: string }) =>
    builder
      .updateTable('users')
      .set(({ eb }) => ({ failed_sign_ins: eb('failed_sign_ins', '+', 1) }))
      .where('id', '=', slot.id),
  )
  const expectedHashRow = (hash: string | undefined) => (hash === undefined ? {} : { hash })
  return {
    'add-user': ({ user }) => [addUser(userRow(user))],
    'update-user': ({ userId, set, expected = {} }) => [
      updateUser({ key: { id: userId }, set: userFieldsRow(set), expected: userFieldsRow(expected) }),
    ],
    'delete-user': ({ userId }) => [
      deleteUser({ id: userId }),
      deleteTokens({ user_id: userId }),
      deleteActivity({ user_id: userId }),
      ...removals.ofAccount(userId),
    ],
    'sign-out-user': ({ userId, exceptSessionUid }) => removals.ofAccount(userId, exceptSessionUid),
    'count-sign-in': ({ userId, succeeded, atMs, identityId }) => {
      if (!succeeded) return [countFailure({ id: userId })]
      const ofIdentity = identityId === undefined ? [] : [countOfIdentity({ id: identityId, at_ms: atMs })]
      return [countSuccess({ id: userId, at_ms: atMs }), ...ofIdentity]
    },
    'add-identity': ({ identity }) => [addIdentity(identityRow(identity))],
    'update-identity': ({ identityId, set }) => [
      updateIdentity({ key: { id: identityId }, set: identityFieldsRow(set) }),
    ],
    'delete-identity': ({ identityId }) => [
      deleteTokensOfIdentity({ id: identityId }),
      deleteIdentity({ id: identityId }),
    ],
    'add-password': ({ password }) => [addPassword(passwordRow(password))],
    'update-password': ({ userId, set, expectedHash }) => [
      updatePassword({
        key: { user_id: userId },
        set: passwordFieldsRow(set),
        expected: expectedHashRow(expectedHash),
      }),
    ],
    'replace-password': ({ password, exceptSessionUid, expectedHash }) => {
      const { user_id, ...row } = passwordRow(password)
      return [
        expectedHash === undefined
          ? putPassword({ user_id, ...row })
          : updatePassword({ key: { user_id }, set: row, expected: expectedHashRow(expectedHash) }),
        deleteTokens({ user_id }),
        ...removals.ofAccount(user_id, exceptSessionUid),
      ]
    },
  }
}
