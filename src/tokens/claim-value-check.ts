// Whether one parsed claim value may go into a token. The value came out of JSON.parse, so it is a tree of plain data and
// reading it runs no code; what is left to refuse is what JSON can say and a token should not carry.
import { tokenKindLabel, type JsonValue, type TokenKind } from '../oauth/index.ts'
import { itemPath, memberPath } from './claim-path.ts'

export interface ClaimBounds {
  /** How deeply arrays and objects may be nested; a plain value has depth 0, `[1]` has depth 1. */
  readonly depth: number
  /** How many values one token may hold, nested ones included. */
  readonly values: number
}

export type ClaimFault =
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'too-large'; readonly message: string }

/** The first fault of a token's claims, in the order of their names, or undefined. */
export function findClaimFault(
  token: TokenKind,
  claims: Readonly<Record<string, JsonValue>>,
  bounds: ClaimBounds,
): ClaimFault | undefined {
  let values = 0
  return members(() => token, Object.entries(claims), 0)

  // A path is put together when there is something to say about it.
  function members(
    path: () => string,
    entries: [string, JsonValue][],
    depth: number,
  ): ClaimFault | undefined {
    for (const [name, value] of entries) {
      const here = (): string => memberPath(path(), name)
      const fault = valueFault(here, value, depth)
      if (fault) return fault
    }
    return undefined
  }

  function valueFault(path: () => string, value: JsonValue, depth: number): ClaimFault | undefined {
    values += 1
    if (values > bounds.values) {
      const message = `The claims of the ${tokenKindLabel[token]} hold more than ${bounds.values} values.`
      return { kind: 'too-large', message }
    }
    // JSON.parse reads 1e400 as Infinity, which JSON cannot write: the value would change silently (SBX-34).
    if (typeof value === 'number' && !Number.isFinite(value))
      return invalid(`${path()} is a number too large for JSON`)
    if (typeof value !== 'object' || value === null) return undefined
    if (depth >= bounds.depth) return invalid(`${path()} is nested deeper than ${bounds.depth} levels`)
    if (!Array.isArray(value)) {
      if (Object.hasOwn(value, '__proto__')) return invalid(`${path()} has a member named __proto__`)
      return members(path, Object.entries(value), depth + 1)
    }
    for (const [index, item] of value.entries()) {
      const fault = valueFault(() => itemPath(path(), index), item, depth + 1)
      if (fault) return fault
    }
    return undefined
  }
}

/** How many values a token's claims hold, counted as findClaimFault counts them. */
export function countClaimValues(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, member) => sum + countClaimValues(member), 1)
}

function invalid(what: string): ClaimFault {
  return { kind: 'invalid', message: `Claims cannot be issued: ${what}.` }
}
