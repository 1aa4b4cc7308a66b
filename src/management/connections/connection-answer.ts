// A connection as answers show it, never with its options; how one is found, and which options a request may give.
import { z } from 'zod'
import { connectionOptionsSchema } from '../../directory/index.ts'
import type { JsonObject } from '../../oauth/index.ts'
import type { ConnectionRecord } from '../../store/index.ts'
import { ok, okSchema } from '../envelope.ts'
import type { HandlerDeps } from '../operation.ts'
import { hasMore } from '../page-by-id.ts'
import { RequestError, requestErrors } from '../request-error.ts'

export const connectionSchema = okSchema({
  connection: z.strictObject({
    id: z.string(),
    name: z.string(),
    display_name: z.string(),
    strategy: z.string(),
  }),
})

/** Each with an envelope of its own, as Kinde lists them. */
export const connectionsSchema = okSchema({ connections: z.array(connectionSchema), ...hasMore })

export function connectionAnswer({ id, name, displayName, strategy }: ConnectionRecord) {
  return ok({ connection: { id, name, display_name: displayName, strategy } })
}

export async function foundConnection(
  { store }: Pick<HandlerDeps, 'store'>,
  id: string,
): Promise<ConnectionRecord> {
  const { connections } = await store.directory.catalog()
  const connection = connections.find((one) => one.id === id)
  if (connection === undefined)
    throw new RequestError('CONNECTION_NOT_FOUND', requestErrors.CONNECTION_NOT_FOUND.meaning)
  return connection
}

/** For what would change it. Throws RequestError for sign-in with a password. */
export async function foundProvider(deps: Pick<HandlerDeps, 'store'>, id: string): Promise<ConnectionRecord> {
  const connection = await foundConnection(deps, id)
  if (connection.kind === 'password')
    throw new RequestError('CONNECTION_BUILT_IN', requestErrors.CONNECTION_BUILT_IN.meaning)
  return connection
}

/** Passwords are for all applications. */
export function isForApplication({ kind, applicationIds = [] }: ConnectionRecord, clientId: string): boolean {
  return kind === 'password' || applicationIds.includes(clientId)
}

/** Throws RequestError with the place of each fault; a value is never quoted, because it may be a secret. */
export function checkedOptions(strategy: ConnectionRecord['strategy'], options: JsonObject): JsonObject {
  const checked = connectionOptionsSchema(strategy).safeParse(options)
  if (checked.success) return checked.data
  throw new RequestError(
    'INVALID_REQUEST',
    checked.error.issues
      .slice(0, 10)
      .map(({ path, message }) => `${['body', 'options', ...path].map(String).join('.')}: ${message}`),
  )
}
