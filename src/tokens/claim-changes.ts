// What a workflow did to one token: names of claims, by kind of change, each list sorted. Order of an object's members
// is no change, as in JSON (RFC 8259 §4); order of an array's items is one.
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject, JsonValue } from '../oauth/index.ts'

export interface ClaimChanges {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

export const noClaimChanges: ClaimChanges = Object.freeze({ added: [], changed: [], removed: [] })

export function claimChanges(before: JsonObject, after: JsonObject): ClaimChanges {
  return {
    added: Object.keys(after)
      .filter((claim) => !Object.hasOwn(before, claim))
      .toSorted(),
    changed: Object.keys(after)
      .filter((claim) => Object.hasOwn(before, claim) && !isEqual(before[claim], after[claim]))
      .toSorted(),
    removed: Object.keys(before)
      .filter((claim) => !Object.hasOwn(after, claim))
      .toSorted(),
  }
}

/** Most claims are plain and unchanged, and comparing them deeply costs ten times as much. */
function isEqual(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return one === other || (typeof one === 'object' && isDeepStrictEqual(one, other))
}
