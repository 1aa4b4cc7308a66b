// Changes of users and of what they sign in with. Whatever belongs to a user goes with the user (`on delete cascade`).
import { artifactRemovals } from './artifact-removals.ts'
import type { Database } from './database.ts'
import type { WritesOf } from './directory-writes.ts'
import { prepare } from './statement.ts'
import { upsert } from './upsert.ts'
import {
  identityColumns,
  identityRow,
  passwordColumns,
  passwordRow,
  userColumns,
  userRow,
  type IdentityRow,
  type PasswordRow,
  type UserRow,
} from './user-rows.ts'

export function userWrites(
  database: Database,
): WritesOf<
  | 'put-user'
  | 'delete-user'
  | 'sign-out-user'
  | 'put-identity'
  | 'delete-identity'
  | 'put-password'
  | 'replace-password'
  | 'count-sign-in'
> {
  const { builder } = database
  const removals = artifactRemovals(database)
  const putUser = upsert<UserRow>(database, 'users', userColumns)
  const putIdentity = upsert<IdentityRow>(database, 'identities', identityColumns)
  const putPassword = upsert<PasswordRow>(database, 'passwords', passwordColumns)
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
  const countFailure = prepare((slot: { id: string }) =>
    builder
      .updateTable('users')
      .set(({ eb }) => ({ failed_sign_ins: eb('failed_sign_ins', '+', 1) }))
      .where('id', '=', slot.id),
  )
  return {
    'put-user': ({ user }) => [putUser(userRow(user))],
    'delete-user': ({ userId }) => [
      deleteUser({ id: userId }),
      deleteTokens({ user_id: userId }),
      ...removals.ofAccount(userId),
    ],
    'sign-out-user': ({ userId }) => removals.ofAccount(userId),
    'put-identity': ({ identity }) => [putIdentity(identityRow(identity))],
    'delete-identity': ({ identityId }) => [
      deleteTokensOfIdentity({ id: identityId }),
      deleteIdentity({ id: identityId }),
    ],
    'put-password': ({ password }) => [putPassword(passwordRow(password))],
    'replace-password': ({ password, exceptSessionUid }) => [
      putPassword(passwordRow(password)),
      deleteTokens({ user_id: password.userId }),
      ...removals.ofAccount(password.userId, exceptSessionUid),
    ],
    'count-sign-in': ({ userId, succeeded, atMs }) => [
      succeeded ? countSuccess({ id: userId, at_ms: atMs }) : countFailure({ id: userId }),
    ],
  }
}
