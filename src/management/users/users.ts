// Users: reading one or many, and changing or deleting one. Creating one is in user-creation.ts.
import { z } from 'zod'
import { connectionOf, deleteUser, updateUser, type UserUpdate } from '../../directory/index.ts'
import type { Catalog, MembershipOfUser } from '../../store/index.ts'
import { doneSchema, expanded, isoTime, ok, okSchema } from '../envelope.ts'
import { foundUser } from '../found.ts'
import { noBody, operation } from '../operation.ts'
import { nextToken, nextTokenOf } from '../pagination.ts'
import { listedUserSchema, userAnswers, userSchema, type UserAnswer } from './user-answer.ts'
import { nameField, pictureField, providedIdField } from './user-fields.ts'
import { usersPage, usersQuery } from './users-page.ts'

const byId = { id: z.string().max(200) }
const updateBody = z.strictObject({
  given_name: nameField.optional(),
  family_name: nameField.optional(),
  picture: pictureField.optional(),
  provided_id: providedIdField.optional(),
  is_suspended: z.boolean().optional(),
  is_password_reset_requested: z.boolean().optional(),
})

export const usersOperations = [
  operation({
    method: 'get',
    path: '/user',
    operationId: 'getUserData',
    summary: 'One user. `expand` takes organizations, identities and billing.',
    scope: 'read:users',
    organizationBound: { narrowed: 'members of its organization, and of their organizations that one alone' },
    query: z.object({ ...byId, expand: z.string().optional() }),
    body: noBody,
    answer: userSchema,
    async handle({ query }, { store }, caller) {
      const expand = expanded(query.expand)
      const record = await foundUser({ store }, query.id, caller)
      const answerWith = await userAnswers([record], expand, store, caller)
      const { user, identities } = answerWith(record)
      return {
        ...user,
        preferred_email: record.preferredEmail,
        ...(expand.has('identities') && {
          identities: identities.map(({ type, value }) => ({ type, identity: value })),
        }),
      }
    },
  }),
  operation({
    method: 'get',
    path: '/users',
    operationId: 'getUsers',
    summary:
      'Users, page by page, or the users with the given ids, addresses, usernames or phone numbers (comma lists, one page). With `has_organization` or `active_since` (the last sign-in) a page may be short and not be the last: follow `next_token`.',
    scope: 'read:users',
    organizationBound: { narrowed: 'members of its organization, and of their organizations that one alone' },
    query: usersQuery,
    body: noBody,
    answer: okSchema({ users: z.array(listedUserSchema), ...nextToken }),
    async handle({ query }, { store }, caller) {
      const expand = expanded(query.expand)
      const page = await usersPage(query, store, caller)
      const answerWith = await userAnswers(page.items, expand, store, caller)
      const catalog = await store.directory.catalog()
      const users = page.items.map((user) => listedUser(answerWith(user), expand, catalog))
      return ok({ users, ...nextTokenOf(page) })
    },
  }),
  operation({
    method: 'patch',
    path: '/user',
    operationId: 'updateUser',
    summary: 'Updates the given fields of a user. A suspended user is signed out everywhere.',
    scope: 'update:users',
    organizationBound: 'refused',
    query: z.object(byId),
    body: updateBody,
    answer: z.strictObject({
      id: z.string(),
      given_name: z.string().nullable(),
      family_name: z.string().nullable(),
      email: z.string().nullable(),
      is_suspended: z.boolean(),
      is_password_reset_requested: z.boolean(),
      picture: z.string().nullable(),
    }),
    async handle({ query, body }, deps, caller) {
      const before = await foundUser(deps, query.id, caller)
      const { user, isPasswordResetRequested } = await updateUser(before, userUpdate(body), deps)
      return {
        id: user.id,
        given_name: user.firstName,
        family_name: user.lastName,
        email: user.preferredEmail,
        is_suspended: user.isSuspended,
        is_password_reset_requested: isPasswordResetRequested,
        picture: user.picture,
      }
    },
  }),
  operation({
    method: 'delete',
    path: '/user',
    operationId: 'deleteUser',
    summary:
      'Deletes a user with identities, password, memberships and property values, and signs the user out everywhere.',
    scope: 'delete:users',
    organizationBound: 'refused',
    query: z.object({ ...byId, is_delete_profile: z.stringbool().optional() }),
    body: noBody,
    answer: doneSchema,
    async handle({ query }, deps, caller) {
      await deleteUser(await foundUser(deps, query.id, caller), deps)
      return ok({})
    },
  }),
]

function listedUser(
  { record, user, identities, memberships }: UserAnswer,
  expand: ReadonlySet<string>,
  catalog: Catalog,
): z.input<typeof listedUserSchema> {
  const shown = identities.map((identity) => ({
    type: identity.type,
    identity: identity.value,
    connection_id: connectionOf(identity, catalog)?.id ?? null,
  }))
  return {
    ...user,
    email: record.preferredEmail,
    ...(memberships && { last_organization_sign_ins: signInsOf(memberships) }),
    ...(expand.has('identities') && { identities: shown }),
  }
}

/** The last one first; without organizations that the user never signed in to. */
function signInsOf(memberships: readonly MembershipOfUser[]) {
  return memberships
    .flatMap(({ organizationCode, lastSignedInAtMs }) =>
      lastSignedInAtMs === null ? [] : [{ organizationCode, lastSignedInAtMs }],
    )
    .toSorted((a, b) => b.lastSignedInAtMs - a.lastSignedInAtMs)
    .map(({ organizationCode, lastSignedInAtMs }) => ({
      org_code: organizationCode,
      last_signed_in: isoTime(lastSignedInAtMs),
    }))
}

/** A field that is not named stays. */
function userUpdate(body: z.output<typeof updateBody>): UserUpdate {
  return {
    ...(body.given_name !== undefined && { firstName: body.given_name }),
    ...(body.family_name !== undefined && { lastName: body.family_name }),
    ...(body.picture !== undefined && { picture: body.picture }),
    ...(body.provided_id !== undefined && { providedId: body.provided_id }),
    ...(body.is_suspended !== undefined && { isSuspended: body.is_suspended }),
    ...(body.is_password_reset_requested !== undefined && {
      isPasswordResetRequested: body.is_password_reset_requested,
    }),
  }
}
