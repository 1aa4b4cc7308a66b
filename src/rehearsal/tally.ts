// Counts and examples of a rehearsal, of users' sign-ins or of machines' tokens. Bounded, however many users, claims and addresses there are: a claim
// name may hold a user's id.
import { isDeepStrictEqual } from 'node:util'
import { tokenKinds, type JsonValue, type TokenKind } from '../oauth/index.ts'
import { claimChanges, jsonBytes } from '../tokens/index.ts'
import type { ContenderResult } from './contender.ts'
import type { ComparedCounts, RehearsalReport } from './report.ts'
import {
  bounded,
  boundedValue,
  ofEachToken,
  shown,
  shownFailure,
  tokensOf,
  withoutQuery,
} from './shown-results.ts'

const mostExamples = 20
const mostComparedCountsOne = 3
const mostRows = 100

export interface Compared<Who> {
  readonly who: Who
  readonly live: ContenderResult
  readonly candidate: ContenderResult
  /** Bytes of claims that one token may have. */
  readonly budget: number
}

type Both = Pick<RehearsalReport['denied'], 'live' | 'candidate' | 'newly' | 'noLonger'>
type AddressRow = RehearsalReport['calls']['addresses'][number]

/** `Who`: whose token it is, as examples say it. */
export class Tally<Who extends object> {
  readonly #counts: ComparedCounts<Who> = {
    changed: 0,
    notRehearsed: 0,
    denied: { ...none(), examples: [] },
    failed: { ...none(), places: [] },
    claims: [],
    size: { largest: { live: 0, candidate: 0 }, overBudget: { ...none(), examples: [] } },
    calls: { answered: 0, skipped: 0, addresses: [] },
    examples: [],
  }
  readonly #places = new Map<string, ComparedCounts<Who>['failed']['places'][number]>()
  readonly #claims = new Map<string, ComparedCounts<Who>['claims'][number]>()
  readonly #addresses = new Map<string, AddressRow>()
  #compared = 0

  /** Sign-ins, or tokens of machines. */
  get compared(): number {
    return this.#compared
  }

  count(signIn: Compared<Who>): void {
    const report = this.#counts
    const { live, candidate } = signIn
    this.#compared++
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
      report.examples.push({ ...signIn.who, live: shown(live), candidate: shown(candidate) })
  }

  counts(): ComparedCounts<Who> {
    return {
      ...this.#counts,
      failed: { ...this.#counts.failed, places: byCount([...this.#places.values()]) },
      claims: [...this.#claims.values()].toSorted(
        (a, b) => b.added + b.changed + b.removed - (a.added + a.changed + a.removed),
      ),
      calls: { ...this.#counts.calls, addresses: byCount([...this.#addresses.values()]) },
    }
  }

  #countCalls({ skippedCalls, answeredCalls }: ContenderResult): void {
    const { calls } = this.#counts
    calls.answered += answeredCalls
    calls.skipped += skippedCalls.length
    for (const { method, url: address } of skippedCalls) {
      const url = withoutQuery(address)
      const row = rowOf(this.#addresses, `${method} ${url}`, () => ({ method, url, count: 0 }))
      if (row) row.count++
    }
  }

  #countDenials(signIn: Compared<Who>): void {
    const { denied } = this.#counts
    const { live, candidate } = signIn
    countBoth(denied, live.kind === 'denied', candidate.kind === 'denied')
    if (candidate.kind !== 'denied' || live.kind === 'denied' || denied.examples.length >= mostExamples)
      return
    denied.examples.push({ ...signIn.who, reason: bounded(candidate.reason) })
  }

  #countFailures(signIn: Compared<Who>): void {
    const { live, candidate } = signIn
    countBoth(this.#counts.failed, live.kind === 'failed', candidate.kind === 'failed')
    if (candidate.kind !== 'failed') return
    const { code, message, at } = candidate.failure
    const row = rowOf(this.#places, JSON.stringify([code, at ?? message]), () => ({
      ...shownFailure(candidate.failure),
      count: 0,
      examples: [],
    }))
    if (!row) return
    row.count++
    if (row.examples.length < mostComparedCountsOne) row.examples.push(signIn.who)
  }

  #countClaims(signIn: Compared<Who>): boolean {
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
    signIn: Compared<Who>,
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
    if (row.examples.length >= mostComparedCountsOne) return
    row.examples.push({
      ...signIn.who,
      ...(live !== undefined && { live: boundedValue(live) }),
      ...(candidate !== undefined && { candidate: boundedValue(candidate) }),
    })
  }

  #countSizes(signIn: Compared<Who>): void {
    const { largest, overBudget } = this.#counts.size
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
    overBudget.examples.push({ ...signIn.who, token, budget, ...bytes })
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

/** Whether a user sees the same. Only the author learns why a run failed. */
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
