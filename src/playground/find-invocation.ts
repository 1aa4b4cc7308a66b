// Which run belongs to which request of the playground. With a token in hand its `jti` tells; a request that was refused brought
// none, so its run is known by the `state` that it was asked with, or, for a refresh, by who asked and when.
import type { InvocationStore, StoredInvocation } from '../store/index.ts'
import { requestStateOf } from './invocation-view.ts'
import { tokenPayload } from './token-view.ts'

type Invocations = Pick<InvocationStore, 'flush' | 'list'>

/** Newer runs of the application that are looked through. */
const mostLookedThrough = 50

/** Undefined when no workflow was live. */
export async function invocationOfToken(
  invocations: Invocations,
  accessToken: string,
): Promise<StoredInvocation | undefined> {
  const jti = tokenPayload(accessToken)['jti']
  if (typeof jti !== 'string') return undefined
  await invocations.flush()
  const [found] = await invocations.list({ accessTokenJti: jti, limit: 1 })
  return found
}

export async function invocationOfSignIn(
  invocations: Invocations,
  clientId: string,
  state: string,
): Promise<StoredInvocation | undefined> {
  await invocations.flush()
  const newest = await invocations.list({ clientId, limit: mostLookedThrough })
  return newest.find((invocation) => requestStateOf(invocation) === state)
}

export async function invocationOfRefresh(
  invocations: Invocations,
  {
    clientId,
    userId,
    sinceMs,
  }: { readonly clientId: string; readonly userId: string; readonly sinceMs: number },
): Promise<StoredInvocation | undefined> {
  await invocations.flush()
  const newest = await invocations.list({ clientId, userId, limit: mostLookedThrough })
  return newest.find(
    ({ origin, startedAtMs }) => origin === 'refresh_token_request' && startedAtMs >= sinceMs,
  )
}
