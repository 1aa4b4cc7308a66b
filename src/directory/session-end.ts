// Applications that asked for it are notified when a session of theirs ends (OIDC Back-Channel Logout §2.5). Where the browser itself signs
// out, the issuer does so at once. Everywhere else (another device, an operator, a new password, a deleted user) no browser is at hand: each
// notification is a job, queued by the commit that ends the sessions. What ends sessions is known by its kind of change, so that no
// operation has to remember it (docs/decisions/0035).
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import type { Catalog, Change, Store, StoredArtifact } from '../store/index.ts'

/** The kind of the job. */
export const sessionEndKind = 'backchannel-logout'

const noticeSchema = z.object({
  userId: z.string(),
  clientId: z.string(),
  sid: z.string(),
  /** The domain of the session, which its logout token names as the issuer; undefined for the main one. */
  customDomain: z.string().optional(),
})

/** That a session of the user has ended, for one application. */
export type SessionEndNotice = z.infer<typeof noticeSchema>

/** Undefined for the payload of a job that another version queued. */
export function sessionEndNotice(payload: JsonObject | null): SessionEndNotice | undefined {
  return noticeSchema.safeParse(payload).data
}

/** More sessions of one user than this end without a notification. */
const mostSessions = 1_000

/** The store, whose commits queue the notifications to applications about the sessions that they end. */
export function withSessionEndNotices(store: Store): Store {
  const { commit } = store
  return {
    ...store,
    async commit(changes) {
      const endings = changes.flatMap((change) => endingOf(change) ?? [])
      const notices = endings.length === 0 ? [] : await noticesOf(endings, store)
      return commit(notices.length === 0 ? changes : [...changes, ...notices])
    },
  }
}

interface Ending {
  readonly userId: string
  /** The one session that stays. */
  readonly exceptSessionUid?: string | undefined
}

/** What ends all sessions of a user (store/sql/user-writes.ts). */
function endingOf(change: Change): Ending | undefined {
  if (change.kind === 'sign-out-user' || change.kind === 'delete-user') return change
  if (change.kind !== 'replace-password') return undefined
  return { userId: change.password.userId, exceptSessionUid: change.exceptSessionUid }
}

async function noticesOf(
  endings: readonly Ending[],
  { artifacts, directory, nowMs }: Pick<Store, 'artifacts' | 'directory' | 'nowMs'>,
): Promise<readonly Change[]> {
  const catalog = await directory.catalog()
  if (listeners(catalog).size === 0) return []
  const sessions = await Promise.all(
    endings.map(async ({ userId, exceptSessionUid }) => {
      const found = await artifacts.ofAccount('Session', userId, nowMs(), mostSessions)
      return found.filter(({ uid }) => exceptSessionUid === undefined || uid !== exceptSessionUid)
    }),
  )
  return sessions.flat().flatMap((session) => sessionEndJobs(session, catalog, nowMs()))
}

const authorizationsSchema = z.object({
  accountId: z.string(),
  customDomain: z.string().optional(),
  authorizations: z.record(z.string(), z.object({ sid: z.string().optional() })).default({}),
})

/** For a commit that ends this one session. */
export function sessionEndJobs({ payload }: StoredArtifact, catalog: Catalog, nowMs: number): Change[] {
  const session = authorizationsSchema.safeParse(payload)
  if (!session.success) return []
  const { accountId: userId, authorizations, customDomain } = session.data
  const listening = listeners(catalog)
  return Object.entries(authorizations).flatMap(([clientId, { sid }]): Change[] => {
    if (sid === undefined || !listening.has(clientId)) return []
    const notice = {
      userId,
      clientId,
      sid,
      ...(customDomain !== undefined && { customDomain }),
    } satisfies SessionEndNotice
    return [{ kind: 'enqueue-job', job: { kind: sessionEndKind, payload: notice, enqueuedAtMs: nowMs } }]
  })
}

/** Client ids of the applications that asked for it. */
function listeners({ applications }: Catalog): ReadonlySet<string> {
  return new Set(
    applications
      .filter(({ backchannelLogoutUri }) => backchannelLogoutUri !== null)
      .map(({ clientId }) => clientId),
  )
}
