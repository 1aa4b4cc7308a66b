// The sessions of a user, as the issuer keeps them: the engine's record, and beside it the facts of issuer/request/sign-in-facts.ts. Read
// tolerantly, because an older or a newer version may have written them; what is not known is null.
import { z } from 'zod'
import type { Change, Store, StoredArtifact } from '../store/index.ts'
import { audited, type OperationDeps } from './operation.ts'
import { sessionEndJobs } from './session-end.ts'

export interface UserSession {
  readonly id: string
  readonly userId: string
  /** The application that the user signed in to first; null when it was a page of the account. */
  readonly clientId: string | null
  /** The organization of that application's sign-in. */
  readonly organizationCode: string | null
  readonly connectionId: string | null
  readonly startedAtMs: number
  readonly updatedAtMs: number
  readonly expiresAtMs: number
  readonly firstVisit: Visit
  readonly lastVisit: Visit
}

interface Visit {
  readonly ip: string | null
  readonly userAgent: string | null
}

/** Before the engine's `uid`, which opens nothing by itself. */
const idPrefix = 'session_'

/** More sessions of one user are not listed. */
const mostSessions = 500

/** Those that have not expired, the longest lasting first. */
export async function userSessions(
  userId: string,
  { artifacts }: Pick<Store, 'artifacts'>,
  nowMs: number,
): Promise<{ readonly sessions: readonly UserSession[]; readonly hasMore: boolean }> {
  const found = await artifacts.ofAccount('Session', userId, nowMs, mostSessions + 1)
  const sessions = found.slice(0, mostSessions).flatMap((artifact) => userSession(artifact, userId) ?? [])
  return { sessions, hasMore: found.length > mostSessions }
}

const grantsSchema = z.object({
  authorizations: z.record(z.string(), z.object({ grantId: z.string().optional() })).default({}),
})

/** With the grants, codes and tokens that were given in it; applications that asked for it are notified. Resolves to false when the user has no such session. */
export async function endUserSession(
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
  deps: Omit<OperationDeps, 'store'> & { readonly store: Pick<Store, 'artifacts' | 'commit' | 'directory'> },
): Promise<boolean> {
  const uid = sessionId.replace(idPrefix, '')
  const session = await deps.store.artifacts.findByUid('Session', uid)
  if (session?.accountId !== userId) return false
  const parsed = grantsSchema.safeParse(session.payload)
  const given = parsed.success ? Object.values(parsed.data.authorizations) : []
  await deps.store.commit([
    ...given.flatMap(({ grantId }): Change[] =>
      grantId === undefined ? [] : [{ kind: 'delete-grant', grantId }],
    ),
    { kind: 'delete-artifact', model: 'Session', idHash: session.idHash },
    ...sessionEndJobs(session, await deps.store.directory.catalog(), deps.now()),
    audited(deps, userId, { session: sessionId }),
  ])
  return true
}

const payloadSchema = z.object({
  loginTs: z.number(),
  iat: z.number().optional(),
  authorizations: z.record(z.string(), z.unknown()).default({}),
})
const visitSchema = z.object({ atMs: z.number(), ip: z.string(), userAgent: z.string().nullable() })
const factsSchema = z.object({
  connectionId: z.string().nullable(),
  organizations: z.record(z.string(), z.string()),
  firstVisit: visitSchema.optional(),
  lastVisit: visitSchema.optional(),
})
const noFacts = { connectionId: null, organizations: {} }

/** Undefined for a session without a signed-in user. */
function userSession(
  { uid, payload, facts, expiresAtMs }: StoredArtifact,
  userId: string,
): UserSession | undefined {
  const record = payloadSchema.safeParse(payload)
  if (!record.success || uid === null || expiresAtMs === null) return undefined
  const { loginTs, iat = loginTs, authorizations } = record.data
  const { connectionId, organizations, firstVisit, lastVisit } = factsSchema
    .catch(noFacts)
    .parse(facts ?? noFacts)
  const [clientId = null] = Object.keys(authorizations)
  return {
    id: `${idPrefix}${uid}`,
    userId,
    clientId,
    organizationCode: (clientId !== null && organizations[clientId]) || null,
    connectionId,
    startedAtMs: loginTs * 1_000,
    updatedAtMs: lastVisit?.atMs ?? iat * 1_000,
    expiresAtMs,
    firstVisit: firstVisit ?? { ip: null, userAgent: null },
    lastVisit: lastVisit ?? { ip: null, userAgent: null },
  }
}
