// The sessions of a user, and signing a user out everywhere.
import { z } from 'zod'
import { signOutUser, userSessions, type UserSession } from '../../directory/index.ts'
import { doneSchema, isoTime, ok, okSchema } from '../envelope.ts'
import { foundUser } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { hasMore } from '../page-by-id.ts'

const text = z.string().nullable()
const sessionSchema = z.strictObject({
  user_id: z.string(),
  org_code: text,
  client_id: text,
  expires_on: z.string(),
  session_id: z.string(),
  started_on: z.string(),
  updated_on: z.string(),
  connection_id: text,
  last_ip_address: text,
  last_user_agent: text,
  initial_ip_address: text,
  initial_user_agent: text,
})

export const userSessionsOperations = [
  operation({
    method: 'get',
    path: '/users/{user_id}/sessions',
    operationId: 'GetUserSessions',
    summary:
      'Where a user is signed in: a session for each browser, with the application and the organization that it began with.',
    scope: 'read:user_sessions',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({ ...hasMore, sessions: z.array(sessionSchema) }),
    async handle({ path }, deps, caller) {
      const { id } = await foundUser(deps, path.user_id, caller)
      const { sessions, hasMore: has_more } = await userSessions(id, deps.store, deps.nowMs())
      return ok({ has_more, sessions: sessions.map(sessionAnswer) })
    },
  }),
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

function sessionAnswer(session: UserSession): z.input<typeof sessionSchema> {
  return {
    user_id: session.userId,
    org_code: session.organizationCode,
    client_id: session.clientId,
    expires_on: isoTime(session.expiresAtMs),
    session_id: session.id,
    started_on: isoTime(session.startedAtMs),
    updated_on: isoTime(session.updatedAtMs),
    connection_id: session.connectionId,
    last_ip_address: session.lastVisit.ip,
    last_user_agent: session.lastVisit.userAgent,
    initial_ip_address: session.firstVisit.ip,
    initial_user_agent: session.firstVisit.userAgent,
  }
}
