// What recorded invocations issued, held against the claims that the types tell of.
import { tokenKinds, type JsonObject, type TokenKind } from '../../oauth/index.ts'
import { compileSchema, type SchemaCheck } from './json-schema-check.ts'
import type { ClaimSchemas } from './token-schemas.ts'

export interface RecordedClaim {
  readonly token: TokenKind
  readonly claim: string
  /** Tokens that show it. */
  readonly count: number
  /** The first invocation that shows it. */
  readonly example: string
}

export interface RecordedClaims {
  /** Tokens that were looked at. */
  readonly tokens: number
  /** Values that do not fit the type, with what is wrong in the first of them. */
  readonly unfit: readonly (RecordedClaim & { readonly problem: string })[]
  /** Claims that every token should have, and some do not. */
  readonly missing: readonly RecordedClaim[]
  /** Claims that no type tells of. */
  readonly undeclared: readonly RecordedClaim[]
}

export interface IssuedClaims {
  readonly invocationId: string
  readonly token: TokenKind
  readonly claims: JsonObject
}

/** Added when a token is signed, so no record of an invocation has them. */
const addedAtSigning: readonly string[] = ['at_hash', 'cnf']

export function recordedClaims(
  tokens: ReadonlyMap<TokenKind, ClaimSchemas>,
  issued: readonly IssuedClaims[],
): RecordedClaims {
  const looked = issued.filter(({ token }) => tokens.has(token))
  const found = tokenKinds.flatMap((token) => {
    const schemas = tokens.get(token)
    return schemas === undefined
      ? []
      : compared(
          token,
          schemas,
          looked.filter((one) => one.token === token),
        )
  })
  const of = (kind: Found['kind']) => counted(found.filter((one) => one.kind === kind))
  return {
    tokens: looked.length,
    unfit: of('unfit').map((one) => ({ ...one, problem: one.problem ?? '' })),
    missing: of('missing'),
    undeclared: of('undeclared'),
  }
}

interface Found {
  readonly kind: 'unfit' | 'missing' | 'undeclared'
  readonly token: TokenKind
  readonly claim: string
  readonly invocationId: string
  readonly problem?: string
}

function compared(token: TokenKind, schemas: ClaimSchemas, issued: readonly IssuedClaims[]): Found[] {
  const checks = new Map([...schemas].map(([claim, { schema }]) => [claim, checkOf(schema)]))
  const always = [...schemas].flatMap(([claim, { isAlways }]) =>
    isAlways && !addedAtSigning.includes(claim) ? [claim] : [],
  )
  return issued.flatMap(({ invocationId, claims }) => [
    ...Object.entries(claims).flatMap(([claim, value]): Found[] => {
      const check = checks.get(claim)
      if (!check) return [{ kind: 'undeclared', token, claim, invocationId }]
      const [first] = check(value)
      if (!first) return []
      const problem = [...first.path, first.message].join(' ')
      return [{ kind: 'unfit', token, claim, invocationId, problem }]
    }),
    ...always.flatMap((claim): Found[] =>
      Object.hasOwn(claims, claim) ? [] : [{ kind: 'missing', token, claim, invocationId }],
    ),
  ])
}

/** These schemas are made by us, of types; one that does not compile is a defect. */
function checkOf(schema: JsonObject): SchemaCheck {
  const check = compileSchema(schema)
  if (typeof check !== 'function') throw new Error(`a schema of a claim: ${check.problems[0]?.message ?? ''}`)
  return check
}

function counted(found: readonly Found[]): (RecordedClaim & { readonly problem?: string })[] {
  return [...Map.groupBy(found, ({ token, claim }) => `${token}.${claim}`)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...others]]) =>
      first === undefined
        ? []
        : [
            {
              token: first.token,
              claim: first.claim,
              count: others.length + 1,
              example: first.invocationId,
              ...(first.problem !== undefined && { problem: first.problem }),
            },
          ],
    )
}
