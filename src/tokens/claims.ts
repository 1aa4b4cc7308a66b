// From the guest's JSON to the claims of the tokens: parsed once, checked, merged over the reserved defaults. What is
// checked is what is signed, because nothing else is ever made of the guest's text.
//
// Claims that are not reserved may take any JSON shape, also where Kinde's default has another one: reshaping roles,
// permissions and feature_flags is what the trigger is for (C§4), so the only claims kept in shape are the reserved ones.
import {
  isJsonObject,
  tokenKindLabel,
  tokenKinds,
  type JsonObject,
  type JsonValue,
  type TokenKind,
} from '../oauth/index.ts'
import { claimChanges, type ClaimChanges } from './claim-changes.ts'
import { countClaimValues, findClaimFault } from './claim-value-check.ts'
import { isReservedClaim, lookAlikeOf } from './reserved-claims.ts'
import { mayHoldLoneSurrogates, wellFormedClaims } from './well-formed-claims.ts'

/** The claims of each token that is minted; the others are absent. */
export type ClaimsByToken = Readonly<Partial<Record<TokenKind, JsonObject>>>

export interface RefusedClaim {
  readonly token: TokenKind
  readonly claim: string
}

/** A claim that was issued and is easily mistaken for a reserved one (SBX-35). */
export interface LookAlikeClaim extends RefusedClaim {
  readonly resembles: string
}

export interface ClaimsRequest {
  /** The complete claims of each minted token as the workflow found them: the defaults, or what the workflow before it left. */
  readonly before: ClaimsByToken
  /** The complete default claims of each minted token, from which the bound on bytes counts. `before` when not given. */
  readonly defaults?: ClaimsByToken
  /** What the guest ended with: JSON of one object per minted token. */
  readonly claimsJson: string
  /** Attempts on reserved claims that the guest dropped itself and reported. */
  readonly attempts: readonly RefusedClaim[]
  readonly limits: { readonly claimsBytes: number; readonly claimsDepth: number }
  /** Whether an attempt on a reserved claim fails the run. */
  readonly strictClaims: boolean
}

export type AppliedClaims =
  | {
      readonly kind: 'applied'
      readonly after: ClaimsByToken
      readonly refused: readonly RefusedClaim[]
      readonly lookAlikes: readonly LookAlikeClaim[]
      /** Paths of texts that were cut inside a character, for which U+FFFD stands now. */
      readonly repaired: readonly string[]
      readonly changes: Readonly<Partial<Record<TokenKind, ClaimChanges>>>
    }
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'too-large'; readonly message: string }
  | { readonly kind: 'reserved'; readonly message: string; readonly refused: readonly RefusedClaim[] }

/** `1e20` is written as 21 digits, and no character of JSON as more than six bytes. */
const mostBytesPerCharacter = 6

/** Values in the claims of one token, nested ones included: bounds our own work, 16 KiB never gets there. */
const maxClaimValues = 10_000

/** The claims of a token that a workflow gets to see and may change: all defaults but the reserved ones. */
export function defaultClaimsForWorkflow(claims: JsonObject, token: TokenKind): JsonObject {
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => !isReservedClaim(token, claim)))
}

/**
 * The bound on the claims of one token: as many bytes as the workflow was given, and the limit on top. A user whose defaults are large
 * (hundreds of roles) must not be locked out by a workflow that adds a claim, which works for everybody else (docs/decisions/0003).
 */
function claimsByteBound(defaults: JsonObject, claimsBytes: number): number {
  return jsonBytes(defaults) + claimsBytes
}

export function applyWorkflowClaims(request: ClaimsRequest): AppliedClaims {
  const { before, defaults: defaultsOf = before, limits } = request
  const tokens = mintedTokens(before)
  // What is this short is within the limit, however its numbers and escapes are written: nothing has to be counted.
  const isSurelySmall = request.claimsJson.length * mostBytesPerCharacter <= limits.claimsBytes
  const bounds = isSurelySmall
    ? []
    : tokens.map(([token, claims]) =>
        claimsByteBound(defaultClaimsForWorkflow(defaultsOf[token] ?? claims, token), limits.claimsBytes),
      )
  // JSON has at least one byte for each UTF-16 unit. The factor leaves room for escapes, which are counted exactly below.
  const parseBound = 1024 + 4 * bounds.reduce((sum, bound) => sum + bound, 0)
  if (!isSurelySmall && request.claimsJson.length > parseBound) {
    return {
      kind: 'too-large',
      message: `The claims of all tokens together are longer than ${parseBound} characters.`,
    }
  }
  const parsed = parseTokens(request.claimsJson)
  if (!parsed || !sameNames(parsed, before)) {
    return { kind: 'invalid', message: 'The sandbox did not give one object of claims for each token.' }
  }

  const after: Partial<Record<TokenKind, JsonObject>> = {}
  const changes: Partial<Record<TokenKind, ClaimChanges>> = {}
  const refused: RefusedClaim[] = request.attempts.filter(
    ({ token, claim }) => before[token] !== undefined && isReservedClaim(token, claim),
  )
  const lookAlikes: LookAlikeClaim[] = []
  const repaired: string[] = []
  const isSurelyWellFormed = !mayHoldLoneSurrogates(request.claimsJson)
  for (const [index, [token, defaults]] of tokens.entries()) {
    const given = parsed[token] ?? {}
    const reserved = Object.keys(given).filter((claim) => isReservedClaim(token, claim))
    for (const claim of reserved) refused.push({ token, claim })
    const allowed = reserved.length === 0 ? given : defaultClaimsForWorkflow(given, token)
    // What is small has fewer values than characters.
    const values = isSurelySmall
      ? maxClaimValues
      : Math.max(maxClaimValues, countClaimValues(defaultClaimsForWorkflow(defaults, token)))
    const fault = findClaimFault(token, allowed, { depth: limits.claimsDepth, values })
    if (fault) return fault
    const wellFormed = isSurelyWellFormed ? undefined : wellFormedClaims(token, allowed)
    const wanted = wellFormed?.claims ?? allowed
    repaired.push(...(wellFormed?.repaired ?? []))
    const bytes = isSurelySmall ? 0 : jsonBytes(wanted)
    const bound = bounds[index] ?? limits.claimsBytes
    if (bytes > bound) {
      return {
        kind: 'too-large',
        message: `The claims of the ${tokenKindLabel[token]} are ${bytes} bytes of JSON; the limit is ${bound}, which is ${limits.claimsBytes} more than the defaults have.`,
      }
    }
    for (const claim of Object.keys(wanted)) {
      if (Object.hasOwn(defaults, claim)) continue
      const resembles = lookAlikeOf(token, claim)
      if (resembles !== undefined) lookAlikes.push({ token, claim, resembles })
    }
    const complete = mergeOverReserved(defaults, wanted, token)
    after[token] = complete
    changes[token] = claimChanges(defaults, complete)
  }

  const distinct = withoutRepetition(refused)
  const [first] = distinct
  if (request.strictClaims && first) {
    return {
      kind: 'reserved',
      message: `The workflow set ${first.claim} of the ${tokenKindLabel[first.token]}, which is reserved.`,
      refused: distinct,
    }
  }
  return { kind: 'applied', after, refused: distinct, lookAlikes, repaired, changes }
}

/** The tokens that are minted with their claims, in a fixed order. */
export function mintedTokens(claims: ClaimsByToken): [TokenKind, JsonObject][] {
  return tokenKinds.flatMap((token): [TokenKind, JsonObject][] => {
    const found = claims[token]
    return found === undefined ? [] : [[token, found]]
  })
}

/** UTF-8 bytes of a value as compact JSON: its share of the token before base64. */
export function jsonBytes(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/**
 * Defaults keep their order, so that an untouched token stays byte for byte the same; new claims follow. `__proto__` is reserved, so
 * an assignment sets a member and nothing else.
 */
function mergeOverReserved(defaults: JsonObject, wanted: JsonObject, token: TokenKind): JsonObject {
  const merged: JsonObject = {}
  for (const [claim, value] of Object.entries(defaults)) {
    if (isReservedClaim(token, claim)) merged[claim] = value
    else if (Object.hasOwn(wanted, claim)) merged[claim] = wanted[claim] ?? null
  }
  for (const [claim, value] of Object.entries(wanted)) {
    if (!Object.hasOwn(defaults, claim)) merged[claim] = value
  }
  return merged
}

function parseTokens(claimsJson: string): Readonly<Record<string, JsonObject>> | undefined {
  try {
    const parsed: unknown = JSON.parse(claimsJson)
    return isJsonObject(parsed) && holdsObjects(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function holdsObjects(parsed: JsonObject): parsed is Record<string, JsonObject> {
  return Object.values(parsed).every(isJsonObject)
}

function sameNames(left: object, right: object): boolean {
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name))
}

function withoutRepetition(refused: readonly RefusedClaim[]): RefusedClaim[] {
  const byName = new Map(refused.map(({ token, claim }) => [`${token} ${claim}`, { token, claim }]))
  return [...byName.values()]
}
