// Signs a user out everywhere.
import { doneSchema, ok } from './envelope.ts'
import { foundUser } from './found.ts'
import { noBody, noQuery, operation } from './operation.ts'

export const userSessionsOperations = [
  operation({
    method: 'delete',
    path: '/users/{user_id}/sessions',
    operationId: 'DeleteUserSessions',
    summary: 'Ends all sessions, codes, refresh tokens and grants of a user.',
    scope: 'delete:user_sessions',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps, caller) {
      const { id: userId } = await foundUser(deps, path.user_id, caller)
      await deps.store.directory.apply([{ kind: 'sign-out-user', userId }])
      return ok({})
    },
  }),
]
