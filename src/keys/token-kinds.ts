// Tells the kinds of tokens apart (RFC 8725 §3.11, docs/decisions/0020). An access token may have the `typ` of an ID token, so each kind
// is known by claims that only this kind has and that no workflow can set (tokens/reserved-claims.ts).
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import type { AccessTokenType, ApiRecord } from '../store/index.ts'

/** The `typ` of a header; `logout+jwt` is a logout token's (OIDC Back-Channel Logout §2.4). */
export type TokenType = AccessTokenType | 'logout+jwt'

const accessTokenTypes: ReadonlySet<string | undefined> = new Set<AccessTokenType>(['JWT', 'at+jwt'])

/** By `scp`, and by an audience that is never the client itself (OIDC Core §2: the ID token's is). */
export function isAccessToken({ typ }: JWTHeaderParameters, claims: JWTPayload): boolean {
  const { aud = [], azp, scp } = claims
  return (
    accessTokenTypes.has(typ) &&
    Array.isArray(scp) &&
    ![aud].flat().includes(String(azp)) &&
    !isBoundToSignIn(claims) &&
    !isLogoutToken(claims)
  )
}

export function isIdToken({ typ }: JWTHeaderParameters, claims: JWTPayload): boolean {
  return typ === 'JWT' && isBoundToSignIn(claims) && claims['scp'] === undefined && !isLogoutToken(claims)
}

/** Every ID token of this issuer names the access token that it came with (OIDC Core §3.1.3.6). */
function isBoundToSignIn({ at_hash: hash, nonce }: JWTPayload): boolean {
  return hash !== undefined || nonce !== undefined
}

/** OIDC Back-Channel Logout §2.4. */
function isLogoutToken({ events }: JWTPayload): boolean {
  return events !== undefined
}

export const typeConflict =
  'the requested audiences have different token types; ask for each in a request of its own'

/**
 * The `typ` of an access token for these audiences. Without an API it is Kinde's `JWT`: a token of type `at+jwt` has an audience
 * (RFC 9068 §2.2). `conflict`: the APIs want different ones, and one token cannot have both.
 */
export function accessTokenType(
  audiences: readonly string[],
  apis: readonly ApiRecord[],
): AccessTokenType | 'conflict' {
  const wanted = new Set(
    audiences.map((audience) => apis.find((api) => api.audience === audience)?.accessTokenType ?? 'JWT'),
  )
  if (wanted.size > 1) return 'conflict'
  return [...wanted][0] ?? 'JWT'
}
