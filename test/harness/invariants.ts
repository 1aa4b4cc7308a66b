// The checker: holds a recorded history, the database, the records of runs and sign-ins, and every token that was collected against
// the invariants of docs/assurance.md. It gives what is broken, in words; no violation is proof of anything only together with its
// positive controls (test/reliability/checker.test.ts). Where two requests overlapped, either order may have happened, so each
// rule speaks of requests that certainly came one after the other.
import { hash } from 'node:crypto'
import {
  createLocalJWKSet,
  decodeJwt,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose'
import type { Store, StoredInvocation } from '../../src/store/index.ts'
import type { HistoryEntry, IssuedTokens } from './history.ts'

export interface Evidence {
  readonly history: readonly HistoryEntry[]
  /** The database itself, without what a test put around it; of each node, since each has records that are not written yet. */
  readonly stores: readonly [Store, ...Store[]]
  /** As the issuer publishes it at the end. */
  readonly jwks: JSONWebKeySet
  readonly issuer: string
  readonly graceMs: number
  /** A workflow was live for the whole history: every token has its run. */
  readonly isWorkflowLive: boolean
  /** Logout tokens that applications received. */
  readonly logoutTokens?: readonly string[]
  /** ID tokens that came back as hints, and whether the issuer took them. */
  readonly hints?: readonly { readonly token: string; readonly isAccepted: boolean }[]
}

export interface Violation {
  readonly invariant: `INV-${number}`
  readonly text: string
}

interface Accepted extends HistoryEntry {
  readonly result: IssuedTokens
}

/** Key state is read again after a second (KY-02); clocks may differ by a minute (FI-11). */
const keyStateMs = 1_000
const clockSkewMs = 60_000
/** Records of runs are written behind the mint: the last of them may go with the process. */
const writeBehindMs = 1_000
const allRecords = 1_000_000

export async function checkInvariants(evidence: Evidence): Promise<Violation[]> {
  const [store] = evidence.stores
  await Promise.all(evidence.stores.map(({ invocations }) => invocations.flush()))
  const accepted = evidence.history.filter(isAccepted)
  const invocations = await store.invocations.list({ limit: allRecords })
  return [
    ...codesAreRedeemedOnce(accepted),
    ...(await oldTokensAreAcceptedOnlyInGrace(accepted, evidence)),
    ...(await tokensVerify(accepted, evidence)),
    ...(await signInsAreAudited(evidence)),
    ...(await acknowledgedIsKept(accepted, evidence)),
    ...tokensAreDistinctAndTimely(accepted),
    ...tokensComeFromTheirRun(accepted, invocations, evidence),
    ...failuresCostNothing(accepted, evidence),
  ]
}

function codesAreRedeemedOnce(accepted: readonly Accepted[]): Violation[] {
  return [...byArgument(accepted, 'redeem')]
    .filter(([, redemptions]) => redemptions.length > 1)
    .map(([code, { length }]) => violation(1, `code ${short(code)} was redeemed ${String(length)} times`))
}

/**
 * INV-2: what a refresh token gave lies on one line with it, had not been used when the request was sent, and was given within the
 * grace. Time in which the server was dead does not count against the grace.
 */
async function oldTokensAreAcceptedOnlyInGrace(
  accepted: readonly Accepted[],
  { history, graceMs, stores: [store] }: Evidence,
): Promise<Violation[]> {
  const refreshes = byArgument(accepted, 'refresh')
  const restarts = history.filter(({ op }) => op === 'crash').map(({ t1 }) => t1)
  const isOneLine = await linesOf(refreshes, store)
  const violations: Violation[] = []
  for (const [token, acceptances] of refreshes) {
    const usedBy = earliestEnd(acceptances)
    const given = new Set(acceptances.map(({ result }) => result.refreshToken ?? ''))
    if (given.has(token) || !isOneLine([token, ...given]))
      violations.push(violation(2, `${short(token)} gave tokens that are not of one line`))
    for (const { t0, result } of acceptances) {
      if (t0 - Math.max(usedBy, ...restarts.filter((restart) => restart <= t0)) >= graceMs)
        violations.push(violation(2, `${short(token)} was accepted after its grace`))
      if (t0 > earliestEnd(refreshes.get(result.refreshToken ?? '') ?? []))
        violations.push(violation(2, `${short(token)} gave a token that had been used`))
    }
  }
  const entries = [...refreshes.values()].flat()
  for (const [given, from] of Map.groupBy(entries, ({ result }) => result.refreshToken ?? '')) {
    if (!isOneLine([...new Set(from.map(({ arg }) => arg)), given]))
      violations.push(violation(2, `${short(given)} succeeds refresh tokens that are not of one line`))
  }
  return violations
}

/**
 * Tells whether tokens are of one line: of any two one descends from the other. The database knows the successor of each token; what
 * a client was given first stands in for it where a family was revoked and has left nothing.
 */
async function linesOf(
  refreshes: ReadonlyMap<string, readonly Accepted[]>,
  store: Store,
): Promise<(tokens: readonly string[]) => boolean> {
  const tokens = [...refreshes.values()].flat().flatMap(({ arg, result }) => [arg, result.refreshToken ?? ''])
  const next = new Map<string, string>()
  for (const [token, acceptances] of refreshes) {
    const [first] = acceptances.toSorted((one, other) => one.t1 - other.t1)
    next.set(idHash(token), idHash(first?.result.refreshToken ?? ''))
  }
  const rows = await fewAtOnce([...new Set(tokens)], (token) =>
    store.artifacts.find('RefreshToken', idHash(token)),
  )
  for (const row of rows) if (row?.successorIdHash) next.set(row.idHash, row.successorIdHash)
  const descends = (from: string, to: string) => {
    const seen = new Set<string>()
    for (let at = next.get(from); at !== undefined && !seen.has(at); at = next.get(at)) {
      if (at === to) return true
      seen.add(at)
    }
    return false
  }
  return (some) => {
    const hashes = some.map(idHash)
    return hashes.every((one, index) =>
      hashes.slice(index + 1).every((other) => descends(one, other) || descends(other, one)),
    )
  }
}

/** INV-4, by a verifier that is not ours. */
async function tokensVerify(
  accepted: readonly Accepted[],
  { jwks, issuer, stores: [store], logoutTokens = [], hints = [] }: Evidence,
): Promise<Violation[]> {
  const keys = createLocalJWKSet(jwks)
  const retired = new Map((await store.signingKeys.all()).map(({ kid, retiredAtMs }) => [kid, retiredAtMs]))
  const tokens = [
    ...accepted.flatMap(({ result: { accessToken, idToken } }) => [
      { token: accessToken, typ: 'JWT' },
      { token: idToken, typ: 'JWT' },
    ]),
    ...logoutTokens.map((token) => ({ token, typ: 'logout+jwt' })),
  ]
  const found = await Promise.all(
    tokens.map(async ({ token, typ }) => {
      const { iat = 0, jti } = decodeJwt(token)
      try {
        const { protectedHeader } = await jwtVerify(token, keys, {
          issuer,
          typ,
          currentDate: new Date(iat * 1_000),
        })
        const retiredAtMs = retired.get(protectedHeader.kid ?? '')
        if (retiredAtMs === undefined) return violation(4, `${typ} ${String(jti)} has an unknown key`)
        return retiredAtMs !== null && iat * 1_000 > retiredAtMs + keyStateMs
          ? violation(4, `${typ} ${String(jti)} was signed by a key that was retired before`)
          : undefined
      } catch (error) {
        return violation(4, `${typ} ${String(jti)} does not verify: ${String(error)}`)
      }
    }),
  )
  const judged = await Promise.all(hints.map((hint) => hintIsJudgedByTheKeySet(hint, keys, issuer)))
  return [...found, ...judged].filter((one) => one !== undefined)
}

/** A hint may have expired, so its key alone decides. */
async function hintIsJudgedByTheKeySet(
  { token, isAccepted }: NonNullable<Evidence['hints']>[number],
  keys: JWTVerifyGetKey,
  issuer: string,
): Promise<Violation | undefined> {
  const { jti } = decodeJwt(token)
  const isVerified = await jwtVerify(token, keys, { issuer, typ: 'JWT', currentDate: new Date(0) }).then(
    () => true,
    () => false,
  )
  if (isVerified === isAccepted) return undefined
  const text = isAccepted ? 'was accepted and does not verify' : 'verifies and was refused'
  return violation(4, `the hint ${String(jti)} ${text}`)
}

/** INV-5 as far as it exists: a sign-in by password has its record. One that was refused later may have one, too. */
async function signInsAreAudited({ history, stores: [store] }: Evidence): Promise<Violation[]> {
  const records = await store.audit.list({ event: 'user.signed_in', limit: allRecords })
  const attempts = history.filter(({ op }) => op === 'sign-in')
  return [...Map.groupBy(attempts, ({ arg }) => arg)].flatMap(([userId, ofUser]) => {
    const signedIn = ofUser.filter(({ result }) => result.kind === 'signed-in').length
    const audited = records.filter((record) => record.userId === userId).length
    return audited >= signedIn && audited <= ofUser.length
      ? []
      : [violation(5, `${userId} signed in ${String(signedIn)} times; ${String(audited)} are on record`)]
  })
}

/** INV-6: what a client was told is in the database. A family that was revoked is gone as a whole. */
async function acknowledgedIsKept(
  accepted: readonly Accepted[],
  { stores: [store] }: Evidence,
): Promise<Violation[]> {
  const found = await fewAtOnce(accepted, async ({ op, arg, result: { refreshToken } }) => {
    const model = op === 'redeem' ? 'AuthorizationCode' : 'RefreshToken'
    const [used, successor] = await Promise.all([
      store.artifacts.find(model, idHash(arg)),
      refreshToken === null ? undefined : store.artifacts.find('RefreshToken', idHash(refreshToken)),
    ])
    if (!used) return undefined
    if (used.consumedAtMs === null) return violation(6, `${model} ${short(arg)} is unused in the database`)
    if (refreshToken !== null && !successor)
      return violation(6, `refresh token ${short(refreshToken)} was handed out and is not there`)
    return undefined
  })
  return found.filter((one) => one !== undefined)
}

function tokensAreDistinctAndTimely(accepted: readonly Accepted[]): Violation[] {
  const seen = new Map<string, string>()
  return accepted.flatMap(({ t0, t1, result: { accessToken, idToken } }) =>
    [accessToken, idToken].flatMap((token) => {
      const { jti = '', iat = 0, exp = 0 } = decodeJwt(token)
      const known = seen.get(jti)
      seen.set(jti, token)
      const iatMs = iat * 1_000
      return [
        ...(known !== undefined && known !== token ? [violation(7, `two tokens have the jti ${jti}`)] : []),
        ...(exp > iat ? [] : [violation(7, `${jti} expires before it was issued`)]),
        // A whole number of seconds, rounded down.
        ...(iatMs > t0 - 1_000 - clockSkewMs && iatMs < t1 + clockSkewMs
          ? []
          : [violation(7, `${jti} was issued at another time than it says`)]),
      ]
    }),
  )
}

/** INV-8: each token is that of one run, which was for this user and application and did not end against it. */
function tokensComeFromTheirRun(
  accepted: readonly Accepted[],
  invocations: readonly StoredInvocation[],
  { history, isWorkflowLive }: Evidence,
): Violation[] {
  const crashes = history.filter(({ op }) => op === 'crash')
  const byJti = Map.groupBy(invocations, ({ accessTokenJti }) => accessTokenJti)
  return accepted.flatMap(({ t0, t1, result }) => {
    const { jti = '', ...claims } = decodeJwt(result.accessToken)
    const runs = byJti.get(jti) ?? []
    const [run] = runs
    if (!run) {
      const isLost = crashes.some((crash) => t0 < crash.t1 && crash.t0 - t1 < writeBehindMs)
      return isWorkflowLive && !isLost ? [violation(8, `no run is on record for the token ${jti}`)] : []
    }
    return [
      ...(runs.length > 1 ? [violation(8, `${String(runs.length)} runs are on record for ${jti}`)] : []),
      ...(run.decision === 'deny' || run.decision === 'refuse'
        ? [violation(8, `${jti} was issued although its run ended in ${run.decision}`)]
        : []),
      ...(isOf(run, claims) ? [] : [violation(8, `${jti} is a token of somebody else's run`)]),
    ]
  })
}

function isOf(run: StoredInvocation, claims: JWTPayload): boolean {
  return run.userId === claims.sub && run.clientId === claims['azp']
}

/**
 * INV-9: a refresh that failed for a reason of ours is not the end of the session: tried again inside the grace, the token works or
 * gives its successor. So does a code after an error that was answered; without an answer it may have been used up.
 */
function failuresCostNothing(accepted: readonly Accepted[], { history, graceMs }: Evidence): Violation[] {
  const used = new Map([...byArgument(accepted, 'redeem'), ...byArgument(accepted, 'refresh')])
  const attempts = Map.groupBy(
    history.filter(({ op }) => op === 'redeem' || op === 'refresh'),
    ({ arg }) => arg,
  )
  return [...attempts].flatMap(([token, tries]) => {
    // Whoever got an answer may have used it up by the rules.
    if (used.has(token)) return []
    const failed = tries.filter(
      ({ op, result }) => isOurFault(result) && !(op === 'redeem' && isOpen(result)),
    )
    return tries
      .filter(({ result }) => result.kind === 'refused' && result.error === 'invalid_grant')
      .filter(({ t0, t1 }) => failed.some((fault) => fault.t1 < t0 && t1 - fault.t0 < graceMs))
      .map(({ op, client }) => violation(9, `${client} lost ${op} ${short(token)} by a failure of ours`))
  })
}

function isOurFault(result: HistoryEntry['result']): boolean {
  return isOpen(result) || (result.kind === 'refused' && result.status >= 500)
}

function isOpen({ kind }: HistoryEntry['result']): boolean {
  return kind === 'maybe'
}

function isAccepted(entry: HistoryEntry): entry is Accepted {
  return entry.result.kind === 'issued'
}

function byArgument(accepted: readonly Accepted[], op: HistoryEntry['op']): Map<string, Accepted[]> {
  return Map.groupBy(
    accepted.filter((entry) => entry.op === op),
    ({ arg }) => arg,
  )
}

/** As many as a busy database answers in time. */
async function fewAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < items.length; from += 4)
    // oxlint-disable-next-line no-await-in-loop -- that is the point
    results.push(...(await Promise.all(items.slice(from, from + 4).map(work))))
  return results
}

function earliestEnd(entries: readonly HistoryEntry[]): number {
  return Math.min(...entries.map(({ t1 }) => t1))
}

function violation(number: number, text: string): Violation {
  return { invariant: `INV-${number}`, text }
}

function idHash(id: string): string {
  return hash('sha256', id, 'hex')
}

/** Enough of a bearer value to find it in the history. */
function short(value: string): string {
  return value.slice(0, 8)
}
