// From claims to a JWT and back. Every token that this issuer signs is signed here (access, ID and logout tokens), and every token of its
// own that comes back is verified here. Headers hold `alg`, `kid` and `typ`, of letters that `atob` decodes (C§3).
import { hash } from 'node:crypto'
import { jwtVerify, type JWTPayload, type JWTVerifyResult } from 'jose'
import { StoreError } from '../errors/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import { signingAlgorithms, type SigningAlgorithm } from '../store/index.ts'
import { compactJws } from './compact-jws.ts'
import type { SigningKeys } from './signing-keys.ts'
import { isAccessToken, isIdToken, type TokenType } from './token-kinds.ts'

export interface TokenSigner {
  /** `type` is the header's `typ`. Rejects when the key set cannot be read, or has no key that signs for the algorithm. */
  sign(claims: JsonObject, type: TokenType, algorithm: SigningAlgorithm): Promise<string>
  /** The claims of an unexpired access token of one of the `issuers`; undefined for anything else, whatever is wrong with it. */
  verifyAccessToken(token: string): Promise<JWTPayload | undefined>
  /** The claims of an ID token of this `issuer` for this client, which may have expired (OIDC Core §3.1.2.1); throws when it is not one. */
  verifyIdTokenHint(token: string, clientId: string): Promise<JWTVerifyResult>
}

/** The address whose tokens are meant, and all addresses of the server, which share one key set. */
export interface TokenIssuers {
  readonly issuer: string
  readonly issuers: readonly string[]
}

export function openTokenSigner(
  keys: SigningKeys,
  { issuer, issuers }: TokenIssuers,
  nowMs: () => number,
): TokenSigner {
  return {
    async sign(claims, type, algorithm) {
      return compactJws(claims, type, await keys.active(algorithm))
    },
    async verifyAccessToken(token) {
      try {
        const { protectedHeader, payload } = await jwtVerify(token, keys.verificationKey, {
          issuer: [...issuers],
          algorithms: [...signingAlgorithms],
          currentDate: new Date(nowMs()),
        })
        return isAccessToken(protectedHeader, payload) ? payload : undefined
      } catch (error) {
        // A key set that cannot be read says nothing about the token.
        if (error instanceof StoreError) throw error
        return undefined
      }
    },
    async verifyIdTokenHint(token, clientId) {
      const verified = await jwtVerify(token, keys.verificationKey, {
        issuer,
        audience: clientId,
        requiredClaims: ['sub'],
        algorithms: [...signingAlgorithms],
        // Before every expiry.
        currentDate: new Date(0),
      })
      if (!isIdToken(verified.protectedHeader, verified.payload))
        throw new Error('the token is not an ID token')
      return verified
    },
  }
}

/** OIDC Core §3.1.3.6: the left half of the hash that goes with the ID token's algorithm. */
export function accessTokenHash(accessToken: string, algorithm: SigningAlgorithm): string {
  const digest = hash(algorithm === 'EdDSA' ? 'sha512' : 'sha256', accessToken, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
