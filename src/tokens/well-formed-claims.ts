// A text that was cut inside a character (`name.slice(0, 10)` between the two halves of an emoji) has no UTF-8, and readers of the token
// would not agree on it (RFC 8259 §8.2). A sign-in does not fail for that: U+FFFD takes the place of the half, as in a TextEncoder, and the
// author hears where.
import { isJsonObject, type JsonObject, type JsonValue } from '../oauth/index.ts'
import { itemPath, memberPath } from './claim-path.ts'

export interface WellFormedClaims {
  readonly claims: JsonObject
  /** The path of each text or name that was changed, in the order of the claims. */
  readonly repaired: readonly string[]
}

/** JSON as engines write it escapes the half of a pair; most claims have none, and are not walked. */
const escapedSurrogate = /\\ud[89a-f]/i

export function mayHoldLoneSurrogates(json: string): boolean {
  return escapedSurrogate.test(json) || !json.isWellFormed()
}

/** `root` begins the paths, as in `accessToken.profile.name`. Two names that become the same: the later one counts, as in JSON. */
export function wellFormedClaims(root: string, claims: JsonObject): WellFormedClaims {
  const repaired: string[] = []

  const text = (value: string, path: string): string => {
    if (value.isWellFormed()) return value
    repaired.push(path)
    return value.toWellFormed()
  }
  const members = (object: JsonObject, path: string): JsonObject =>
    Object.fromEntries(
      Object.entries(object).map(([name, value]) => {
        const here = memberPath(path, name)
        return [text(name, here), valueOf(value, here)]
      }),
    )
  const valueOf = (value: JsonValue, path: string): JsonValue => {
    if (typeof value === 'string') return text(value, path)
    if (Array.isArray(value)) return value.map((item, index) => valueOf(item, itemPath(path, index)))
    return isJsonObject(value) ? members(value, path) : value
  }
  const whole = members(claims, root)
  return { claims: whole, repaired: [...new Set(repaired)] }
}
