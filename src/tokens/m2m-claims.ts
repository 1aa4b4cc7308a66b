// The default claims of a machine's token (C§3.3).
import type { JsonObject } from '../oauth/index.ts'
import type { AccessTokenType } from '../store/index.ts'
import type { ClaimsByToken } from './claims.ts'

export interface M2mTokenFacts {
  readonly issuer: string
  readonly clientId: string
  readonly nowSeconds: number
  readonly lifetimeSeconds: number
  readonly jti: string
  readonly audiences: readonly string[]
  /** The header `typ` of the token. */
  readonly type: AccessTokenType
  readonly scopes: readonly string[]
  readonly organizationCode: string | null
  /** Claims that the application switched on, ready to go in (C§3.3: opt-in). */
  readonly optIns: { readonly feature_flags?: JsonObject; readonly application_properties?: JsonObject }
}

/** No `sub`, because a machine is not a user (C§3.3). RFC 9068 §2.2 requires one of `at+jwt`: the client itself. */
export function m2mTokenClaims(
  facts: M2mTokenFacts,
): ClaimsByToken & Required<Pick<ClaimsByToken, 'm2mToken'>> {
  return {
    m2mToken: {
      aud: [...facts.audiences],
      azp: facts.clientId,
      exp: facts.nowSeconds + facts.lifetimeSeconds,
      gty: ['client_credentials'],
      iat: facts.nowSeconds,
      iss: facts.issuer,
      jti: facts.jti,
      scope: facts.scopes.join(' '),
      scp: [...facts.scopes],
      v: '2',
      ...(facts.type === 'at+jwt' && { sub: facts.clientId, client_id: facts.clientId }),
      ...(facts.organizationCode !== null && { org_code: facts.organizationCode }),
      ...facts.optIns,
    },
  }
}
