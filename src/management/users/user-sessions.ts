// Signs a user out everywhere.
import { signOutUser } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundUser } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'

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
      await signOutUser(await foundUser(deps, path.user_id, caller), deps)
      return ok({})
    },
  }),
]
