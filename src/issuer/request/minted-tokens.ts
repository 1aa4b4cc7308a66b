// The claims that a decision allows to be signed, on their way from the decision to the signature.
import type { JsonObject } from '../../oauth/index.ts'

export type MintedTokens =
  | {
      readonly kind: 'user'
      readonly accessToken: JsonObject
      readonly idToken: JsonObject
      /** Of a refresh: to be kept with the next refresh token. */
      readonly lastGood?: string | undefined
    }
  | { readonly kind: 'machine'; readonly m2mToken: JsonObject }

/**
 * Claims as they are signed: a decision of a sign-in is made before its code is redeemed, so the times are those of the
 * redemption, with the lifetimes of the decision. No workflow can change these claims (tokens/reserved-claims.ts).
 */
export function stampedClaims(claims: JsonObject, nowSeconds: number): JsonObject {
  const { iat, exp } = claims
  const lifetime = typeof iat === 'number' && typeof exp === 'number' ? exp - iat : 0
  return { ...claims, iat: nowSeconds, exp: nowSeconds + lifetime }
}
