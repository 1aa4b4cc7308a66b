// Counts and examples of a rehearsal. Bounded, however many users, claims and addresses there are: a claim name may hold a user's id.
import { isDeepStrictEqual } from 'node:util'
import { tokenKinds, type JsonObject, type JsonValue, type TokenKind } from '../oauth/index.ts'
import { claimChanges, jsonBytes, type ClaimsByToken } from '../tokens/index.ts'
import type { ContenderResult, Failure } from './contender.ts'
import type { RehearsalReport, SignInOfReport } from './report.ts'

const mostExamples = 20
const mostExamplesOfOne = 3
const mostRows = 100
/** Of a value or a text in an example, in bytes of JSON. */
const longestValue = 2_000
/** Of the claims of one token in an example. */
const longestClaims = 16_000

export interface RehearsedSignIn extends SignInOfReport {
  readonly live: ContenderResult
  readonly candidate: ContenderResult
  /** Bytes of claims that one token may have. */
  readonly budget: number
}

type Both = Pick<RehearsalReport['denied'], 'live' | 'candidate' | 'newly' | 'noLonger'>
type FailurePlace = RehearsalReport['failed']['places'][number]
type ClaimRow = RehearsalReport['claims'][number]
type AddressRow = RehearsalReport['calls']['addresses'][number]

export class Tally {
  readonly #report: RehearsalReport
  readonly #places = new Map<string, FailurePlace>()
  readonly #claims = new Map<string, ClaimRow>()
  readonly #addresses = new Map<string, AddressRow>()

  constructor(deployments: Pick<RehearsalReport, 'live' | 'candidate'>) {
    this.#report = {
      version: 1,
      ...deployments,
      users: 0,
      signIns: 0,
      suspendedUsers: 0,
      usersOfSeveralOrganizations: 0,
      changed: 0,
      notRehearsed: 0,
      denied: { ...none(), examples: [] },
      failed: { ...none(), places: [] },
      claims: [],
      size: { largest: { live: 0, candidate: 0 }, overBudget: { ...none(), examples: [] } },
      calls: { answered: 0, skipped: 0, addresses: [] },
      examples: [],
    }
  }

  get users(): number {
    return this.#report.users
  }

  countUser({
    isSuspended,
    hasSeveralOrganizations,
  }: Record<'isSuspended' | 'hasSeveralOrganizations', boolean>): void {
    this.#report.users++
    if (isSuspended) this.#report.suspendedUsers++
    else if (hasSeveralOrganizations) this.#report.usersOfSeveralOrganizations++
  }

  count(signIn: RehearsedSignIn): void {
    const report = this.#report
    const { live, candidate } = signIn
    report.signIns++
    this.#countCalls(live)
    this.#countCalls(candidate)
    if (live.skippedCalls.length > 0 || candidate.skippedCalls.length > 0) {
      report.notRehearsed++
      return
    }
    this.#countDenials(signIn)
    this.#countFailures(signIn)
    const haveClaimsChanged = this.#countClaims(signIn)
    this.#countSizes(signIn)
    if (!haveClaimsChanged && isSameResult(live, candidate)) return
    report.changed++
    if (report.examples.length < mostExamples)
      report.examples.push({ ...who(signIn), live: shown(live), candidate: shown(candidate) })
  }

  report(): RehearsalReport {
    return {
      ...this.#report,
      failed: { ...this.#report.failed, places: byCount([...this.#places.values()]) },
      claims: [...this.#claims.values()].toSorted(
        (a, b) => b.added + b.changed + b.removed - (a.added + a.changed + a.removed),
      ),
      calls: { ...this.#report.calls, addresses: byCount([...this.#addresses.values()]) },
    }
  }

  #countCalls({ skippedCalls, answeredCalls }: ContenderResult): void {
    const { calls } = this.#report
    calls.answered += answeredCalls
    calls.skipped += skippedCalls.length
    for (const { method, url: address } of skippedCalls) {
      const url = withoutQuery(address)
      const row = rowOf(this.#addresses, `${method} ${url}`, () => ({ method, url, count: 0 }))
      if (row) row.count++
    }
  }

  #countDenials(signIn: RehearsedSignIn): void {
    const { denied } = this.#report
    const { live, candidate } = signIn
    countBoth(denied, live.kind === 'denied', candidate.kind === 'denied')
    if (candidate.kind !== 'denied' || live.kind === 'denied' || denied.examples.length >= mostExamples)
      return
    denied.examples.push({ ...who(signIn), reason: bounded(candidate.reason) })
  }

  #countFailures(signIn: RehearsedSignIn): void {
    const { live, candidate } = signIn
    countBoth(this.#report.failed, live.kind === 'failed', candidate.kind === 'failed')
    if (candidate.kind !== 'failed') return
    const { code, message, at } = candidate.failure
    const row = rowOf(this.#places, JSON.stringify([code, at ?? message]), () => ({
      ...shownFailure(candidate.failure),
      count: 0,
      examples: [],
    }))
    if (!row) return
    row.count++
    if (row.examples.length < mostExamplesOfOne) row.examples.push(who(signIn))
  }

  #countClaims(signIn: RehearsedSignIn): boolean {
    const [live, candidate] = [tokensOf(signIn.live), tokensOf(signIn.candidate)]
    if (!live || !candidate) return false
    let hasChanged = false
    for (const token of tokenKinds) {
      const [before = {}, after = {}] = [live[token], candidate[token]]
      const changes = claimChanges(before, after)
      for (const kind of ['added', 'changed', 'removed'] as const) {
        for (const claim of changes[kind]) {
          hasChanged = true
          this.#countClaim(signIn, { token, claim, kind }, before[claim], after[claim])
        }
      }
    }
    return hasChanged
  }

  #countClaim(
    signIn: RehearsedSignIn,
    { token, claim, kind }: ClaimChange,
    live: JsonValue | undefined,
    candidate: JsonValue | undefined,
  ): void {
    const name = bounded(claim)
    const row = rowOf(this.#claims, `${token} ${name}`, () => ({
      token,
      claim: name,
      added: 0,
      changed: 0,
      removed: 0,
      examples: [],
    }))
    if (!row) return
    row[kind]++
    if (row.examples.length >= mostExamplesOfOne) return
    row.examples.push({
      ...who(signIn),
      ...(live !== undefined && { live: boundedValue(live) }),
      ...(candidate !== undefined && { candidate: boundedValue(candidate) }),
    })
  }

  #countSizes(signIn: RehearsedSignIn): void {
    const { largest, overBudget } = this.#report.size
    const { budget } = signIn
    const [live, candidate] = [sizesOf(signIn.live), sizesOf(signIn.candidate)]
    const [ofLive, ofCandidate] = [greatest(live), greatest(candidate)]
    largest.live = Math.max(largest.live, ofLive.bytes)
    largest.candidate = Math.max(largest.candidate, ofCandidate.bytes)
    countBoth(overBudget, ofLive.bytes > budget, ofCandidate.bytes > budget)
    if (ofCandidate.bytes <= budget || ofLive.bytes > budget || overBudget.examples.length >= mostExamples)
      return
    const { token } = ofCandidate
    const bytes = { live: live[token] ?? 0, candidate: ofCandidate.bytes }
    overBudget.examples.push({ ...who(signIn), token, budget, ...bytes })
  }
}

interface ClaimChange {
  readonly token: TokenKind
  readonly claim: string
  readonly kind: 'added' | 'changed' | 'removed'
}

function none(): Both {
  return { live: 0, candidate: 0, newly: 0, noLonger: 0 }
}

function countBoth(both: Both, inLive: boolean, inCandidate: boolean): void {
  if (inLive) both.live++
  if (inCandidate) both.candidate++
  if (inCandidate && !inLive) both.newly++
  if (inLive && !inCandidate) both.noLonger++
}

/** Undefined when there are too many rows for another one. */
function rowOf<Row>(rows: Map<string, Row>, key: string, make: () => Row): Row | undefined {
  const known = rows.get(key)
  if (known !== undefined || rows.size >= mostRows) return known
  const row = make()
  rows.set(key, row)
  return row
}

function byCount<Row extends { readonly count: number }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => b.count - a.count)
}

function who({ userId, clientId, organizationCode }: SignInOfReport): SignInOfReport {
  return { userId, clientId, organizationCode }
}

function tokensOf(result: ContenderResult): ClaimsByToken | undefined {
  return result.kind === 'denied' ? undefined : result.tokens
}

/** Whether a user is told the same. Only the author learns why a run failed. */
function isSameResult(live: ContenderResult, candidate: ContenderResult): boolean {
  if (live.kind === 'denied' && candidate.kind === 'denied')
    return isDeepStrictEqual(live.reason, candidate.reason)
  return (
    live.kind === candidate.kind && (tokensOf(live) === undefined) === (tokensOf(candidate) === undefined)
  )
}

function sizesOf(result: ContenderResult): Partial<Record<TokenKind, number>> {
  return ofEachToken(tokensOf(result) ?? {}, jsonBytes)
}

function greatest(sizes: Partial<Record<TokenKind, number>>) {
  return tokenKinds
    .map((token) => ({ token, bytes: sizes[token] ?? 0 }))
    .reduce((one, other) => (other.bytes > one.bytes ? other : one))
}

function shown(result: ContenderResult): RehearsalReport['examples'][number]['live'] {
  const tokens = tokensOf(result)
  return {
    result: result.kind,
    ...(result.kind === 'denied' && { reason: bounded(result.reason) }),
    ...(result.kind === 'failed' && { error: shownFailure(result.failure) }),
    ...(tokens && { tokens: ofEachToken(tokens, shownClaims) }),
  }
}

function ofEachToken<Made>(
  claims: ClaimsByToken,
  make: (claims: JsonObject) => Made,
): Partial<Record<TokenKind, Made>> {
  return Object.fromEntries(
    tokenKinds.flatMap((token) => (claims[token] ? [[token, make(claims[token])]] : [])),
  )
}

function shownClaims(claims: JsonObject): JsonObject {
  if (jsonBytes(claims) <= longestClaims) return claims
  return Object.fromEntries(
    Object.entries(claims)
      .slice(0, mostRows)
      .map(([claim, value]) => [bounded(claim).slice(0, 100), boundedValue(value, 100)]),
  )
}

function shownFailure({ code, message, at }: Failure) {
  return { code, message: bounded(message), ...(at && { at }) }
}

/** The query tends to be another one for each user. */
function withoutQuery(url: string): string {
  return bounded(url.replace(/[?#].*$/s, ''))
}

function bounded(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue - 1).toWellFormed()}…` : text
}

function boundedValue(value: JsonValue, most = longestValue): JsonValue {
  const json = JSON.stringify(value)
  return json.length > most ? `${json.slice(0, most - 1).toWellFormed()}…` : value
}
