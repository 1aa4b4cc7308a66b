// The claims that no workflow may change, for each token, with the reason per row. This table is the authority: the guest
// gets a copy as a courtesy, so that an attempt can name its line, and claims.ts enforces it on the trusted side.
//
// It is Kinde's list (C§4) and on top of it every name whose forging would break a protocol. C§4 counts `nonce`,
// `at_hash` and `scope` as overridable; they are reserved all the same, because a client that follows OIDC Core
// §3.1.3.7 would reject the token, and `scope` is what an API authorises by (RFC 9068 §2.2.3).
import { tokenKinds, type TokenKind } from '../oauth/index.ts'

interface ReservedRow {
  readonly tokens: readonly TokenKind[]
  readonly claims: readonly string[]
  readonly source: string
}

const rows: readonly ReservedRow[] = [
  {
    tokens: tokenKinds,
    claims: ['azp', 'exp', 'iat', 'iss', 'nbf', 'sid', 'sub', 'act', 'aud'],
    source: 'C§4, all tokens',
  },
  { tokens: ['idToken'], claims: ['auth_time', 'jti', 'updated_at', 'rat'], source: 'C§4, ID token' },
  { tokens: ['accessToken'], claims: ['jti', 'scp'], source: 'C§4, access token' },
  { tokens: ['m2mToken'], claims: ['gty', 'jti', 'scp'], source: 'C§4, M2M token' },
  {
    tokens: tokenKinds,
    claims: ['scp', 'events'],
    source:
      'OIDC Back-Channel Logout §2.4, docs/decisions/0020: what tells an access, an ID and a logout token apart',
  },
  {
    tokens: tokenKinds,
    claims: ['may_act', 'sub_id'],
    source: 'RFC 8693 §4.4, RFC 9493 §4.1: who may act for the subject, and who the subject is',
  },
  {
    tokens: tokenKinds,
    claims: ['gty'],
    source:
      'C§4: by which grant a token was issued; in a user’s token it would tell an API that a machine calls',
  },
  {
    tokens: tokenKinds,
    claims: ['cnf'],
    source: 'RFC 7800 §3.1, RFC 9449 §6: who sets it takes over a sender-constrained token',
  },
  {
    tokens: tokenKinds,
    claims: ['nonce', 'at_hash', 'c_hash', 's_hash'],
    source: 'OIDC Core §2 and §3.3.2.11, FAPI: bind the token to one sign-in',
  },
  {
    tokens: tokenKinds,
    claims: ['acr', 'amr', 'auth_time'],
    source: 'OIDC Core §2, RFC 9068 §2.2.1: how and when the user was authenticated',
  },
  { tokens: tokenKinds, claims: ['client_id', 'scope'], source: 'RFC 9068 §2.2 and §2.2.3: who may do what' },
  {
    tokens: tokenKinds,
    claims: ['typ', 'alg', 'kid'],
    source: 'RFC 7515 §4.1: header names, for readers that confuse header and payload',
  },
  {
    tokens: tokenKinds,
    claims: ['__proto__', 'constructor', 'prototype', 'hasOwnProperty'],
    source: 'names that turn a careless merge in a consumer into prototype pollution',
  },
]

/** The reserved names of each token, without repetition. */
export const reservedClaims: Readonly<Record<TokenKind, readonly string[]>> = {
  accessToken: namesFor('accessToken'),
  idToken: namesFor('idToken'),
  m2mToken: namesFor('m2mToken'),
}

const reservedSets: Readonly<Record<TokenKind, ReadonlySet<string>>> = {
  accessToken: new Set(reservedClaims.accessToken),
  idToken: new Set(reservedClaims.idToken),
  m2mToken: new Set(reservedClaims.m2mToken),
}

/** Exact comparison: a claim that only looks like a reserved one is another claim, and is allowed (lookAlikeOf tells). */
export function isReservedClaim(token: TokenKind, claim: string): boolean {
  return reservedSets[token].has(claim)
}

/** Why a claim is reserved in a token; undefined when it is not. */
export function reservedClaimSource(token: TokenKind, claim: string): string | undefined {
  return rows.find((row) => row.tokens.includes(token) && row.claims.includes(claim))?.source
}

/** Cyrillic and Greek letters that print like the Latin ones of reserved names (Unicode TR39, the part that we need). */
const confusables: Readonly<Record<string, string>> = {
  а: 'a',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  һ: 'h',
  і: 'i',
  ј: 'j',
  к: 'k',
  ո: 'n',
  о: 'o',
  р: 'p',
  ѕ: 's',
  т: 't',
  υ: 'u',
  ѵ: 'v',
  х: 'x',
  у: 'y',
  ο: 'o',
  α: 'a',
  ν: 'v',
  ρ: 'p',
  ι: 'i',
  ı: 'i',
  ɡ: 'g',
}

/** What folding would leave as it is. */
const isPlainName = /^[a-z0-9_]*$/

/** The reserved claim that a name is mistaken for by eye (`ѕub`, `Sub`, `sub ` with an invisible letter), if there is one. */
export function lookAlikeOf(token: TokenKind, claim: string): string | undefined {
  if (claim.length > 64 || isPlainName.test(claim) || isReservedClaim(token, claim)) return undefined
  const folded = claim
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\s\p{M}\p{Cf}]/gu, '')
    .replaceAll(/[^a-z]/gu, (letter) => confusables[letter] ?? letter)
  return isReservedClaim(token, folded) ? folded : undefined
}

function namesFor(token: TokenKind): readonly string[] {
  return [...new Set(rows.filter((row) => row.tokens.includes(token)).flatMap((row) => row.claims))]
}
