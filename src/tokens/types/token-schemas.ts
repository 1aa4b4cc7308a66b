// The tokens that an environment mints, as JSON Schema: default claims, what applications switched on, and what workflows set by their
// types. Pure, and the same for the same input, so that a file made of it changes only when a token does.
import { anyOf, tokenKinds, type JsonObject, type TokenKind } from '../../oauth/index.ts'
import type { ApplicationRecord } from '../../store/index.ts'
import { isReservedClaim } from '../reserved-claims.ts'
import { defaultClaimSchemas, type ClaimSchema } from './default-claim-schemas.ts'

export interface SetClaim {
  readonly token: TokenKind
  readonly name: string
  readonly schema: JsonObject
  /** A token may be issued without it. */
  readonly isOptional: boolean
}

export type ClaimSchemas = ReadonlyMap<string, ClaimSchema>
export type TokenApplication = Pick<ApplicationRecord, 'type' | 'customization' | 'isDpopRequired'>

/** By the tokens that these applications get; the claims of each in the order of their names. */
export function tokenClaimSchemas(
  applications: readonly TokenApplication[],
  setClaims: readonly SetClaim[],
): ReadonlyMap<TokenKind, ClaimSchemas> {
  const minted = tokenKinds.flatMap((token): [TokenKind, ClaimSchemas][] => {
    const getting = applications.filter(({ type }) => (type === 'm2m') === (token === 'm2mToken'))
    if (getting.length === 0) return []
    const claims = withSetClaims(
      defaultsOf(token, getting),
      setClaims.filter((one) => one.token === token),
    )
    return [[token, new Map([...claims].toSorted(([a], [b]) => (a < b ? -1 : 1)))]]
  })
  return new Map(minted)
}

function defaultsOf(token: TokenKind, applications: readonly TokenApplication[]): Map<string, ClaimSchema> {
  const claims = Object.entries(defaultClaimSchemas[token]).flatMap(
    ([name, claim]): [string, ClaimSchema][] => {
      const having = claim.isOptIn ? applications.filter((one) => hasOptIn(one, token, name)) : applications
      if (having.length === 0) return []
      const isBound = name === 'cnf' && applications.every(({ isDpopRequired }) => isDpopRequired)
      const isAlways = isBound || (claim.isAlways && having.length === applications.length)
      return [[name, { schema: claim.schema, isAlways }]]
    },
  )
  return new Map(claims)
}

function hasOptIn({ customization }: TokenApplication, token: TokenKind, claim: string): boolean {
  const names: readonly string[] = token === 'idToken' ? customization.idToken : customization.accessToken
  return names.includes(claim)
}

function withSetClaims(
  defaults: Map<string, ClaimSchema>,
  setClaims: readonly SetClaim[],
): Map<string, ClaimSchema> {
  const claims = new Map(defaults)
  for (const [name, settings] of Map.groupBy(setClaims, ({ name }) => name)) {
    const [first] = settings
    if (first === undefined || isReservedClaim(first.token, name)) continue
    const before = defaults.get(name)
    const isSetAlways = settings.some(({ isOptional }) => !isOptional)
    const { description = 'Set by a workflow.', ...schema } = before?.schema ?? {}
    // A workflow that may leave the claim alone leaves the default one.
    const kept = before && !isSetAlways ? [schema] : []
    claims.set(name, {
      schema: { description, ...anyOf([...kept, ...settings.map((one) => one.schema)]) },
      isAlways: isSetAlways || before?.isAlways === true,
    })
  }
  return claims
}

const titles = {
  accessToken: { name: 'AccessTokenClaims', description: 'Claims of an access token of a user.' },
  idToken: { name: 'IdTokenClaims', description: 'Claims of an ID token.' },
  m2mToken: { name: 'MachineTokenClaims', description: 'Claims of an access token of a machine.' },
} as const satisfies Record<TokenKind, { readonly name: string; readonly description: string }>

/** One JSON Schema (2020-12) with a definition for each token: `#/$defs/AccessTokenClaims`. */
export function tokenJsonSchema(
  tokens: ReadonlyMap<TokenKind, ClaimSchemas>,
  about: readonly string[],
): JsonObject {
  const definitions = [...tokens].map(([token, claims]): [string, JsonObject] => [
    titles[token].name,
    {
      description: titles[token].description,
      type: 'object',
      properties: Object.fromEntries([...claims].map(([name, { schema }]) => [name, schema])),
      required: [...claims].filter(([, { isAlways }]) => isAlways).map(([name]) => name),
    },
  ])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $comment: about.join(' '),
    $defs: Object.fromEntries(definitions),
  }
}
