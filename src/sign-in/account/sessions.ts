// Where the user is signed in, and the way out: of one browser, or of all of them.
import { endUserSession, signOutUser, userSessions } from '../../directory/index.ts'
import { sessionsPage as page } from '../../pages/index.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
import { sendPage } from '../page-frame.ts'
import { sessionsPath, signedOutPath } from '../paths.ts'
import { accountFrame } from './account-frame.ts'
import {
  accountSession,
  beginSignIn,
  byUser,
  formValue,
  signedInUser,
  type AccountDeps,
} from './account-page-deps.ts'
import { deviceOf } from './device-name.ts'

export const endSessionPath = '/account/sessions/end'
export const endSessionsPath = '/account/sessions/end-all'

export async function showSessions(exchange: Exchange, deps: AccountDeps): Promise<void> {
  const [session, user] = await Promise.all([accountSession(exchange, deps), signedInUser(exchange, deps)])
  if (!session || !user) return beginSignIn(exchange, deps)
  const { store, now } = deps.operations
  const { sessions, hasMore } = await userSessions(user.id, store, now())
  const csrfToken = deps.guard.token(exchange)
  const shown = sessions.map(({ id, startedAtMs, updatedAtMs, lastVisit }) => {
    const device = deviceOf(lastVisit.userAgent)
    return {
      ...(device && { device }),
      ...(lastVisit.ip !== null && { ip: lastVisit.ip }),
      lastUsedAtMs: updatedAtMs,
      startedAtMs,
      isCurrent: id === `session_${session.uid}`,
      end: { action: endSessionPath, csrfToken, hiddenFields: { session_id: id } },
    }
  })
  sendPage(
    exchange,
    page({
      ...(await accountFrame(exchange, deps, { current: 'sessions', shownAt: sessionsPath })),
      sessions: shown.toSorted(
        (a, b) => Number(b.isCurrent) - Number(a.isCurrent) || b.lastUsedAtMs - a.lastUsedAtMs,
      ),
      isIncomplete: hasMore,
      endAll: { action: endSessionsPath, csrfToken },
    }),
  )
}

/** A session of this browser ends as by its sign-out. */
export async function endSession(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const [session, user] = await Promise.all([accountSession(exchange, deps), signedInUser(exchange, deps)])
  if (!session || !user) return beginSignIn(exchange, deps)
  const sessionId = formValue(form, 'session_id')
  if (sessionId === `session_${session.uid}`) {
    await deps.engine.endSession(exchange)
    return redirectTo(exchange, signedOutPath)
  }
  const ended = await endUserSession(
    { userId: user.id, sessionId },
    byUser('user.session_ended', exchange, deps),
  )
  redirectTo(exchange, `${sessionsPath}?done=${ended ? 'ended' : 'gone'}`)
}

/** The browser's own session first, while the engine can still tell its applications. */
export async function endSessions(
  exchange: Exchange,
  _form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  await deps.engine.endSession(exchange)
  await signOutUser(user, byUser('user.signed_out_everywhere', exchange, deps))
  redirectTo(exchange, signedOutPath)
}
