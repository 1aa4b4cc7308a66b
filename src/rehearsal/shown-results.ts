// What a report shows of a sign-in: bounded, because a claim, a reason and an address may be of any length.
import { tokenKinds, type JsonObject, type JsonValue, type TokenKind } from '../oauth/index.ts'
import { jsonBytes, type ClaimsByToken } from '../tokens/index.ts'
import type { ContenderResult, Failure } from './contender.ts'
import type { RehearsalReport } from './report.ts'

/** Of a value or a text in an example, in bytes of JSON. */
const longestValue = 2_000
/** Of the claims of one token in an example. */
const longestClaims = 16_000
const mostClaims = 100

export function tokensOf(result: ContenderResult): ClaimsByToken | undefined {
  return result.kind === 'denied' ? undefined : result.tokens
}

export function shown(result: ContenderResult): RehearsalReport['examples'][number]['live'] {
  const tokens = tokensOf(result)
  return {
    result: result.kind,
    ...(result.kind === 'denied' && { reason: bounded(result.reason) }),
    ...(result.kind === 'failed' && { error: shownFailure(result.failure) }),
    ...(tokens && { tokens: ofEachToken(tokens, shownClaims) }),
  }
}

export function ofEachToken<Made>(
  claims: ClaimsByToken,
  make: (claims: JsonObject) => Made,
): Partial<Record<TokenKind, Made>> {
  return Object.fromEntries(
    tokenKinds.flatMap((token) => (claims[token] ? [[token, make(claims[token])]] : [])),
  )
}

export function shownFailure({ code, message, at }: Failure) {
  return { code, message: bounded(message), ...(at && { at }) }
}

/** The query tends to be another one for each user. */
export function withoutQuery(url: string): string {
  return bounded(url.replace(/[?#].*$/s, ''))
}

export function bounded(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue - 1).toWellFormed()}…` : text
}

export function boundedValue(value: JsonValue, most = longestValue): JsonValue {
  const json = JSON.stringify(value)
  return json.length > most ? `${json.slice(0, most - 1).toWellFormed()}…` : value
}

function shownClaims(claims: JsonObject): JsonObject {
  if (jsonBytes(claims) <= longestClaims) return claims
  return Object.fromEntries(
    Object.entries(claims)
      .slice(0, mostClaims)
      .map(([claim, value]) => [bounded(claim).slice(0, 100), boundedValue(value, 100)]),
  )
}
