// Facts of a sign-in that the engine has no place for. They travel with the session, with the code and with each refresh token of
// a grant, so that a mint, however much later, knows how its user came in. Parsed at the door: they come out of the database. What a newer
// version wrote beside them is ignored here and goes on with them (docs/decisions/0052).
import { z } from 'zod'
import type { JsonObject } from '../../oauth/index.ts'
import { offlineSpellings } from '../../oauth/index.ts'
import type { OrganizationSessions } from '../../store/index.ts'

/** Members that this version does not know stay. */
function open<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape).catchall(z.json())
}

/** From where a browser came, and when: for the list of a user's sessions (directory/user-session.ts). */
const visitSchema = open({ atMs: z.number(), ip: z.string(), userAgent: z.string().nullable() })

const sessionFactsSchema = open({
  connectionId: z.string().nullable(),
  identityId: z.string().nullable(),
  /** The organization signed in to last, by application: what `prompt=none` goes on with when there are several. */
  organizations: z.record(z.string(), z.string()),
  /** How the organizations that it signed in to want it to live; absent while none says so. */
  life: open({ isTransient: z.boolean(), unusedSeconds: z.int().nullable() }).exactOptional(),
  /** The sign-in, and the last request that wrote the session; absent in what was written before this was kept. */
  firstVisit: visitSchema.exactOptional(),
  lastVisit: visitSchema.exactOptional(),
})

/** A preview whose password was given in this sign-in (sign-in/steps/preview/). */
const grantedPreview = open({ deploymentId: z.string(), passwordId: z.string() })

const tokenFactsSchema = open({
  connectionId: z.string().nullable(),
  identityId: z.string().nullable(),
  organizationCode: z.string().nullable(),
  audiences: z.array(z.string()),
  authUrlParams: z.record(z.string(), z.string()),
  requestedAtSeconds: z.int(),
  /** The deployment that mints for this grant instead of the live one; absent as below. */
  preview: grantedPreview.nullable().default(null),
  /** How the client spells the scope of its refresh token; absent in what was written before this was kept. */
  offlineSpelling: z.enum(offlineSpellings).default('offline'),
  /** Names of the claims that the request asked for one by one (OIDC Core §5.5); absent as above. */
  requestedClaims: z.array(z.string()).default([]),
  /**
   * What workflows changed in their last good runs of this grant (grants/last-good-runs.ts), as JSON; absent when no workflow asks for it. As text, because what belongs to an organization or an API is found by its
   * code in quotes (store/sql/artifact-removals.ts), and a claim must not be taken for it.
   */
  lastGood: z.string().exactOptional(),
})

const claims = z.record(z.string(), z.json())

/** With a code: what was decided before it was issued, claims and all. It dies with the code. */
const codeFactsSchema = open({
  ...tokenFactsSchema.shape,
  decision: open({ accessToken: claims, idToken: claims }),
})

/** With an access token: what userinfo answers, from the decision that minted it. Its own claims are in its text. */
const accessTokenFactsSchema = open({ idToken: claims })

/** Browsers send some 150 characters; a header may have thousands. */
const longestUserAgent = 300

interface Visit {
  readonly atMs: number
  readonly ip: string
  readonly userAgent: string | null
}

export type SessionFacts = z.infer<typeof sessionFactsSchema>
export type TokenFacts = z.infer<typeof tokenFactsSchema>
export type CodeFacts = z.infer<typeof codeFactsSchema>
export type AccessTokenFacts = z.infer<typeof accessTokenFactsSchema>

export const noSessionFacts: SessionFacts = Object.freeze({
  connectionId: null,
  identityId: null,
  organizations: {},
})

export function parseSessionFacts(json: JsonObject | undefined): SessionFacts {
  return json === undefined ? noSessionFacts : sessionFactsSchema.parse(json)
}

export function parseTokenFacts(json: JsonObject | undefined): TokenFacts {
  return tokenFactsSchema.parse(json)
}

/** Of a code's facts or a refresh token's. */
export function parseOfflineSpelling(json: JsonObject): TokenFacts['offlineSpelling'] {
  return z.object({ offlineSpelling: tokenFactsSchema.shape.offlineSpelling }).parse(json).offlineSpelling
}

export function parseCodeFacts(json: JsonObject | undefined): CodeFacts {
  return codeFactsSchema.parse(json)
}

export function parseAccessTokenFacts(json: JsonObject | undefined): AccessTokenFacts | undefined {
  const parsed = accessTokenFactsSchema.safeParse(json)
  return parsed.success ? parsed.data : undefined
}

/** A session that has signed in to several organizations lives as the strictest of them wants. */
export function sessionLife(
  known: SessionFacts['life'],
  sessions: OrganizationSessions = {},
): SessionFacts['life'] {
  const { isPersistenceOwn, persistence, isLifetimeOwn, lifetimeSeconds } = sessions
  const isTransient =
    known?.isTransient === true || (isPersistenceOwn === true && persistence === 'non_persistent')
  const own = isLifetimeOwn === true ? lifetimeSeconds : undefined
  const seconds = [known?.unusedSeconds, own].filter((one) => typeof one === 'number')
  const unusedSeconds = seconds.length === 0 ? null : Math.min(...seconds)
  return isTransient || unusedSeconds !== null ? { ...known, isTransient, unusedSeconds } : undefined
}

/** The facts of a session that a user's browser has used now. */
export function withVisit(facts: JsonObject, visit: Visit): JsonObject {
  const userAgent = visit.userAgent?.slice(0, longestUserAgent) ?? null
  const lastVisit = { ...visit, userAgent }
  return { ...facts, firstVisit: facts['firstVisit'] ?? lastVisit, lastVisit }
}

/** These facts with what is kept now. */
export function withLastGood(facts: JsonObject, lastGood: string | undefined): JsonObject {
  const { lastGood: _, ...others } = facts
  return lastGood === undefined ? others : { ...others, lastGood }
}

/** The part of a code's facts that goes on with its refresh token. */
export function tokenFactsOf(facts: CodeFacts): TokenFacts {
  const { decision: _, ...rest } = facts
  return tokenFactsSchema.parse(rest)
}

/** What the preview step hands to the engine. */
export const previewResult = z.looseObject({ preview: grantedPreview })

/** What our sign-in pages hand to the engine beside its own result; the session takes it over. */
export const signInResult = z.looseObject({
  signIn: open({ connectionId: z.string(), identityId: z.string() }),
})
